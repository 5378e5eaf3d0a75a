#include "analyzer/log/log_time.hpp"

#include <algorithm>
#include <charconv>

namespace onetrip {
namespace {

constexpr std::size_t most_zones = 64;  // a log has one, or two
constexpr Time hour = std::chrono::hours(1);

int number(std::string_view text, std::size_t begin, std::size_t size) {
  int value = 0;
  for (const char digit : text.substr(begin, size)) value = value * 10 + (digit - '0');
  return value;
}

//   digits, of which nine count
Time fraction(std::string_view digits) {
  Time value{}, unit = std::chrono::seconds(1);
  for (const char digit : digits.substr(0, 9)) {
    unit /= 10;
    value += unit * (digit - '0');
  }
  return value;
}

//   + | - hh [ [:] mm ]
std::optional<Time> numeric_offset(std::string_view zone) {
  if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  std::string digits;
  for (const char byte : zone.substr(1)) {
    if (byte == ':') continue;
    if (byte < '0' || byte > '9') return std::nullopt;
    digits.push_back(byte);
  }
  if (digits.size() != 2 && digits.size() != 4) return std::nullopt;
  const Time east = std::chrono::hours(number(digits, 0, 2)) +
                    std::chrono::minutes(digits.size() == 4 ? number(digits, 2, 2) : 0);
  return zone[0] == '-' ? -east : east;
}

}  // namespace

bool begins_with_time(std::string_view text) {
  if (text.size() < time_pattern.size()) return false;
  for (std::size_t i = 0; i < time_pattern.size(); ++i)
    if (!fits_time(text[i], i)) return false;
  return true;
}

std::optional<LocalTime> read_local_time(std::string_view text) {
  using namespace std::chrono;
  if (!begins_with_time(text)) return std::nullopt;
  const year_month_day date{year(number(text, 0, 4)),
                            month(static_cast<unsigned>(number(text, 5, 2))),
                            day(static_cast<unsigned>(number(text, 8, 2)))};
  const int year_number = static_cast<int>(date.year());
  // Nanoseconds since 1970 fit until 2262.
  if (!date.ok() || year_number < 1970 || year_number > 2200) return std::nullopt;
  LocalTime local;
  local.clock = sys_days(date).time_since_epoch() + hours(number(text, 11, 2)) +
                minutes(number(text, 14, 2)) + seconds(number(text, 17, 2));
  std::string_view rest = text.substr(time_pattern.size());
  if (!rest.empty() && rest.front() == '.') {
    const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    local.clock += fraction(rest.substr(1, end - 1));
    rest.remove_prefix(end);
  }
  if (rest.size() < 2 || rest.front() != ' ') return std::nullopt;
  local.zone = rest.substr(1);
  return local;
}

const Time* LogClock::offset_of(std::string_view zone) const {
  const auto found = std::find_if(offsets_.begin(), offsets_.end(),
                                  [&](const auto& known) { return known.first == zone; });
  return found == offsets_.end() ? nullptr : &found->second;
}

void LogClock::learn(std::string_view session_start, std::string_view session_id) {
  const auto local = read_local_time(session_start);
  if (!local || offset_of(local->zone) != nullptr || offsets_.size() == most_zones) return;
  const std::string_view start = session_id.substr(0, session_id.find('.'));
  std::int64_t since_1970 = 0;
  const char* const end = start.data() + start.size();
  const auto read = std::from_chars(start.data(), end, since_1970, 16);
  if (start.empty() || read.ec != std::errc() || read.ptr != end) return;
  const Time offset = std::chrono::floor<std::chrono::seconds>(local->clock) -
                      std::chrono::seconds(std::clamp<std::int64_t>(since_1970, 0, 1LL << 33));
  // No place on earth is further from Greenwich than 16 hours: such an id is no time.
  if (offset > 16 * hour || offset < -16 * hour) return;
  offsets_.emplace_back(local->zone, offset);
}

Time LogClock::since_1970(const LocalTime& local) {
  const Time* known = offset_of(local.zone);
  std::optional<Time> offset = known != nullptr ? *known : numeric_offset(local.zone);
  if (!offset && local.zone != "UTC" && local.zone != "GMT") {
    offset = last_offset_;
    if (last_ - (local.clock - *offset) > hour / 2) *offset -= hour;
  }
  last_offset_ = offset.value_or(Time::zero());
  last_ = local.clock - last_offset_;
  return last_;
}

}  // namespace onetrip
