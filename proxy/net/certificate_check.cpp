#include "proxy/net/certificate_check.hpp"

#include <array>
#include <exception>
#include <utility>

#include "proxy/net/channel_binding.hpp"
#include "proxy/net/io_thread.hpp"
#include "proxy/wire/startup.hpp"

namespace onetrip {

CertificateCheck::CertificateCheck(EventLoop& loop, ProxyState& state)
    : loop_(loop),
      state_(state),
      server_(loop, *this),
      dial_(server_.socket()),
      deadline_(loop, [this] { end(); }) {}

// What is thrown here, for want of memory, must not reach the sessions.
template <class Step>
void CertificateCheck::guard(Step&& step) {
  if (is_over_) return;
  try {
    std::forward<Step>(step)();
  } catch (const std::exception&) {
    end();
  }
}

void CertificateCheck::begin() {
  guard([this] { reach(); });
}

void CertificateCheck::reach() {
  const Endpoint& upstream = state_.config.upstream;
  if (upstream.is_unix() || !state_.listen_tls() || !state_.upstream_tls()) return end();
  deadline_.arm(state_.config.connect);
  if (auto addresses = addresses_of(upstream); !addresses.empty()) {
    return dial(std::move(addresses));
  }
  waiting_ = std::make_shared<bool>();
  state_.resolver.resolve(upstream.host, upstream.port, loop_, waiting_,
                          [this](const Lookup& found) { guard([&] { dial(found.addresses); }); });
}

void CertificateCheck::on_ready(Socket&) {
  guard([this] { go_on(); });
}

void CertificateCheck::dial(std::vector<Address> addresses) {
  phase_ = Phase::dialing;
  dialled(dial_.begin(std::move(addresses)));
}

void CertificateCheck::go_on() {
  switch (phase_) {
    case Phase::resolving:
      return;
    case Phase::dialing:
      return dialled(dial_.on_ready());
    case Phase::offer:
      return read_answer();
    case Phase::handshake:
      return shake_hands();
  }
}

void CertificateCheck::dialled(Dial::Step step) {
  if (step == Dial::Step::connecting) return;
  const std::string request = ssl_request();
  if (step == Dial::Step::failed) return end();
  if (server_.try_write(as_bytes(request)).size != request.size()) return end();
  phase_ = Phase::offer;
}

void CertificateCheck::read_answer() {
  std::array<std::byte, 1> answer;
  const Transfer got = server_.try_read(answer);
  if (got.status == Transfer::Status::would_block) return;
  if (got.status != Transfer::Status::done || answer[0] != std::byte{'S'}) return end();
  phase_ = Phase::handshake;
  server_.secure(
      Tls::connect(state_.upstream_tls(), server_.socket(), state_.config.upstream.host));
  shake_hands();
}

// What the server's certificate is worth otherwise is the sessions' concern.
void CertificateCheck::shake_hands() {
  const Tls::Step step = server_.tls()->handshake();
  if (step == Tls::Step::would_block) return;
  const auto listen = state_.listen_tls();
  if (step == Tls::Step::done && listen &&
      offer_action(listen->leaf(), server_.tls()->peer_leaf()) == OfferAction::forward_and_warn) {
    state_.notices.channel_binding_conflict(state_.config.upstream);
  }
  end();
}

void CertificateCheck::end() {
  is_over_ = true;
  deadline_.disarm();
  server_.close();
}

}  // namespace onetrip
