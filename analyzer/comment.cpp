#include "analyzer/comment.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_value = 1024;

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that `%xx` at this place stands for, -1 when it is not one.
int encoded_byte(std::string_view text, std::size_t percent) {
  if (percent + 2 >= text.size()) return -1;
  const int high = hex_digit(text[percent + 1]);
  const int low = hex_digit(text[percent + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

//   %xx     %%xx, from drivers that take % for their own     + for a blank     \' \\ for themselves
std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const bool doubled = byte == '%' && i + 1 < text.size() && text[i + 1] == '%';
    const int code = byte == '%' ? encoded_byte(text, doubled ? i + 1 : i) : -1;
    if (code >= 0) {
      out.push_back(static_cast<char>(code));
      i += doubled ? 3 : 2;
    } else if (byte == '\\' && i + 1 < text.size()) {
      out.push_back(text[++i]);
    } else {
      out.push_back(byte == '+' ? ' ' : byte);
      if (doubled) ++i;
    }
  }
  return out;
}

bool is_still_encoded(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (encoded_byte(text, i) >= 0) return true;
  }
  return false;
}

void cut(std::string& text) {
  if (text.size() <= longest_value) return;
  std::size_t length = longest_value;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  text.resize(length);
}

}  // namespace

bool CommentReader::next(CommentPair& pair) {
  for (;;) {
    const std::size_t start = rest_.find_first_not_of(", \t\r\n\f\v");
    if (start == std::string_view::npos) return false;
    rest_.remove_prefix(start);
    const std::size_t end = rest_.find_first_of("=:,");
    if (end == std::string_view::npos) return false;
    pair.key = trimmed(rest_.substr(0, end));
    const char mark = rest_[end];
    rest_.remove_prefix(end + 1);
    if (mark == ',') continue;
    const std::size_t value = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(value == std::string_view::npos ? rest_.size() : value);
    pair.quoted = !rest_.empty() && (rest_.front() == '\'' || rest_.front() == '"');
    pair.quoted ? read_quoted(pair) : read_bare(pair);
    return true;
  }
}

void CommentReader::read_quoted(CommentPair& pair) {
  const char quote = rest_.front();
  std::size_t end = 1;
  while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2U : 1U;
  end = std::min(end, rest_.size());
  pair.value = rest_.substr(1, end - 1);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
}

void CommentReader::read_bare(CommentPair& pair) {
  const std::size_t end = std::min(rest_.find(','), rest_.size());
  pair.value = trimmed(rest_.substr(0, end));
  rest_.remove_prefix(end);
}

std::string comment_value(const CommentPair& pair) {
  std::string value(pair.value.substr(0, 4 * longest_value));
  if (pair.quoted && value.find_first_of("%+\\,") != std::string::npos) {
    value = decoded(value);
    if (is_still_encoded(value)) value = decoded(value);
    while (!value.empty() && value.back() == ',') value.pop_back();  // the specification's example
  }
  for (char& byte : value) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) byte = ' ';
  }
  cut(value);
  return value;
}

}  // namespace onetrip
