#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/value.hpp"
#include "proxy/net/config.hpp"
#include "proxy/net/counters.hpp"

namespace onetrip {

/// The traffic: listeners, I/O threads and one upstream. Handles no signals and prints nothing but
/// the few log lines of notices.hpp.
///
/// Call order: start (stop_accepting | drain)* stop. Any thread, one call at a time; the questions
/// and set_analysis at any time.
class Proxy {
 public:
  /// One I/O thread per sink, at least one. `hasher` and the sinks outlive the proxy; each sink is
  /// used for one I/O thread, and no more once stop() has returned.
  Proxy(ProxyConfig config, const ValueHasher& hasher, const std::vector<EventSink*>& sinks,
        Clock clock);
  ~Proxy();  ///< stops

  /// Throws std::runtime_error with a sentence for whoever wrote the configuration. Block the
  /// signals that the application handles before: the threads inherit the mask.
  void start();

  /// New connections are refused by the system from now on; those that are there go on.
  void stop_accepting();
  /// Stops accepting and waits until no client is connected, or `limit` is over, or stop() is
  /// called by another thread. True when no client is left.
  bool drain(std::chrono::milliseconds limit);
  /// Closes what is left and ends the threads.
  void stop();

  /// Switched off, traffic goes on and executions are not told; no connection is dropped.
  void set_analysis(bool on);
  bool analysis() const;
  /// Of the sessions that begin from now on, this share is observed; 0 to 1.
  void set_sample(double share);
  /// Reads certificates and keys anew for the connections that begin from now on, and compares ours
  /// with the server's again, as at the start. Throws
  /// std::runtime_error with a sentence, and keeps the old ones, when the files cannot be used.
  void reload_tls();

  /// Where it really listens: ports as chosen.
  const std::vector<Address>& listening() const;
  /// About one moment.
  Totals totals() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
