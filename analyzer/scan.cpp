#include "analyzer/scan.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace onetrip {
namespace {

// What a byte may be, as bits, so that one look at a table answers.
enum : std::uint8_t {
  space = 1,
  newline = 2,
  name_start = 4,
  digit = 8,
  operator_byte = 16,
  tail_maker = 32,  // lets an operator end in + or - (manual, 4.1.3)
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&classes](std::string_view bytes, std::uint8_t bits) {
    for (const char byte : bytes) classes[static_cast<unsigned char>(byte)] |= bits;
  };
  mark(" \t\n\r\f\v", space);
  mark("\n\r", newline);
  mark("0123456789", digit);
  mark("~!@#^&|`?+-*/%<>=", operator_byte);
  mark("~!@#^&|`?%", tail_maker);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool letter = (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z';
    if (letter || byte == '_' || byte >= 0x80) classes[byte] |= name_start;
  }
  return classes;
}

constexpr auto classes = make_classes();

constexpr bool is(unsigned char byte, unsigned bits) {
  return (classes[byte] & bits) != 0;
}

constexpr bool is_hex(unsigned char byte) {
  const unsigned lower = byte | 0x20U;
  return is(byte, digit) || (lower >= 'a' && lower <= 'f');
}

}  // namespace

WordCode word_code(std::string_view text, const Token& token) {
  if (token.kind != TokenKind::word) return 0;
  const std::size_t length = token.end - token.begin;
  if constexpr (std::endian::native == std::endian::little) {
    if (text.size() - token.begin >= 8) {
      WordCode code;
      std::memcpy(&code, text.data() + token.begin, sizeof code);
      code |= 0x2020202020202020ULL;
      if (length < 8) return code & ((1ULL << (8 * length)) - 1);
      return length > 8 ? code | (1ULL << 63) : code;
    }
  }
  return word_code(token.in(text));
}

Scanner::Scanner(std::string_view text, StringSyntax syntax)
    : data_(text.data()),
      size_(std::min<std::size_t>(text.size(), longest_text)),
      syntax_(syntax) {}

bool Scanner::next(Token& token) {
  while (here_ < size_ && is(at(here_), space)) ++here_;
  if (here_ >= size_) return false;
  token.begin = static_cast<std::uint32_t>(here_);
  token.first = data_[here_];
  token.kind = read_token(at(here_));
  token.end = static_cast<std::uint32_t>(here_);
  return true;
}

TokenKind Scanner::read_token(unsigned char first) {
  if (is(first, name_start)) return read_word(first);
  if (is(first, digit)) return read_number();
  if (first == '/' && at(here_ + 1) == '*') return read_block_comment();
  if (first == '-' && at(here_ + 1) == '-') return read_line_comment();
  if (is(first, operator_byte)) return read_operator();
  switch (first) {
    case '\'':
      ++here_;
      return read_string(syntax_ == StringSyntax::standard ? TokenKind::string
                                                           : TokenKind::escape_string);
    case '"':
      ++here_;
      return read_quoted('"', TokenKind::quoted_name);
    case '$':
      return read_dollar();
    case '.':
      if (is(at(here_ + 1), digit)) return read_number();
      return read_pair(at(here_ + 1) == '.');
    case ':':
      return read_pair(at(here_ + 1) == ':' || at(here_ + 1) == '=');
    default:
      ++here_;
      return TokenKind::punctuation;
  }
}

TokenKind Scanner::read_pair(bool is_pair) {
  here_ += is_pair ? 2 : 1;
  return is_pair ? TokenKind::op : TokenKind::punctuation;
}

//   e'…'  b'…'  x'…'  u&'…'  u&"…"      n'…' is the word n, then a string
TokenKind Scanner::read_word(unsigned char first) {
  const unsigned char second = at(here_ + 1);
  const unsigned lower = first | 0x20U;
  if (second == '\'' && (lower == 'e' || lower == 'b' || lower == 'x')) {
    here_ += 2;
    return read_string(lower == 'e' ? TokenKind::escape_string : TokenKind::bit_string);
  }
  if (lower == 'u' && second == '&' && (at(here_ + 2) == '\'' || at(here_ + 2) == '"')) {
    here_ += 3;
    if (at(here_ - 1) == '"') return read_quoted('"', TokenKind::quoted_name);
    return read_string(TokenKind::unicode_string);
  }
  do {
    ++here_;
  } while (is(at(here_), name_start | digit) || at(here_) == '$');
  return TokenKind::word;
}

//   digits [. [digits]] [e [+-] digits]     . digits …     0x… 0o… 0b…
// Letters that follow at once are an error in PostgreSQL and belong to the number here. `1..2` is
// 1, `..`, 2.
TokenKind Scanner::read_number() {
  const auto skip_digits = [this] {
    while (is(at(here_), digit) || (at(here_) == '_' && is(at(here_ + 1), digit))) ++here_;
  };
  TokenKind kind = TokenKind::integer;
  const unsigned radix = at(here_) == '0' ? at(here_ + 1) | 0x20U : 0;
  if ((radix == 'x' || radix == 'o' || radix == 'b') && is_hex(at(here_ + 2))) {
    here_ += 2;
  } else {
    skip_digits();
    if (at(here_) == '.' && at(here_ + 1) != '.') {
      kind = TokenKind::decimal;
      ++here_;
      skip_digits();
    }
    if ((at(here_) | 0x20U) == 'e') {
      const std::size_t sign = at(here_ + 1) == '+' || at(here_ + 1) == '-' ? 1 : 0;
      if (is(at(here_ + 1 + sign), digit)) {
        kind = TokenKind::decimal;
        here_ += 1 + sign;
        skip_digits();
      }
    }
  }
  while (is(at(here_), name_start | digit)) ++here_;
  return kind;
}

