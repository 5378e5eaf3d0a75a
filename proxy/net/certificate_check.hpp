#pragma once

#include <memory>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/dial.hpp"
#include "proxy/net/event_loop.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/net/stream.hpp"

namespace onetrip {

struct ProxyState;

/// Where both hops speak TLS, looks at the server's certificate at the start and at reloads, before
/// a client meets the conflict that channel_binding.hpp tells of. A server that cannot be reached
/// now is no matter: the first session with it looks again. Thread: its loop's.
class CertificateCheck final : private Socket::Owner {
 public:
  /// `state` outlives it.
  CertificateCheck(EventLoop& loop, ProxyState& state);

  void begin();
  /// There is nothing left to do: it may be destroyed once the turn is over.
  bool is_over() const { return is_over_; }

 private:
  enum class Phase : std::uint8_t { resolving, dialing, offer, handshake };

  template <class Step>
  void guard(Step&& step);
  void reach();
  void on_ready(Socket& socket) override;
  void go_on();
  void dial(std::vector<Address> addresses);
  void dialled(Dial::Step step);
  void read_answer();
  void shake_hands();
  void end();

  EventLoop& loop_;
  ProxyState& state_;
  Stream server_;
  Dial dial_;
  EventLoop::Timer deadline_;
  std::shared_ptr<void> waiting_;  // shared, weakly, with the answer to come
  Phase phase_ = Phase::resolving;
  bool is_over_ = false;
};

}  // namespace onetrip
