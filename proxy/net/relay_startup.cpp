#include "proxy/net/relay.hpp"
#include "proxy/wire/backend.hpp"

namespace onetrip {
namespace {

// A CancelRequest's key follows its length and code.
constexpr std::size_t before_cancel_key = 8;

std::string fatal(std::string_view sqlstate, const std::string& text) {
  return backend::error_response("FATAL", sqlstate, text);
}

}  // namespace

void Relay::begin() {
  run([this] {
    client_.tune(io_.state().config.keepalive);
    handshake_ = std::make_unique<Handshake>();
    set_timer(io_.state().config.startup);
    client_.when_readable(*this, [this](auto) { read_startup(); });
  });
}

void Relay::read_startup() {
  const auto got = client_.try_read(io_.buffer());
  switch (got.status) {
    case Stream::Status::done:
      step_ = handshake_->feed(io_.buffer().first(got.size));
      return act();
    case Stream::Status::would_block:
      return client_.when_readable(*this, [this](auto) { read_startup(); });
    case Stream::Status::ended:
    case Stream::Status::failed:
      // A health probe, or a client that changed its mind.
      return close();
  }
}

void Relay::act() {
  switch (step_.action) {
    case Handshake::Action::read_more:
      return client_.when_readable(*this, [this](auto) { read_startup(); });
    case Handshake::Action::answer_ssl:
    case Handshake::Action::answer_gssenc:
      return answer_no();
    case Handshake::Action::connect:
      return dial();
    case Handshake::Action::cancel:
      return begin_cancel();
    case Handshake::Action::direct_tls:
      fail(StartupFailure::direct_tls);
      return close();
    case Handshake::Action::refuse:
      return refuse(StartupFailure::bad_packet, step_.error);
  }
}

void Relay::answer_no() {
  // The socket's buffer is empty: one byte always fits.
  if (client_.try_write(as_bytes("N")).size != 1) return close();
  client_.when_readable(*this, [this](auto) { read_startup(); });
}

void Relay::dial() {
  auto& state = io_.state();
  if (state.draining) {
    return refuse(StartupFailure::draining, fatal("57P03", "onetrip is shutting down"));
  }
  if (!admit()) {
    state.notices.too_many_clients(state.config.max_clients, state.clock());
    return refuse(StartupFailure::too_many_clients,
                  fatal("53300", "onetrip: too many clients already, the limit is " +
                                     std::to_string(state.config.max_clients)));
  }
  phase_ = Phase::dialing;
  watch_client();
  dial_.dial(state.config.upstream, state.config.connect,
             [this](const Dial::Result& result) { dialled(result); });
}

void Relay::dialled(const Dial::Result& result) {
  auto& state = io_.state();
  if (!result.failure.empty()) {
    const auto& where = state.config.upstream;
    state.notices.upstream_failed(where, result.failure, state.clock());
    return refuse(StartupFailure::unreachable,
                  fatal("08006", "onetrip: no connection to the server at \"" + where.text() +
                                     "\": " + result.failure));
  }
  state.notices.upstream_reached(state.config.upstream);
  begin_session(result.address);
}

// Forwarded verbatim on a connection of its own, and answered by nothing but the end. The client
// may be gone by then: what it asked for still happens.
void Relay::begin_cancel() {
  auto& state = io_.state();
  io_.counters().cancels.add(1);
  phase_ = Phase::cancel;
  const auto sent = [this](const Dial::Result& result) {
    if (!result.failure.empty()) return close();
    if (server_.try_write(step_.packet).size != step_.packet.size()) return close();
    proceed(down_, Flow::Next::read);
  };
  const auto known = state.cancel_keys.find(step_.packet.subspan(before_cancel_key));
  if (known) return dial_.dial(*known, state.config.connect, sent);
  dial_.dial(state.config.upstream, state.config.connect, sent);
}

void Relay::begin_session(const Address& server) {
  timer_.cancel();
  phase_ = Phase::session;
  server_.tune(io_.state().config.keepalive);
  server_address_ = server;
  greeting_ = std::make_unique<Greeting>();
  observe(step_.rest);

  std::vector<std::byte> opening(step_.packet.begin(), step_.packet.end());
  opening.insert(opening.end(), step_.rest.begin(), step_.rest.end());
  step_ = {};
  handshake_.reset();
  io_.counters().bytes_from_client.add(opening.size());
  proceed(up_, up_.forward(opening));
  if (!is_over()) proceed(down_, Flow::Next::read);
}

void Relay::observe(Bytes rest) {
  auto& state = io_.state();
  // Parameters that make no sense are the server's to refuse; there will be nothing to observe.
  const auto message = StartupMessage::read(step_.packet);
  if (!message) return;
  observer_.emplace(++state.last_session, state.hasher, io_.sink(), io_.pool(),
                    state.config.session);
  const Time now = state.clock();
  observer_->startup(*message, client_address_.text, state.config.upstream.text(), now);
  if (!rest.empty()) observer_->client_bytes(rest, now);
}

bool Relay::admit() {
  auto& state = io_.state();
  const auto limit = state.config.max_clients;
  admitted_ = true;
  return state.sessions.fetch_add(1) < limit || limit == 0;
}

void Relay::fail(StartupFailure failure) {
  io_.counters().failed(failure);
}

// An error that is never read helps nobody: the client reads it only if the connection ends in
// order, with all that it sent being read.
void Relay::refuse(StartupFailure failure, const std::string& error) {
  fail(failure);
  if (error.empty()) return close();
  (void)client_.try_write(as_bytes(error));
  client_.shutdown_write();
  up_.discard();
  server_ended_ = true;
  linger();
  proceed(up_, Flow::Next::read);
}

}  // namespace onetrip
