#pragma once

#include <cstdint>
#include <string_view>

namespace onetrip {

/// How backslashes in plain `'…'` strings are read (standard_conforming_strings on or off).
enum class StringSyntax : std::uint8_t { standard, backslash };

enum class TokenKind : std::uint8_t {
  word,            ///< keyword or unquoted name
  quoted_name,     ///< "…" and U&"…"
  integer,         ///< 42, 0x2a, 1_000
  decimal,         ///< 4.2, .5, 1e5
  string,          ///< '…', with its continuations over newlines
  escape_string,   ///< E'…', and '…' under StringSyntax::backslash
  unicode_string,  ///< U&'…'
  bit_string,      ///< B'…', X'…'
  dollar_string,   ///< $$…$$, $tag$…$tag$
  parameter,       ///< $1
  op,              ///< all operators, `::`, `:=`, `=>` and `..`
  punctuation,     ///< one of , ( ) [ ] . ; : and every byte that has no other place
  comment,         ///< `-- …` to the line's end, or `/* … */` with those nested in it
  unterminated,    ///< a string, name or comment that the text ends in
};

/// Bytes [begin, end) of a text.
struct Token {
  std::uint32_t begin = 0, end = 0;
  TokenKind kind = TokenKind::punctuation;
  char first = 0;  ///< the token's first byte

  std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
  bool is(char punctuation) const { return kind == TokenKind::punctuation && first == punctuation; }
};

/// Text beyond this is not read.
inline constexpr std::size_t longest_text = 1U << 30;

/// Reads SQL as PostgreSQL's own lexer cuts it (manual, 4.1), one token at each call. Never fails:
/// what PostgreSQL refuses becomes some token too. Looks at every byte at most twice, allocates
/// nothing, keeps a view of the text.
class Scanner {
 public:
  explicit Scanner(std::string_view text, StringSyntax syntax = StringSyntax::standard);

  /// False at the end of the text.
  bool next(Token& token);

 private:
  TokenKind read_token(unsigned char first);
  TokenKind read_pair(bool is_pair);
  TokenKind read_word(unsigned char first);
  TokenKind read_number();
  TokenKind read_dollar();
  TokenKind read_operator();
  TokenKind read_block_comment();
  TokenKind read_line_comment();
  TokenKind read_quoted(char quote, TokenKind kind);
  TokenKind read_string(TokenKind kind);
  bool skip_string_body(TokenKind kind);
  bool skip_to_continuation();

  unsigned char at(std::size_t offset) const {
    return offset < size_ ? static_cast<unsigned char>(data_[offset]) : 0;
  }

  const char* data_;
  std::size_t size_;
  std::size_t here_ = 0;
  std::size_t signs_end_ = 0;  ///< up to here, signs behind an operator are single tokens
  StringSyntax syntax_;
};

/// A word as a number, for switch: its first eight bytes in lower case. Longer words are told apart
/// by these eight and by being longer, which is enough for the keywords that we ask for.
using WordCode = std::uint64_t;

constexpr WordCode word_code(std::string_view word) {
  WordCode code = 0;
  for (std::size_t i = 0; i < word.size() && i < 8; ++i) {
    const auto byte = static_cast<unsigned char>(word[i]) | 0x20U;
    code |= static_cast<WordCode>(byte) << (8 * i);
  }
  return word.size() > 8 ? code | (1ULL << 63) : code;
}

/// word_code of a token of `text`; 0 when it is no word.
WordCode word_code(std::string_view text, const Token& token);

}  // namespace onetrip
