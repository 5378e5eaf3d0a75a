#include "analyzer/finding.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <tuple>

namespace onetrip {
namespace {

std::string hex16(std::string_view text) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016" PRIx64, XXH3_64bits(text.data(), text.size()));
  return digits.data();
}

struct Date {
  std::int64_t year;
  unsigned month, day;
};

Date civil(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

}  // namespace

std::string_view to_string(Severity severity) {
  static constexpr std::string_view names[] = {"info", "warning", "error"};
  return names[static_cast<int>(severity)];
}

std::string_view to_string(Confidence confidence) {
  static constexpr std::string_view names[] = {"possible", "likely", "proven"};
  return names[static_cast<int>(confidence)];
}

std::string_view to_string(Direction direction) {
  static constexpr std::string_view names[] = {"forward", "reverse", "many_to_many", "refetch"};
  return names[static_cast<int>(direction)];
}

std::string_view to_string(WindowSource source) {
  static constexpr std::string_view names[] = {"trace", "tag", "savepoint", "idle_gap", "named"};
  return names[static_cast<int>(source)];
}

void identify(Finding& finding) {
  std::string cause = finding.rule;
  // Where the values of a write came from may not be known the next time: it is the same fault.
  if (finding.link && finding.link->direction) {
    std::vector<std::string> columns = finding.link->parent_columns;
    std::sort(columns.begin(), columns.end());
    for (const std::string& column : columns) cause += "\n" + column;
    cause += "\n> " + finding.link->child_column;
  }
  cause += "\n" + finding.shape;
  finding.cause = hex16(cause);
  finding.id = hex16(finding.cause + "\n" + finding.label + "\n" + finding.statement.fingerprint);
}

bool worse(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& f) {
    return std::make_tuple(f.severity, f.confidence, f.evidence.saved_ms, f.evidence.count);
  };
  const auto left = rank(a), right = rank(b);
  return left != right ? left > right : a.id < b.id;
}

std::string rfc3339(std::int64_t unix_ms) {
  constexpr std::int64_t day_ms = 86'400'000;
  std::int64_t days = unix_ms / day_ms, rest = unix_ms % day_ms;
  if (rest < 0) {
    rest += day_ms;
    --days;
  }
  const Date date = civil(days);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year), date.month, date.day,
                static_cast<int>(rest / 3'600'000), static_cast<int>(rest / 60'000 % 60),
                static_cast<int>(rest / 1000 % 60), static_cast<int>(rest % 1000));
  return text.data();
}

std::int64_t unix_ms(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  constexpr int parts = 7;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3uZ", &year, &month, &day, &hour, &minute,
                  &second, &ms) != parts)
    return 0;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                            std::chrono::day(day)};
  if (!date.ok()) return 0;
  const milliseconds time = hours(hour) + minutes(minute) + seconds(second) + milliseconds(ms);
  return (sys_days(date).time_since_epoch() + time).count();
}

}  // namespace onetrip
