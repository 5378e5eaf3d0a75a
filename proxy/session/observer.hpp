#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "analyzer/event.hpp"
#include "proxy/session/execution_pool.hpp"
#include "proxy/wire/startup.hpp"

namespace onetrip {

/// What one session may hold in memory, and how much of a result is looked at.
struct Limits {
  std::size_t pipeline_bytes = std::size_t{4} << 20U;  ///< operations in flight
  std::size_t prepared_bytes = std::size_t{4} << 20U;  ///< prepared statements; the oldest go
  std::size_t portal_bytes = std::size_t{4} << 20U;    ///< bound portals; the oldest go
  std::size_t text_bytes = std::size_t{64} << 10U;     ///< of one statement's text; cut beyond
  std::uint64_t indexed_rows = 1000;                   ///< of a result, from its first
  std::size_t key_columns = 8;  ///< of a result, whose cells are hashed; at most 32. One value for
                                ///< all sessions of a pool
};

/// Watches one client connection, from its StartupMessage to its end, and tells what ran on it.
/// It is shown every byte, changes none, and cannot fail: what it does not understand makes it
/// blind, which is told once, and the bytes go on without it.
///
/// Call order: startup (client_bytes | server_bytes)* missed? closed. Bytes may be cut anywhere.
/// Show the bytes of a direction before they are forwarded; otherwise an answer may be seen before
/// its question. `now` never goes back; one value per batch of bytes read.
///
/// Thread: that of the pool and the sink, one at a time. Both outlive it, and the hasher too.
class Observer {
 public:
  Observer(SessionId session, const ValueHasher& hasher, EventSink& sink, ExecutionPool& pool,
           const Limits& limits = {});
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// The packet that the client opened with. `client` and `upstream` are told with the session's
  /// facts. Bytes of this packet are not given to client_bytes again. One that is no
  /// StartupMessage, or whose parameters are not well-formed, is the server's to refuse: nothing
  /// more is looked at, and that is told as out_of_sync.
  void startup(Bytes packet, std::string_view client, std::string_view upstream, Time now) noexcept;
  void startup(const StartupMessage& message, std::string_view client, std::string_view upstream,
               Time now) noexcept;

  /// Bytes come soon: prefetch()es what looking at them will touch.
  void expect() const noexcept;
  void client_bytes(Bytes bytes, Time now) noexcept;
  void server_bytes(Bytes bytes, Time now) noexcept;

  /// Either side has ended: nothing comes any more. What had begun is told as cut.
  void closed(Time now) noexcept;

  /// Bytes came that it was not shown: it is blind from now on.
  void missed(Time now) noexcept;
  /// Bytes are still looked at. False for good: they need not be shown, only the end.
  bool sees() const noexcept;

  /// From here on, or no longer: what runs is followed, so that names and answers are known later,
  /// but not told, and costs little. What was asked before is told; how a session opens, changes
  /// and ends is told always. A DEALLOCATE or PREPARE by SQL while paused makes all names
  /// forgotten.
  void pause();
  void resume();

  /// A session of replication: its commands are not SQL and are not told, and once CopyBothResponse
  /// came nothing is looked at. That is no blindness.
  bool replicates() const;

  /// Why this session is not looked at now; none while it is. `too_large` may end, others stay.
  Blindness blindness() const;

  /// Heap memory held, about; for tests and metrics.
  std::size_t footprint() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace onetrip
