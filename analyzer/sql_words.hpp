#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/scan.hpp"

namespace onetrip {

/// One word of Statement::normalized. Views of that text.
struct SqlWord {
  enum class Kind : std::uint8_t { word, quoted, placeholder, other };
  Kind kind = Kind::other;
  std::string_view text;
  std::size_t begin = 0;

  std::size_t end() const { return begin + text.size(); }
  bool is_name() const { return kind == Kind::word || kind == Kind::quoted; }
  /// A keyword, operator or punctuation; `lower` in lower case.
  bool is(std::string_view lower) const {
    if (kind != Kind::word && kind != Kind::other) return false;
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == b;
    });
  }
  /// The name that a word stands for: without quotes, or folded to lower case.
  std::string name() const;
};

inline std::string SqlWord::name() const {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kind != Kind::quoted) {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    } else if (i > 0 && i + 1 < text.size()) {
      result += text[i];
      if (text[i] == '"') ++i;
    }
  }
  return result;
}

/// The lexer takes `?=?` for one operator: here it is three words, and `=?` two. Operators that do
/// have a question mark (`?|`, `@?`) stay whole.
inline bool split_operator(std::string_view text, std::size_t begin, std::vector<SqlWord>& words) {
  using Kind = SqlWord::Kind;
  std::string_view middle = text;
  const bool last = middle.ends_with('?');
  if (last) middle.remove_suffix(1);
  const bool first = middle.starts_with('?');
  if (first) middle.remove_prefix(1);
  const bool compares = !middle.empty() && middle.find_first_not_of("=<>!") == middle.npos;
  if ((!first && !last) || (first && !compares) || middle == "@") return false;
  if (first) words.push_back({Kind::placeholder, text.substr(0, 1), begin});
  if (!middle.empty()) words.push_back({Kind::other, middle, begin + (first ? 1U : 0U)});
  if (last)
    words.push_back({Kind::placeholder, text.substr(text.size() - 1), begin + text.size() - 1});
  return true;
}

/// Placeholders are `$1`, `?`, and the `...` that stands for the elements of a list; the n-th of
/// them is slot n of the statement.
inline std::vector<SqlWord> sql_words(std::string_view text) {
  using Kind = SqlWord::Kind;
  std::vector<SqlWord> words;
  Scanner scanner(text);
  std::size_t list_end = 0;
  for (Token token; scanner.next(token);) {
    if (token.begin < list_end || token.kind == TokenKind::comment) continue;
    if (text.substr(token.begin, 3) == "...") {
      list_end = token.begin + 3U;
      words.push_back({Kind::placeholder, text.substr(token.begin, 3), token.begin});
      continue;
    }
    Kind kind = Kind::other;
    if (token.kind == TokenKind::word) kind = Kind::word;
    if (token.kind == TokenKind::quoted_name) kind = Kind::quoted;
    if (token.kind == TokenKind::parameter) kind = Kind::placeholder;
    const std::string_view piece = token.in(text);
    if (token.kind == TokenKind::op && split_operator(piece, token.begin, words)) continue;
    words.push_back({kind, piece, token.begin});
  }
  return words;
}

/// Index of the first word that is `keyword`, outside parentheses, from `from` on; words.size()
/// when there is none.
inline std::size_t find_keyword(const std::vector<SqlWord>& words, std::string_view keyword,
                                std::size_t from = 0) {
  int depth = 0;
  for (std::size_t i = from; i < words.size(); ++i) {
    if (words[i].is("(")) ++depth;
    if (words[i].is(")")) --depth;
    if (depth == 0 && words[i].is(keyword)) return i;
  }
  return words.size();
}

}  // namespace onetrip
