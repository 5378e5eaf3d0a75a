#include "analyzer/log/message.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace onetrip {
namespace {

using What = LogMessage::What;

bool skip(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

//   NAME [ "/" PORTAL ] ": " SQL         A name may hold anything; nobody's does hold ": ".
bool read_named(std::string_view text, LogMessage& message) {
  const std::size_t end = text.find(": ");
  if (end == std::string_view::npos) return false;
  message.sql = text.substr(end + 2);
  message.name = text.substr(0, std::min(text.find('/'), end));
  if (message.name == "<unnamed>") message.name = {};
  return true;
}

void read_what(std::string_view text, LogMessage& message) {
  What what = What::other;
  if (skip(text, "statement: ")) {
    message.sql = text;
    message.what = What::query;
    return;
  }
  if (skip(text, "execute fetch from ") || skip(text, "parse ") || skip(text, "bind ")) {
    what = What::step;
  } else if (skip(text, "execute ")) {
    what = What::execute;
  }
  if (what != What::other && read_named(text, message)) message.what = what;
}

//   N [ "." digits ] " ms"
bool read_duration(std::string_view& text, Time& duration) {
  double ms = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), ms);
  constexpr double longest_ms = 1e12;
  if (read.ec != std::errc() || !(ms >= 0 && ms < longest_ms)) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  duration = std::chrono::round<Time>(std::chrono::duration<double, std::milli>(ms));
  return skip(text, " ms");
}

//   "'" { any | "''" } "'"
bool read_quoted(std::string_view& text, std::string& value) {
  value.clear();
  if (!skip(text, "'")) return false;
  while (true) {
    const std::size_t end = text.find('\'');
    if (end == std::string_view::npos) return false;
    value.append(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (!skip(text, "'")) return true;
    value.push_back('\'');
  }
}

}  // namespace

LogMessage read_message(std::string_view message) {
  LogMessage out;
  std::string_view text = message;
  if (!skip(text, "duration: ")) {
    read_what(text, out);
    return out;
  }
  Time duration{};
  if (!read_duration(text, duration)) return out;
  if (text.empty()) {
    out.what = What::ended;
  } else if (skip(text, "  ")) {
    read_what(text, out);
  }
  if (out.what != What::other) out.duration = duration;
  return out;
}

bool read_parameters(std::string_view detail, const VisitParameter& visit) {
  if (!skip(detail, "parameters: ") && !skip(detail, "Parameters: ")) return false;
  std::string value;
  for (std::size_t number = 1;; ++number) {
    if (!skip(detail, "$" + std::to_string(number) + " = ")) return false;
    if (skip(detail, "NULL")) {
      visit(std::nullopt);
    } else {
      if (!read_quoted(detail, value)) return false;
      visit(value);
    }
    if (detail.empty()) return true;
    if (!skip(detail, ", ")) return false;
  }
}

}  // namespace onetrip
