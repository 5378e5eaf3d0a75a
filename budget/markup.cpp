#include "budget/markup.hpp"

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

/// U+FFFE and U+FFFF, the only characters left that XML 1.0 has no place for.
bool is_no_character(std::string_view bytes) {
  return bytes.starts_with("\xEF\xBF\xBE") || bytes.starts_with("\xEF\xBF\xBF");
}

void append_line(std::string& out, std::string_view line) {
  const std::string text = printable(line);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escaped = entity(text[i]);
    if (!escaped.empty()) {
      out.append(escaped);
    } else if (is_no_character(std::string_view(text).substr(i))) {
      out.append("\xEF\xBF\xBD");
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
}

}  // namespace

std::string markup(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    append_line(out, text.substr(0, end));
    out.push_back('\n');
    text.remove_prefix(end + 1);
  }
  append_line(out, text);
  return out;
}

}  // namespace onetrip
