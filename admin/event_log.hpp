#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace onetrip {

enum class EventKind : std::uint8_t { finding, window };

/// One who listens. Any thread, one at a time; may outlive the log.
class EventReader {
 public:
  ~EventReader();
  /// What came since the last call, as text of an event stream; empty when nothing did.
  std::string next();

 private:
  friend class EventLog;
  struct Shared;
  explicit EventReader(std::shared_ptr<Shared> shared);

  std::shared_ptr<Shared> shared_;  ///< with the log and its other readers
  std::uint64_t at_;                ///< number of the next event
};

/// What happens, for those who listen: the newest events, in the form of server-sent events, which
/// each reader goes through at its own pace. Bounded: what comes faster than it is read is counted
/// and told as `event: skipped`, with how many findings and windows. Any thread.
class EventLog {
 public:
  static constexpr std::size_t max_events = 512;  ///< that are kept
  static constexpr std::size_t max_readers = 16;
  static constexpr std::uint32_t max_of_kind = 100;  ///< between two looks of the quickest reader

  EventLog();
  ~EventLog();

  /// From now on; null when there are too many already.
  std::shared_ptr<EventReader> read();
  bool has_readers() const;

  /// Whether one more of this kind would be kept; if not, it counts as skipped.
  bool has_room(EventKind kind);
  /// `data`: one line of JSON.
  void put(EventKind kind, const std::string& data);

 private:
  std::shared_ptr<EventReader::Shared> shared_;
};

}  // namespace onetrip
