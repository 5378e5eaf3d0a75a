#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "analyzer/event.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/cancel_keys.hpp"
#include "proxy/net/certificate_check.hpp"
#include "proxy/net/config.hpp"
#include "proxy/net/counters.hpp"
#include "proxy/net/event_loop.hpp"
#include "proxy/net/fd.hpp"
#include "proxy/net/journal.hpp"
#include "proxy/net/notices.hpp"
#include "proxy/net/patience.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/net/tls.hpp"

namespace onetrip {

class Relay;

/// What all I/O threads of a proxy share. Constant, or safe from any thread.
struct ProxyState {
  /// Reads the files of TLS; throws std::runtime_error with a sentence.
  ProxyState(ProxyConfig proxy_config, const ValueHasher& value_hasher, Clock monotonic);

  using Tls = std::shared_ptr<const TlsContext>;
  /// Nothing where TLS is off. Connections keep what they began with.
  Tls listen_tls() const;
  Tls upstream_tls() const;
  /// Reads the files anew; throws and keeps the old ones when they cannot be used.
  void reload_tls();

  /// Whether the session belongs to the share that is observed.
  bool is_sampled(SessionId session) const;

  const ProxyConfig config;
  const ValueHasher& hasher;
  const Clock clock;
  Notices notices;
  CancelKeys cancel_keys;
  Resolver resolver;
  std::atomic<double> sample;
  std::atomic<bool> analysis{true};
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> sessions{0};  ///< that count against max_clients
  std::atomic<SessionId> last_session{0};

 private:
  mutable std::mutex mutex_;  // of what follows
  Tls listen_tls_, upstream_tls_;
};

/// One thread with its loop, and the relays pinned to it: they share its read buffer
/// and its journal without waiting for anybody.
class IoThread {
 public:
  /// `state` and `sink` outlive it.
  IoThread(ProxyState& state, EventSink& sink);
  ~IoThread();

  void start();
  /// Serves a client from now on. Any thread.
  void take(Fd client, const Address& address);
  /// Looks at the server's certificate, if there is reason to; once more when a look is under way.
  /// Any thread.
  void check_certificate();
  /// Runs `task` on this thread. Any thread, until join().
  void post(std::function<void()> task);
  /// Closes every relay, and ends the thread when they are gone. Any thread, once.
  void stop();
  void join();

  /// Clients that were given to it and are not gone. Any thread.
  std::size_t clients() const { return clients_.load(std::memory_order_relaxed); }

  // For its relays, on its thread.
  EventLoop& loop() { return loop_; }
  std::span<std::byte> buffer() { return *buffer_; }
  ProxyState& state() { return state_; }
  /// When this turn of the loop began, or a moment later: when what is read now had come.
  Time now();
  Journal& journal() { return journal_; }
  Patience& patience() { return patience_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }
  /// Destroys the relay after this turn.
  void remove(Relay& relay);

 private:
  static constexpr std::size_t buffer_size = std::size_t{64} << 10U;

  void serve(Fd client, const Address& address);
  void close_all();
  void after_turn();

  ProxyState& state_;
  Patience patience_;
  Counters counters_;
  Journal journal_;
  std::unique_ptr<std::array<std::byte, buffer_size>> buffer_;
  std::atomic<std::size_t> clients_{0};
  EventLoop loop_;
  std::uint64_t turn_ = 0;  // of now_
  Time now_{};
  std::list<std::unique_ptr<Relay>> relays_, closed_;
  std::unique_ptr<CertificateCheck> check_;  // until it is over
  bool check_again_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace onetrip
