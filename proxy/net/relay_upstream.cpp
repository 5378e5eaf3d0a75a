#include "proxy/net/channel_binding.hpp"
#include "proxy/net/relay.hpp"
#include "proxy/wire/backend.hpp"

namespace onetrip {
void Relay::reach_upstream() {
  auto& state = io_.state();
  const Endpoint& upstream = state.config.upstream;
  auto addresses = addresses_of(upstream);
  if (!addresses.empty()) return reach(std::move(addresses));
  phase_ = Phase::resolving;
  timer_.arm(state.config.connect);
  waiting_ = std::make_shared<bool>();
  state.resolver.resolve(upstream.host, upstream.port, io_.loop(), waiting_,
                         [this](const Lookup& found) { resolved(found); });
}

void Relay::reach(std::vector<Address> addresses) {
  phase_ = Phase::dialing;
  wants_tls_ = io_.state().upstream_tls() != nullptr;
  dialled(dial_.begin(std::move(addresses)));
}

void Relay::dialled(Dial::Step step) {
  switch (step) {
    case Dial::Step::connecting:
      if (dial_.attempt() == timed_attempt_) return;
      timed_attempt_ = dial_.attempt();
      return timer_.arm(io_.state().config.connect);
    case Dial::Step::failed:
      return unreachable(dial_.failure());
    case Dial::Step::connected:
      if (!is_tcp(dial_.address().socket)) return reached();
      server_.socket().tune(io_.state().config.keepalive);
      return wants_tls_ ? ask_for_tls() : reached();
  }
}

void Relay::ask_for_tls() {
  phase_ = Phase::server_offer;
  timer_.arm(io_.state().config.connect);
  const std::string request = ssl_request();
  if (server_.try_write(as_bytes(request)).size != request.size()) {
    return tls_failed("the connection was lost");
  }
}

// One byte and no more: what came behind it would be read as if it had come encrypted.
void Relay::read_tls_answer() {
  const auto& config = io_.state().config.upstream_tls;
  const bool may_be_plain = config.mode == TlsUpstreamConfig::Mode::prefer;
  const Transfer got = server_.try_read(io_.buffer().first(1));
  if (got.status == Transfer::Status::would_block) return;
  if (got.status != Transfer::Status::done) {
    return tls_failed("it closed the connection when asked for TLS");
  }
  switch (static_cast<char>(io_.buffer()[0])) {
    case 'S':
      phase_ = Phase::server_tls;
      server_.secure(Tls::connect(io_.state().upstream_tls(), server_.socket(),
                                  io_.state().config.upstream.host));
      return shake_server();
    case 'N':
      if (may_be_plain) return reached();
      return unreachable("it does not speak TLS, which upstream.tls.mode demands");
    case 'E':
      // Its text is not authenticated: who wants to know the server does not hear it.
      if (config.checks_server() && !may_be_plain)
        return unreachable("it answered the request for TLS with an error");
      return relay_refusal();
    default:
      return unreachable("it answered the request for TLS with what is no answer");
  }
}

// The server could not begin (no process, no memory) and says so in clear.
void Relay::relay_refusal() {
  fail(StartupFailure::unreachable);
  await_last_words();
  proceed(down_, down_.forward(as_bytes("E")));
  if (!closed_) advance(down_);
}

// The client is not read any more, and may be gone.
void Relay::await_last_words() {
  phase_ = Phase::last_words;
  deadline_.disarm();
  timer_.arm(io_.state().config.startup);
}

void Relay::shake_server() {
  switch (server_.tls()->handshake()) {
    case Tls::Step::would_block:
      if (server_.socket().lost()) tls_failed("the connection was lost");
      return;
    case Tls::Step::failed:
      return tls_failed(server_.tls()->failure());
    case Tls::Step::done:
      return reached();
  }
}

// `prefer` goes on without, on another connection, as libpq does.
void Relay::tls_failed(const std::string& why) {
  if (io_.state().config.upstream_tls.mode != TlsUpstreamConfig::Mode::prefer) {
    return unreachable("TLS: " + why);
  }
  const Address address = dial_.address();
  server_.close();
  phase_ = Phase::dialing;
  wants_tls_ = false;
  timed_attempt_ = 0;
  dialled(dial_.begin({address}));
}

void Relay::unreachable(const std::string& why) {
  auto& state = io_.state();
  const auto& upstream = state.config.upstream;
  state.notices.upstream_failed(upstream, why, io_.now());
  if (step_.action == Handshake::Action::cancel) return close();
  refuse(StartupFailure::unreachable,
         backend::error_response(
             "FATAL", "08006",
             "onetrip: no connection to the server at \"" + upstream.text() + "\": " + why));
}

void Relay::reached() {
  timer_.disarm();
  deadline_.disarm();
  io_.state().notices.upstream_reached(io_.state().config.upstream);
  if (step_.action != Handshake::Action::cancel) return begin_session();
  await_last_words();
  if (server_.try_write(step_.packet).size != step_.packet.size()) return close();
  advance(down_);
}

void Relay::begin_session() {
  phase_ = Phase::session;
  greeting_ = std::make_unique<Greeting>();
  mind_channel_binding();
  observe(step_.rest);

  std::vector<std::byte> opening(step_.packet.begin(), step_.packet.end());
  opening.insert(opening.end(), step_.rest.begin(), step_.rest.end());
  step_ = {};
  handshake_.reset();
  io_.counters().bytes_from_client.add(opening.size());
  const Flow::Next next = up_.forward(opening);
  if (next != Flow::Next::again) proceed(up_, next);
  if (!closed_) pump();
}

void Relay::mind_channel_binding() {
  if (!server_.is_secure()) return;
  const Bytes shown = client_.is_secure() ? Bytes(client_.tls()->context().leaf()) : Bytes();
  switch (offer_action(shown, server_.tls()->peer_leaf())) {
    case OfferAction::forward:
      return;
    case OfferAction::remove_plus:
      offer_ = std::make_unique<SaslOffer>();
      return;
    case OfferAction::forward_and_warn:
      return io_.state().notices.channel_binding_conflict(io_.state().config.upstream);
  }
}

void Relay::observe(Bytes rest) {
  auto& state = io_.state();
  const SessionId id = ++state.last_session;
  if (!state.is_sampled(id)) return;
  scribe_.emplace(io_.journal(), id, state.hasher, state.config.session);
  const Time now = io_.now();
  scribe_->startup(step_.packet, client_address_.text, state.config.upstream.text(), now);
  if (!rest.empty()) scribe_->client_bytes(rest, now);
}

}  // namespace onetrip
