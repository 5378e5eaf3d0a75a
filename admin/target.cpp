#include "admin/target.hpp"

#include <cctype>

namespace onetrip {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { literal, blank };

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::blank) {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

bool read_query(std::string_view query, RequestTarget& target) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const auto name = decode(pair.substr(0, equals), Plus::blank);
    const auto value =
        decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), Plus::blank);
    if (!name || !value || !target.parameters.emplace(*name, *value).second) return false;
  }
  return true;
}

}  // namespace

std::optional<RequestTarget> parse_target(std::string_view text) {
  const std::size_t mark = text.find('?');
  const auto path = decode(text.substr(0, mark), Plus::literal);
  if (!path || !path->starts_with('/')) return std::nullopt;
  RequestTarget target{*path, {}};
  if (mark != std::string_view::npos && !read_query(text.substr(mark + 1), target))
    return std::nullopt;
  return target;
}

std::string host_name(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else {
    host = host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1);
  }
  std::string out;
  for (const char c : host)
    out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

}  // namespace onetrip