//   $1     $$…$$     $tag$…$tag$
TokenKind Scanner::read_dollar() {
  std::size_t end = here_ + 1;
  if (is(at(end), digit)) {
    while (is(at(end), digit)) ++end;
    here_ = end;
    return TokenKind::parameter;
  }
  if (is(at(end), name_start)) {
    while (is(at(end), name_start | digit)) ++end;
  }
  if (at(end) != '$') {
    ++here_;
    return TokenKind::punctuation;
  }
  const std::string_view text(data_, size_);
  const std::string_view mark = text.substr(here_, end + 1 - here_);
  const std::size_t close = text.find(mark, end + 1);
  if (close == std::string_view::npos) {
    here_ = size_;
    return TokenKind::unterminated;
  }
  here_ = close + mark.size();
  return TokenKind::dollar_string;
}

// The longest run of operator bytes, cut where a comment begins; + and - at its end are tokens of
// their own unless the run has a byte that no operator of the standard has.
TokenKind Scanner::read_operator() {
  const std::size_t begin = here_;
  if (begin < signs_end_) {
    ++here_;
    return TokenKind::op;
  }
  bool may_end_in_sign = false;
  std::size_t end = begin;
  for (; is(at(end), operator_byte); ++end) {
    const unsigned char byte = at(end);
    if ((byte == '/' && at(end + 1) == '*') || (byte == '-' && at(end + 1) == '-')) break;
    may_end_in_sign = may_end_in_sign || is(byte, tail_maker);
  }
  if (!may_end_in_sign) {
    signs_end_ = end;  // a run of signs is not read again for each of them
    while (end - begin > 1 && (at(end - 1) == '+' || at(end - 1) == '-')) --end;
  }
  here_ = end;
  return TokenKind::op;
}

TokenKind Scanner::read_block_comment() {
  here_ += 2;
  for (std::size_t depth = 1; here_ < size_;) {
    if (at(here_) == '/' && at(here_ + 1) == '*') {
      here_ += 2;
      ++depth;
    } else if (at(here_) == '*' && at(here_ + 1) == '/') {
      here_ += 2;
      if (--depth == 0) return TokenKind::comment;
    } else {
      do {
        ++here_;
      } while (here_ < size_ && data_[here_] != '*' && data_[here_] != '/');
    }
  }
  return TokenKind::unterminated;
}

TokenKind Scanner::read_line_comment() {
  while (here_ < size_ && !is(at(here_), newline)) ++here_;
  return TokenKind::comment;
}

TokenKind Scanner::read_quoted(char quote, TokenKind kind) {
  for (;;) {
    const void* found = here_ < size_ ? std::memchr(data_ + here_, quote, size_ - here_) : nullptr;
    if (found == nullptr) {
      here_ = size_;
      return TokenKind::unterminated;
    }
    here_ = static_cast<std::size_t>(static_cast<const char*>(found) - data_) + 1;
    if (at(here_) != static_cast<unsigned char>(quote)) return kind;
    ++here_;
  }
}

TokenKind Scanner::read_string(TokenKind kind) {
  do {
    if (!skip_string_body(kind)) {
      here_ = size_;
      return TokenKind::unterminated;
    }
  } while (skip_to_continuation());
  return kind;
}

bool Scanner::skip_string_body(TokenKind kind) {
  if (kind == TokenKind::bit_string) {  // a doubled quote means nothing here
    while (here_ < size_ && at(here_) != '\'') ++here_;
    return here_++ < size_;
  }
  if (kind != TokenKind::escape_string) return read_quoted('\'', kind) == kind;
  while (here_ < size_) {
    const unsigned char byte = at(here_);
    if (byte == '\\') {
      here_ += 2;
    } else if (byte != '\'') {
      ++here_;
    } else if (at(here_ + 1) == '\'') {
      here_ += 2;
    } else {
      ++here_;
      return true;
    }
  }
  return false;
}

//   'a'
//   'b'        is 'ab': white space with a newline in it, `--` comments too, then a quote
bool Scanner::skip_to_continuation() {
  bool line_ended = false;
  std::size_t look = here_;
  while (look < size_) {
    if (is(at(look), space)) {
      line_ended = line_ended || is(at(look), newline);
      ++look;
    } else if (at(look) == '-' && at(look + 1) == '-') {
      while (look < size_ && !is(at(look), newline)) ++look;
    } else {
      break;
    }
  }
  if (!line_ended || at(look) != '\'') return false;
  here_ = look + 1;
  return true;
}

}  // namespace onetrip
