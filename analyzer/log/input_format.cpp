#include "analyzer/log/input_format.hpp"

#include <algorithm>

#include "analyzer/log/log_time.hpp"

namespace onetrip {
namespace {

using namespace std::string_view_literals;

//   time "." milliseconds " " zone ","
bool is_csvlog(std::string_view line) {
  if (!begins_with_time(line)) return false;
  const std::size_t zone = line.find(' ', time_pattern.size());
  if (zone == std::string_view::npos) return false;
  const std::size_t end = line.find_first_of(", \"[", zone + 1);
  return end != std::string_view::npos && end > zone + 1 && line[end] == ',';
}

bool is_jsonlog(std::string_view line) {
  return line.starts_with("{\"timestamp\":\"");
}

/// `LOG:  statement: …` with anything before it; two blanks follow the colon.
bool is_stderr_log(std::string_view line) {
  constexpr std::string_view words[] = {
      "LOG:  ", "ERROR:  ", "FATAL:  ", "DETAIL:  ", "STATEMENT:  "};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
    const std::size_t place = line.find(word);
    if (place == std::string_view::npos) return false;
    return place == 0 || begins_with_time(line) || line[place - 1] == ' ' || line[place - 1] == ':';
  });
}

}  // namespace

InputFormat format_of(std::string_view beginning) {
  if (beginning.find_first_not_of(" \t\r\n") == std::string_view::npos) return InputFormat::empty;
  if (beginning.starts_with("\x1f\x8b"sv)) return InputFormat::gzip;
  if (beginning.starts_with("\x28\xb5\x2f\xfd"sv)) return InputFormat::zstd;
  if (beginning.starts_with("\xfd"
                            "7zXZ"sv))
    return InputFormat::xz;
  if (beginning.starts_with("BZh"sv)) return InputFormat::bzip2;
  if (beginning.find('\0') != std::string_view::npos) return InputFormat::binary;
  for (std::string_view rest = beginning; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (is_csvlog(line)) return InputFormat::csvlog;
    if (is_jsonlog(line)) return InputFormat::jsonlog;
    if (is_stderr_log(line)) return InputFormat::stderr_log;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return InputFormat::sql;
}

}  // namespace onetrip
