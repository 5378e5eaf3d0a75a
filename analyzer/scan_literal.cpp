#include "analyzer/scan_literal.hpp"

#include <charconv>
#include <optional>

namespace onetrip {
namespace {

void add_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | (code >> 18 & 0x07));
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

/// Reads the inside of quoted tokens, byte by byte.
class Unquoter {
 public:
  Unquoter(std::string_view token, std::size_t begin, std::string& out)
      : token_(token), here_(begin), out_(out) {}

  //   body = { byte | quote quote } quote [ space quote body ]
  // which is what the scanner took for one token.
  void read(char quote, void (Unquoter::*escape)()) {
    while (here_ < token_.size()) {
      const char byte = token_[here_];
      if (byte == quote) {
        const bool doubled = here_ + 1 < token_.size() && token_[here_ + 1] == quote;
        if (doubled) out_.push_back(quote);
        here_ = doubled ? here_ + 2 : next_part(quote);
      } else if (byte == '\\' && escape != nullptr && here_ + 1 < token_.size()) {
        ++here_;
        (this->*escape)();
      } else {
        out_.push_back(byte);
        ++here_;
      }
    }
  }

  // \b \f \n \r \t   \o \oo \ooo   \xh \xhh   \uhhhh \Uhhhhhhhh   and any other byte for itself
  void c_escape() {
    const char byte = token_[here_];
    switch (byte) {
      case 'b':
        return plain('\b');
      case 'f':
        return plain('\f');
      case 'n':
        return plain('\n');
      case 'r':
        return plain('\r');
      case 't':
        return plain('\t');
      case 'x':
        return number(1, 2, 16, Number::byte);
      case 'u':
        return number(1, 4, 16, Number::code_point);
      case 'U':
        return number(1, 8, 16, Number::code_point);
      default:
        break;
    }
    if (byte >= '0' && byte <= '7') return number(0, 3, 8, Number::byte);
    plain(byte);
  }

  // \hhhh   \+hhhhhh   \\                (without UESCAPE, which nobody writes)
  void unicode_escape() {
    if (token_[here_] == '\\') return plain('\\');
    if (token_[here_] == '+') return number(1, 6, 16, Number::code_point);
    number(0, 4, 16, Number::code_point);
  }

 private:
  enum class Number { byte, code_point };

  void plain(char byte) {
    out_.push_back(byte);
    ++here_;
  }

  void number(std::size_t skip, std::size_t most, int base, Number what) {
    const std::string_view digits = token_.substr(std::min(here_ + skip, token_.size()), most);
    std::uint32_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (read.ptr == digits.data()) return plain(token_[here_]);
    here_ += skip + static_cast<std::size_t>(read.ptr - digits.data());
    if (what == Number::byte) return out_.push_back(static_cast<char>(value));
    add_utf8(out_, value);
  }

  std::size_t next_part(char quote) const {
    const std::size_t open = token_.find(quote, here_ + 1);
    return open == std::string_view::npos ? token_.size() : open + 1;
  }

  std::string_view token_;
  std::size_t here_;
  std::string& out_;
};

std::string_view unquoted(std::string_view token, char quote, void (Unquoter::*escape)(),
                          std::string& scratch) {
  const std::size_t open = token.find(quote);
  if (open == std::string_view::npos) return token;
  const std::string_view body = token.substr(open + 1);
  const bool plain = body.find(quote) == body.size() - 1 &&
                     (escape == nullptr || body.find('\\') == std::string_view::npos);
  if (plain && !body.empty()) return body.substr(0, body.size() - 1);
  scratch.clear();
  Unquoter(token, open + 1, scratch).read(quote, escape);
  return scratch;
}

std::string_view dollar_body(std::string_view token) {
  const std::size_t mark = token.find('$', 1);
  if (mark == std::string_view::npos || token.size() < 2 * (mark + 1)) return token;
  return token.substr(mark + 1, token.size() - 2 * (mark + 1));
}

std::string_view without_underscores(std::string_view digits, std::string& scratch) {
  if (digits.find('_') == std::string_view::npos) return digits;
  scratch.clear();
  for (const char digit : digits) {
    if (digit != '_') scratch.push_back(digit);
  }
  return scratch;
}

std::optional<std::int64_t> integer_value(std::string_view digits) {
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0') {
    const char radix = static_cast<char>(digits[1] | 0x20);
    base = radix == 'x' ? 16 : radix == 'o' ? 8 : radix == 'b' ? 2 : 10;
    if (base != 10) digits.remove_prefix(2);
  }
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, base);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

ValueHash number_hash(std::string_view token, const SlotSource& source, const ValueHasher& hasher,
                      std::string& scratch) {
  const std::string_view digits = without_underscores(token, scratch);
  if (source.kind == SlotSource::Kind::integer) {
    const auto value = integer_value(digits);
    if (value) return hasher.integer(source.negative ? -*value : *value);
  }
  const std::string signed_digits = (source.negative ? "-" : "") + std::string(digits);
  return hasher.text(type_oid::numeric, signed_digits);
}

}  // namespace

std::string_view token_value(std::string_view token, TokenKind kind, std::string& scratch) {
  switch (kind) {
    case TokenKind::string:
      return unquoted(token, '\'', nullptr, scratch);
    case TokenKind::escape_string:
      return unquoted(token, '\'', &Unquoter::c_escape, scratch);
    case TokenKind::unicode_string:
      return unquoted(token, '\'', &Unquoter::unicode_escape, scratch);
    case TokenKind::quoted_name:
      return unquoted(token, '"', token.front() == '"' ? nullptr : &Unquoter::unicode_escape,
                      scratch);
    case TokenKind::dollar_string:
      return dollar_body(token);
    case TokenKind::word:
      scratch.assign(token);
      for (char& byte : scratch) {
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
      }
      return scratch;
    default:
      return token;
  }
}

ValueHash literal_hash(std::string_view text, const SlotSource& source, const ValueHasher& hasher,
                       std::string& scratch) {
  const std::string_view token = text.substr(source.begin, source.end - source.begin);
  switch (source.kind) {
    case SlotSource::Kind::integer:
    case SlotSource::Kind::decimal:
      return number_hash(token, source, hasher, scratch);
    case SlotSource::Kind::text:
      return hasher.text(type_oid::unspecified, token_value(token, source.token, scratch));
    default:
      return no_value;
  }
}

Slot literal_slot(std::string_view text, const SlotSource& source, const ValueHasher& hasher,
                  std::string& scratch, std::vector<ValueHash>& elements) {
  if (source.kind == SlotSource::Kind::text) {
    const std::string_view token = text.substr(source.begin, source.end - source.begin);
    return hasher.text_slot(type_oid::unspecified, token_value(token, source.token, scratch),
                            elements);
  }
  Slot slot;
  slot.kind = Slot::Kind::scalar;
  slot.hash = literal_hash(text, source, hasher, scratch);
  if (source.kind == SlotSource::Kind::integer && !source.negative)
    slot.clear = clear_of(text.substr(source.begin, source.end - source.begin));
  return slot;
}

}  // namespace onetrip
