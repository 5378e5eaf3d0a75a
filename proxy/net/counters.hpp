#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace onetrip {

/// Why a connection never became a session.
enum class StartupFailure : std::uint8_t {
  unreachable,       ///< no connection to the upstream
  too_many_clients,  ///< max_clients
  deadline,          ///< the client did not finish its startup in time
  bad_packet,        ///< not a startup packet, or bytes where none may be
  direct_tls,        ///< TLS without SSLRequest, and we have no certificate
  draining,          ///< we are about to end
  tls,               ///< the handshake with the client failed
  plain,             ///< the client did not encrypt, and must
};
inline constexpr std::size_t startup_failures = 8;

/// A number that one thread writes and any thread reads.
class Counter {
 public:
  void add(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How long bytes were in the proxy: from when a batch was read until it was sent. Sampled: the
/// clock is read for every 61st batch only (a number that both directions meet alike). What its
/// receiver did not take at once is not counted, unless it was posted. One thread: read (sent |
/// posted), in turn, and turn_ended; the counters any.
class Overhead {
 public:
  /// Upper bounds of the buckets; one more bucket holds what took longer.
  static constexpr std::array<std::chrono::nanoseconds, 12> bounds{
      std::chrono::microseconds(1),   std::chrono::microseconds(2),
      std::chrono::microseconds(5),   std::chrono::microseconds(10),
      std::chrono::microseconds(20),  std::chrono::microseconds(50),
      std::chrono::microseconds(100), std::chrono::microseconds(200),
      std::chrono::microseconds(500), std::chrono::milliseconds(1),
      std::chrono::milliseconds(10),  std::chrono::milliseconds(100)};

  void read() {
    if (++batches_ == sampled) {
      batches_ = 0;
      due_ = !posted_;
    }
    if (due_) began_ = std::chrono::steady_clock::now();
  }
  void sent(bool all) {
    if (std::exchange(due_, false) && all) add(std::chrono::steady_clock::now() - began_);
  }
  /// It is sent when the turn ends.
  void posted() {
    if (std::exchange(due_, false)) posted_ = true;
  }
  void turn_ended() {
    if (std::exchange(posted_, false)) add(std::chrono::steady_clock::now() - began_);
  }
  void add(std::chrono::nanoseconds took) {
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), took) - bounds.begin();
    counts[static_cast<std::size_t>(bucket)].add(1);
    sum_ns.add(static_cast<std::uint64_t>(took.count()));
  }

  std::array<Counter, bounds.size() + 1> counts;
  Counter sum_ns;

 private:
  static constexpr std::uint32_t sampled = 61;
  std::uint32_t batches_ = 0;
  bool due_ = false;     // the time of the batch that is read is taken
  bool posted_ = false;  // … of one that was posted
  std::chrono::steady_clock::time_point began_;
};

/// Of one I/O thread, written by it alone: the threads share no cache line.
struct alignas(64) Counters {
  Counter connections, cancels, bytes_from_client, bytes_from_server, accept_errors, faults;
  std::array<Counter, startup_failures> failures;
  Overhead overhead;

  void failed(StartupFailure failure) { failures[static_cast<std::size_t>(failure)].add(1); }
};

/// All of a proxy's counters at about one moment.
struct Totals {
  std::uint64_t connections = 0;  ///< accepted since the start, cancel requests and probes included
  std::uint64_t clients = 0;      ///< connected now
  std::uint64_t cancels = 0;
  std::uint64_t bytes_from_client = 0, bytes_from_server = 0;  ///< of sessions, startup included
  std::uint64_t accept_errors = 0;
  std::uint64_t faults = 0;  ///< sessions ended because something of ours failed
  std::array<std::uint64_t, startup_failures> failures{};
  std::array<std::uint64_t, Overhead::bounds.size() + 1> overhead{};  ///< by bucket
  std::uint64_t overhead_ns = 0;                                      ///< their sum
  std::optional<bool> upstream_up;  ///< the last attempt to connect succeeded; none: no attempt

  std::uint64_t of(StartupFailure failure) const {
    return failures[static_cast<std::size_t>(failure)];
  }
};

}  // namespace onetrip
