#pragma once

#include <functional>

#include "proxy/net/bind.hpp"
#include "proxy/net/config.hpp"
#include "proxy/net/counters.hpp"
#include "proxy/net/event_loop.hpp"
#include "proxy/net/notices.hpp"
#include "proxy/net/socket.hpp"

namespace onetrip {

/// Accepts connections and gives them away. Whatever the system says, it goes on: where descriptors
/// or memory ran out it pauses, so that the loop neither ends nor spins, and tries again.
/// Thread: that of its loop.
class Listener final : private EventLoop::Watcher {
 public:
  using Take = std::function<void(Fd, const Address& client)>;

  Listener(EventLoop& loop, ListeningSocket socket, const Keepalive& keepalive, Take take,
           Counters& counters, Notices& notices, const Clock& clock);

  const Address& address() const { return socket_.address(); }
  void start();
  void stop();

 private:
  void ready(EventLoop::Readiness) override { accept_some(); }
  void accept_some();
  bool accept_one();
  void pause();

  EventLoop& loop_;
  ListeningSocket socket_;
  Fd fd_;
  EventLoop::Timer timer_;
  Take take_;
  Counters& counters_;
  Notices& notices_;
  const Clock& clock_;
  bool watched_ = false, pausing_ = false;
};

}  // namespace onetrip
