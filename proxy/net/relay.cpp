#include "proxy/net/relay.hpp"

namespace onetrip {

Relay::Relay(IoThread& io, Fd client, const Address& address)
    : io_(io),
      client_(io.context()),
      server_(io.context()),
      client_address_(address),
      up_(client_, server_),
      down_(server_, client_),
      timer_(io.context().get_executor()),
      dial_(io.context(), *this, server_) {
  client_.adopt(std::move(client), address.socket);
}

void Relay::stop() {
  run([this] { close(); });
}

void Relay::proceed(Flow& flow, Flow::Next next) {
  const bool from_client = &flow == &up_;
  switch (next) {
    case Flow::Next::read:
      return flow.from().when_readable(*this, [this, &flow](auto) { proceed(flow, read(flow)); });
    case Flow::Next::write:
      if (from_client) watch_client();
      return flow.to().when_writable(*this, [this, &flow](auto) { proceed(flow, flow.write()); });
    case Flow::Next::ended:
      return ended(flow);
    case Flow::Next::source_lost:
      if (from_client) return close();
      // All that it said is delivered: the client sees an end, as it would of the server itself.
      client_.shutdown_write();
      return ended(flow);
    case Flow::Next::sink_lost:
      if (!from_client) return close();
      // The server's last words may be unread yet: they are delivered before the end.
      up_.discard();
      return proceed(up_, Flow::Next::read);
  }
}

Flow::Next Relay::read(Flow& flow) {
  if (&flow == &up_) {
    return up_.read(io_.buffer(), [this](Bytes bytes) { look_at_client(bytes); });
  }
  return down_.read(io_.buffer(), [this](Bytes bytes) { look_at_server(bytes); });
}

void Relay::look_at_client(Bytes bytes) {
  io_.counters().bytes_from_client.add(bytes.size());
  if (observer_) observer_->client_bytes(bytes, io_.state().clock());
}

void Relay::look_at_server(Bytes bytes) {
  io_.counters().bytes_from_server.add(bytes.size());
  if (greeting_) greet(bytes);
  if (observer_) observer_->server_bytes(bytes, io_.state().clock());
}

void Relay::greet(Bytes bytes) {
  const bool more = greeting_->read(bytes);
  auto& state = io_.state();
  if (greeting_->asked_cleartext_password() && !is_loopback(client_address_.socket)) {
    state.notices.cleartext_password(client_address_.text, state.clock());
  }
  if (cancel_key_.empty() && !greeting_->key().empty()) {
    cancel_key_.assign(greeting_->key().begin(), greeting_->key().end());
    state.cancel_keys.remember(cancel_key_, server_address_);
  }
  if (!more) greeting_.reset();
}

void Relay::ended(const Flow& flow) {
  if (&flow == &up_) {
    client_ended_ = true;
  } else {
    server_ended_ = true;
  }
  if (client_ended_ && server_ended_) return close();
  // A client that closed its half may still be waiting for answers; a server that ended has gone.
  if (phase_ == Phase::cancel) return close();
  if (server_ended_) linger();
}

void Relay::linger() {
  phase_ = Phase::lingering;
  set_timer(io_.state().config.linger);
}

// While nothing is read from the client, its end would go unnoticed, and a query run on for nobody.
void Relay::watch_client() {
  if (watching_) return;
  watching_ = true;
  client_.when_faulty(*this, [this](auto) {
    watching_ = false;
    if (client_.take_error()) close();
  });
}

void Relay::set_timer(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  start([this](auto callback) { timer_.async_wait(std::move(callback)); },
        [this](auto error) {
          // Set anew in the meantime: another callback comes for that.
          if (!error && timer_.expiry() <= Timer::clock_type::now()) expired();
        });
}

void Relay::expired() {
  switch (phase_) {
    case Phase::startup:
      fail(StartupFailure::deadline);
      return close();
    case Phase::dialing:
      return dial_.give_up("timeout expired");
    case Phase::session:
      return;  // began at the last moment
    case Phase::cancel:
    case Phase::lingering:
      return close();
  }
}

void Relay::close() {
  if (is_over()) return;
  end_life();
  auto& state = io_.state();
  if (observer_) observer_->closed(state.clock());
  if (!cancel_key_.empty()) state.cancel_keys.forget(cancel_key_);
  if (admitted_) state.sessions.fetch_sub(1);
  dial_.close();
  timer_.cancel();
  client_.close();
  server_.close();
}

void Relay::on_fault() noexcept {
  io_.counters().faults.add(1);
  close();
}

void Relay::on_settled() noexcept {
  io_.remove(*this);
}

}  // namespace onetrip
