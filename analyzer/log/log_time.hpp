#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/event.hpp"

namespace onetrip {

/// A time as a log has it: of the clock on the server's wall.
struct LocalTime {
  Time clock{};           ///< since 1970-01-01 00:00:00 of that clock
  std::string_view zone;  ///< "CET", "+03": as log_timezone abbreviates it
};

///   YYYY-MM-DD hh:mm:ss [. digits] space zone
std::optional<LocalTime> read_local_time(std::string_view text);

/// How such a time begins: a digit for each 0, else the very byte.
constexpr std::string_view time_pattern = "0000-00-00 00:00:00";
constexpr bool fits_time(char byte, std::size_t place) {
  const char wanted = time_pattern[place];
  return wanted == '0' ? byte >= '0' && byte <= '9' : byte == wanted;
}
bool begins_with_time(std::string_view text);

/// Turns times of the wall into time since 1970. What an abbreviation stands for nobody needs to
/// know: a session's id begins with the second in which it started, since 1970, and the log tells
/// the same second by the wall.
class LogClock {
 public:
  /// Learns from a session's start and id; costs nothing where the zone is known.
  void learn(std::string_view session_start, std::string_view session_id);
  /// A zone of which no session's start is known counts as the one before it, or, where the clock
  /// went back (the end of summer time), as one hour west of it.
  Time since_1970(const LocalTime& local);

 private:
  const Time* offset_of(std::string_view zone) const;

  std::vector<std::pair<std::string, Time>> offsets_;  ///< east of Greenwich
  Time last_offset_{}, last_{};
};

}  // namespace onetrip
