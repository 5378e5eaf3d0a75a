#pragma once

#include <string>

#include "analyzer/log/entry.hpp"
#include "analyzer/log/log_time.hpp"

namespace onetrip {

/// Reads jsonlog of PostgreSQL 15 and newer (manual, 20.8.5): one object a line, keys that say
/// nothing are left out.
class JsonlogReader final : public LogReader {
 public:
  explicit JsonlogReader(LogEntryTaker& taker) : taker_(taker) {}

  void feed(std::string_view bytes) override;
  void end() override;

 private:
  /// `fault`: what it is counted as when it is no object; the first one may be cut.
  void line(std::string_view text, const char* fault);
  void hold(std::string_view part);

  LogEntryTaker& taker_;
  LogClock clock_;
  std::string held_;       ///< of a line that came in parts
  bool skipping_ = false;  ///< the rest of a line that is too long
  bool first_ = true;
};

}  // namespace onetrip
