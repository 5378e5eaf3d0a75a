#include "proxy/net/relay.hpp"

namespace onetrip {
namespace {

std::string timed_out(std::chrono::milliseconds limit, const char* key) {
  const auto count = limit.count();
  const std::string length =
      count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
  return "timeout expired: no answer within " + length + " (" + key + ")";
}

}  // namespace

template <class Step>
void Relay::guard(Step&& step) noexcept {
  if (closed_) return;
  try {
    std::forward<Step>(step)();
  } catch (...) {
    io_.counters().faults.add(1);
    close();
  }
}

Relay::Relay(IoThread& io, Fd client, const Address& address)
    : io_(io),
      client_(io.loop(), *this),
      server_(io.loop(), *this),
      client_address_(address),
      up_(client_, server_),
      down_(server_, client_),
      deadline_(io.loop(), [this] { guard([this] { give_up(); }); }),
      timer_(io.loop(), [this] { guard([this] { expired(); }); }),
      dial_(server_.socket()) {
  if (const auto error = client_.socket().adopt(std::move(client))) {
    throw std::system_error(error, "epoll_ctl");
  }
}

void Relay::begin() {
  guard([this] {
    handshake_ = std::make_unique<Handshake>();
    deadline_.arm(io_.state().config.startup);
  });
}

void Relay::stop() {
  guard([this] { close(); });
}

void Relay::resolved(const Lookup& found) {
  guard([&] {
    waiting_.reset();
    timer_.disarm();
    if (found.addresses.empty()) return unreachable(found.failure);
    reach(found.addresses);
  });
}

void Relay::on_ready(Socket& socket) {
  guard([&] { step(socket); });
}

void Relay::step(const Socket& socket) {
  const bool from_server = &socket == &server_.socket();
  // A client that is lost before it has a session will not read what we find for it. Who sent a
  // cancel request does not wait for anything: it goes on.
  const bool is_dialling = phase_ > Phase::client_tls && phase_ < Phase::session;
  if (is_dialling && !from_server && socket.lost() && step_.action != Handshake::Action::cancel) {
    return close();
  }
  switch (phase_) {
    case Phase::startup:
      return read_startup();
    case Phase::client_tls:
      return shake_client();
    case Phase::resolving:
      return;
    case Phase::dialing:
      return from_server ? dialled(dial_.on_ready()) : void();
    case Phase::server_offer:
      return from_server ? read_tls_answer() : void();
    case Phase::server_tls:
      return from_server ? shake_server() : void();
    case Phase::last_words:
      return advance(down_);
    case Phase::session:
    case Phase::lingering:
      return pump();
  }
}

void Relay::pump() {
  if (scribe_) scribe_->pause(!io_.state().analysis.load(std::memory_order_relaxed));
  // Nothing is read any more of a client that closed its half; it may be lost all the same.
  if (client_ended_ && client_.socket().lost() && client_.socket().take_error()) return close();
  if (!client_ended_) advance(up_);
  if (!closed_ && !server_ended_) advance(down_);
}

void Relay::advance(Flow& flow) {
  const Time now = io_.now();
  Overhead& overhead = io_.counters().overhead;
  if (&flow == &up_) {
    const auto same = [&](Bytes bytes) {
      overhead.read();
      return bytes;
    };
    // A server that has it already works while we look: its answer is not read before we have.
    const auto look = [&, this](Bytes bytes) {
      up_.is_posted() ? overhead.posted() : overhead.sent(up_.pending() == 0);
      look_at_client(bytes, now);
    };
    return proceed(up_, up_.advance(io_.buffer(), same, look));
  }
  // What the client knows to be answered, whoever it asks finds told.
  const auto look = [&, this](Bytes bytes) {
    overhead.read();
    return look_at_server(bytes, now);
  };
  const auto sent = [&, this](Bytes) {
    down_.is_posted() ? overhead.posted() : overhead.sent(down_.pending() == 0);
  };
  proceed(down_, down_.advance(io_.buffer(), look, sent));
}

void Relay::proceed(Flow& flow, Flow::Next next) {
  const bool from_client = &flow == &up_;
  switch (next) {
    case Flow::Next::wait:
      // While nothing is read from the client, its end would go unnoticed, and a query run on for
      // nobody.
      if (from_client && client_.socket().lost() && client_.socket().take_error()) close();
      return;
    case Flow::Next::again:
      return (from_client ? client_ : server_).socket().again();
    case Flow::Next::ended:
      return ended(flow);
    case Flow::Next::source_lost:
      if (from_client) return close();
      if (const std::string why = refused_by_server(); !why.empty()) return unreachable(why);
      // All that it said is delivered: the client sees an end, as it would of the server itself.
      client_.shutdown_write();
      return ended(flow);
    case Flow::Next::sink_lost:
      if (!from_client) return close();
      // The server's last words may be unread yet: they are delivered before the end.
      up_.discard();
      return client_.socket().again();
  }
}

// With TLS 1.3 a server tells only behind the handshake that it does not take our certificate.
std::string Relay::refused_by_server() {
  const bool refused = !server_spoke_ && server_.is_secure() && !server_.tls()->failure().empty();
  return refused ? "TLS: " + server_.tls()->failure() : "";
}

void Relay::look_at_client(Bytes bytes, Time now) {
  io_.counters().bytes_from_client.add(bytes.size());
  io_.patience().asked();
  if (scribe_) scribe_->client_bytes(bytes, now);
}

Bytes Relay::look_at_server(Bytes bytes, Time now) {
  server_spoke_ = true;
  io_.counters().bytes_from_server.add(bytes.size());
  io_.patience().answered(bytes.size());
  if (offer_ && offer_->done()) offer_.reset();
  if (offer_) bytes = offer_->filter(bytes);
  if (greeting_) greet(bytes);
  if (scribe_) scribe_->server_bytes(bytes, now);
  return bytes;
}

void Relay::greet(Bytes bytes) {
  const bool more = greeting_->read(bytes);
  auto& state = io_.state();
  if (greeting_->asked_cleartext_password() && !client_.is_secure() &&
      !is_loopback(client_address_.socket)) {
    state.notices.cleartext_password(client_address_.text, io_.now());
  }
  if (cancel_key_.empty() && !greeting_->key().empty()) {
    cancel_key_.assign(greeting_->key().begin(), greeting_->key().end());
    state.cancel_keys.remember(cancel_key_, dial_.address());
  }
  if (!more) greeting_.reset();
}

void Relay::ended(const Flow& flow) {
  (&flow == &up_ ? client_ended_ : server_ended_) = true;
  if (client_ended_ && server_ended_) return close();
  // A client that closed its half may still be waiting for answers; a server that ended has gone.
  if (phase_ == Phase::last_words) return close();
  if (server_ended_) linger();
}

void Relay::linger() {
  phase_ = Phase::lingering;
  deadline_.disarm();
  timer_.arm(io_.state().config.linger);
}

// The startup took too long.
void Relay::give_up() {
  if (phase_ > Phase::client_tls) {
    return unreachable(timed_out(io_.state().config.startup, "limits.startup"));
  }
  fail(StartupFailure::deadline);
  close();
}

void Relay::expired() {
  switch (phase_) {
    case Phase::dialing:
      return dialled(dial_.give_up(timed_out(io_.state().config.connect, "limits.connect")));
    case Phase::resolving:
    case Phase::server_offer:
    case Phase::server_tls:
      return unreachable(timed_out(io_.state().config.connect, "limits.connect"));
    case Phase::last_words:
    case Phase::lingering:
      return close();
    case Phase::startup:
    case Phase::client_tls:
    case Phase::session:
      return;  // no timer is set
  }
}

void Relay::close() {
  if (closed_) return;
  closed_ = true;
  io_.remove(*this);
  auto& state = io_.state();
  if (scribe_) scribe_->closed(io_.now());
  if (!cancel_key_.empty()) state.cancel_keys.forget(cancel_key_);
  leave();
  waiting_.reset();
  deadline_.disarm();
  timer_.disarm();
  client_.close();
  server_.close();
}

}  // namespace onetrip
