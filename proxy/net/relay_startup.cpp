#include "proxy/net/relay.hpp"
#include "proxy/wire/backend.hpp"

namespace onetrip {
namespace {

std::string fatal(std::string_view sqlstate, const std::string& text) {
  return backend::error_response("FATAL", sqlstate, text);
}

}  // namespace

void Relay::read_startup() {
  if (!client_.may_read()) return;
  const Transfer got = client_.try_read(io_.buffer());
  switch (got.status) {
    case Transfer::Status::done:
      step_ = handshake_->feed(io_.buffer().first(got.size));
      return act();
    case Transfer::Status::would_block:
      return;
    case Transfer::Status::ended:
    case Transfer::Status::failed:
      // A health probe, or a client that changed its mind.
      return close();
  }
}

void Relay::act() {
  switch (step_.action) {
    case Handshake::Action::read_more:
      return client_.socket().again();
    case Handshake::Action::answer_ssl:
      return answer_ssl();
    case Handshake::Action::answer_gssenc:
      return answer("N");
    case Handshake::Action::connect:
      return admit();
    case Handshake::Action::cancel:
      return begin_cancel();
    case Handshake::Action::direct_tls:
      return begin_direct_tls();
    case Handshake::Action::refuse:
      return refuse(StartupFailure::bad_packet, step_.error);
  }
}

void Relay::answer_ssl() {
  // As the server has it: nobody encrypts twice.
  if (client_.is_secure()) return refuse(StartupFailure::bad_packet, "");
  if (io_.state().listen_tls() == nullptr) return answer("N");
  answer("S");
  if (!closed_) begin_client_tls(Tls::Opening::after_request, {});
}

void Relay::answer(std::string_view byte) {
  // The socket's buffer is empty: one byte always fits.
  if (client_.try_write(as_bytes(byte)).size != 1) return close();
  client_.socket().again();
}

void Relay::begin_direct_tls() {
  if (client_.is_secure() || io_.state().listen_tls() == nullptr) {
    fail(StartupFailure::direct_tls);
    return close();
  }
  begin_client_tls(Tls::Opening::direct, step_.packet);
}

void Relay::begin_client_tls(Tls::Opening opening, Bytes first) {
  phase_ = Phase::client_tls;
  client_.secure(Tls::accept(io_.state().listen_tls(), client_.socket(), opening, first));
  if (opening == Tls::Opening::direct) {
    step_ = {};
    handshake_ = std::make_unique<Handshake>();
  }
  shake_client();
}

void Relay::shake_client() {
  auto& state = io_.state();
  switch (client_.tls()->handshake()) {
    case Tls::Step::would_block:
      if (client_.socket().lost()) close();
      return;
    case Tls::Step::failed:
      fail(StartupFailure::tls);
      state.notices.client_tls_failed(client_address_.text, client_.tls()->failure(), io_.now());
      return close();
    case Tls::Step::done:
      phase_ = Phase::startup;
      return read_startup();
  }
}

void Relay::admit() {
  // It was lost right behind its startup packet, and no event will say so again.
  if (client_.socket().lost()) return close();
  auto& state = io_.state();
  if (state.draining) {
    return refuse(StartupFailure::draining, fatal("57P03", "onetrip is shutting down"));
  }
  if (state.config.listen_tls.mode == TlsListenConfig::Mode::require && !client_.is_secure() &&
      is_tcp(client_address_.socket)) {
    return refuse(StartupFailure::plain,
                  fatal("28000",
                        "onetrip takes encrypted connections only here: connect with "
                        "sslmode=require (the proxy's listen.tls.mode is \"require\")"));
  }
  const auto limit = state.config.max_clients;
  admitted_ = true;
  if (state.sessions.fetch_add(1) >= limit && limit != 0) {
    state.notices.too_many_clients(limit, io_.now());
    return refuse(
        StartupFailure::too_many_clients,
        fatal("53300", "onetrip: too many clients already, the limit is " + std::to_string(limit)));
  }
  reach_upstream();
}

// Gives its place among max_clients to another: who was refused may stay as long as it likes.
void Relay::leave() {
  if (admitted_) io_.state().sessions.fetch_sub(1);
  admitted_ = false;
}

// Forwarded verbatim on a connection of its own, and answered by nothing but the end. The client
// may be gone by then: what it asked for still happens.
void Relay::begin_cancel() {
  constexpr std::size_t before_key = 8;  // length and code
  io_.counters().cancels.add(1);
  const auto known = io_.state().cancel_keys.find(step_.packet.subspan(before_key));
  if (known) return reach({*known});
  reach_upstream();
}

void Relay::fail(StartupFailure failure) {
  io_.counters().failed(failure);
}

// An error that is never read helps nobody: the client reads it only if the connection ends in
// order, with all that it sent being read.
void Relay::refuse(StartupFailure failure, const std::string& error) {
  fail(failure);
  if (error.empty()) return close();
  leave();
  server_.close();
  (void)client_.try_write(as_bytes(error));
  client_.shutdown_write();
  up_.discard();
  server_ended_ = true;
  linger();
  client_.socket().again();
}

}  // namespace onetrip
