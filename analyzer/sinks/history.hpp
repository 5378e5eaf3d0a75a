#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/history_sink.hpp"
#include "analyzer/sinks/history_file.hpp"
#include "analyzer/sinks/vitals.hpp"

namespace onetrip {

/// Keeps findings and minutes in a file, on a thread of its own: whoever hands over never waits for
/// a disk. What cannot be written now is kept as far as there is room, tried again every few
/// seconds, counted, and said in the log once. A damaged file is moved aside and a new one begun; a
/// file that a newer version or another program wrote is left as it is, and no history is kept.
///
/// Call order: (findings | minute | forget)* start (the same | read | vitals)*.
class History final : public HistorySink {
 public:
  struct Config {
    std::string path;
    std::uint64_t max_bytes = 256U << 20;
    Time max_age = std::chrono::hours(24 * 30);
    std::size_t max_findings = 10'000;
  };
  /// What the file held, the oldest finding first; on the history's thread. `made`: the file is a
  /// new one, so that all that is known is news to it.
  using Opened = std::function<void(const std::vector<Finding>& findings, bool made)>;

  explicit History(Config config);
  /// Writes what is left, if it can be, and ends.
  ~History() override;

  void start(Opened opened);
  void stop_telling();  ///< `opened` is called no more. Any thread but the history's.

  void findings(std::vector<Finding> changed) override;
  void minute(ProfiledMinute minute) override;
  void forget() override;

  /// The newest minutes of a statement; `answer` is called on the history's thread, with nothing
  /// where there is no file. Any thread.
  using Answer = std::function<void(const StatementHistory&)>;
  void read(const std::string& fingerprint, std::size_t most, Answer answer);

  Vitals::Store vitals() const;  ///< any thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
