#include "proxy/session/observer.hpp"

#include <utility>

#include "analyzer/prefetch.hpp"
#include "proxy/session/answers.hpp"
#include "proxy/session/requests.hpp"

namespace onetrip {

namespace {

/// As the server reads it: "database", or a Boolean, of which a beginning is enough.
bool is_replication(std::string_view parameter) {
  std::string value(parameter);
  for (char& c : value) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto begins = [&value](std::string_view word, std::size_t least) {
    return value.size() >= least && word.starts_with(value);
  };
  return parameter == "database" || value == "1" || begins("true", 1) || begins("yes", 1) ||
         begins("on", 2);
}

}  // namespace

struct Observer::State {
  State(SessionId id, const ValueHasher& hasher, EventSink& sink, ExecutionPool& pool,
        const Limits& limits)
      : session(id, hasher, sink, pool, limits), requests(session), answers(session) {}

  bool sees() const { return session.sight != Session::Sight::closed; }

  /// Bytes go on without us, for good.
  void close(Blindness reason) noexcept {
    session.sight = Session::Sight::closed;
    session.blindness = reason;
    session.pipeline.clear();
    session.countdown.clear();
    client = Framer();  // with what had come of a message
    server = Framer();
    session.pool.scratch().clear();
    requests.forget();
    answers.forget();
    session.statements.close("");
    session.statements.close_all_named();
  }

  void tell_blind(Blindness reason) {
    told = true;
    auto event = session.pool.take();
    event->kind = Event::Kind::blind;
    event->blindness = reason;
    session.tell(std::move(event));
  }

  void lose_sync(Blindness reason = Blindness::out_of_sync) noexcept {
    close(reason);
    try {
      tell_blind(reason);
    } catch (...) {
      // No memory to say so; blindness() does.
    }
  }

  template <class Reader>
  void look(Framer& framer, Reader& reader, Bytes bytes, Time now) noexcept {
    if (!sees()) return;
    session.now = now;
    try {
      const bool understood = framer.feed(bytes, reader);
      if (requests.take_overflow()) begin_counting();
      if (answers.streaming()) return close(Blindness::none);
      if (!understood) lose_sync();
    } catch (...) {
      lose_sync();
    }
  }

  void begin_counting() {
    answers.forget();
    session.statements.close("");
    session.blindness = Blindness::too_large;
    tell_blind(Blindness::too_large);
  }

  Session session;
  Framer client;
  Framer server;
  Requests requests;
  Answers answers;
  bool told = false;  // something of this session, beside its opening
};

Observer::Observer(SessionId session, const ValueHasher& hasher, EventSink& sink,
                   ExecutionPool& pool, const Limits& limits)
    : state_(std::make_unique<State>(session, hasher, sink, pool, limits)) {}

Observer::~Observer() = default;

void Observer::startup(Bytes packet, std::string_view client, std::string_view upstream,
                       Time now) noexcept {
  state_->session.now = now;
  try {
    const auto message = StartupMessage::read(packet);
    if (message) return startup(*message, client, upstream, now);
  } catch (...) {
    // No memory for its parameters: as if they were not well-formed.
  }
  state_->lose_sync();
}

void Observer::startup(const StartupMessage& message, std::string_view client,
                       std::string_view upstream, Time now) noexcept {
  state_->session.now = now;
  state_->session.replication = is_replication(message.parameter("replication"));
  try {
    SessionFacts& facts = state_->session.facts;
    facts.user = message.user();
    facts.database = message.database();
    facts.application_name = message.parameter("application_name");
    facts.client = client;
    facts.upstream = upstream;
  } catch (...) {
    state_->lose_sync();
  }
}

void Observer::expect() const noexcept {
  prefetch(state_.get(), sizeof(State));
}

void Observer::client_bytes(Bytes bytes, Time now) noexcept {
  state_->look(state_->client, state_->requests, bytes, now);
}

void Observer::server_bytes(Bytes bytes, Time now) noexcept {
  state_->look(state_->server, state_->answers, bytes, now);
}

void Observer::missed(Time now) noexcept {
  if (!state_->sees()) return;
  state_->session.now = now;
  state_->lose_sync(Blindness::dropped);
}

bool Observer::sees() const noexcept {
  return state_->sees();
}

void Observer::closed(Time now) noexcept {
  State& state = *state_;
  Session& session = state.session;
  session.now = now;
  const Blindness blindness = session.blindness;
  try {
    if (state.sees()) state.answers.cut();
    if (session.opened || state.told) {
      auto event = session.pool.take();
      event->kind = Event::Kind::session_closed;
      session.tell(std::move(event));
    }
  } catch (...) {
    // No memory for the last words of a session that has ended.
  }
  session.opened = state.told = false;
  state.close(blindness);
}

void Observer::pause() {
  state_->session.paused = true;
}

void Observer::resume() {
  state_->session.paused = false;
}

bool Observer::replicates() const {
  return state_->session.replication || state_->answers.streaming();
}

Blindness Observer::blindness() const {
  return state_->session.blindness;
}

std::size_t Observer::footprint() const {
  const State& state = *state_;
  const SessionFacts& facts = state.session.facts;
  std::size_t size = sizeof state + state.client.footprint() + state.server.footprint();
  size += state.session.pipeline.footprint() + state.session.statements.footprint();
  size += state.session.countdown.footprint();
  size += state.requests.footprint() + state.answers.footprint();
  for (const std::string* text : {&facts.user, &facts.database, &facts.application_name,
                                  &facts.client, &facts.upstream, &facts.server_version}) {
    size += text->capacity();
  }
  return size;
}

}  // namespace onetrip
