#include "proxy/session/sql_names.hpp"

#include <algorithm>

namespace onetrip {

namespace {

struct Token {
  enum class Kind { end, word, quoted_name, literal, other };
  Kind kind = Kind::end;
  std::string_view bytes;

  bool is(std::string_view lower_word) const {
    return kind == Kind::word && bytes.size() == lower_word.size() &&
           std::equal(bytes.begin(), bytes.end(), lower_word.begin(), [](char c, char expected) {
             return static_cast<char>(c | 0x20) == expected;
           });
  }
  bool is_semicolon() const { return bytes == ";"; }

  /// As the server holds a name: folded unless it is quoted.
  std::optional<std::string> name() const {
    std::string name;
    if (kind == Kind::quoted_name) {
      for (std::size_t i = 1; i + 1 < bytes.size(); ++i) {
        name += bytes[i];
        if (bytes[i] == '"') ++i;
      }
      return name;
    }
    if (kind != Kind::word) return std::nullopt;
    for (const char c : bytes) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return name;
  }
};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// Cuts SQL into words, quoted names, literals and single characters, without space and comments.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  Token next() {
    skip_space();
    begin_ = at_;
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (c == '"') return quoted(c, Token::Kind::quoted_name);
    if (c == '\'') return quoted(c, Token::Kind::literal);
    if (c == '$') return dollar();
    if (!is_in_word(c)) {
      ++at_;
      return token(Token::Kind::other);
    }
    while (at_ < text_.size() && is_in_word(text_[at_])) ++at_;
    const Token word = token(Token::Kind::word);
    return word.is("e") && at('\'') ? escaped() : word;
  }

  /// Where the last token begins.
  std::size_t begin() const { return begin_; }

 private:
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  Token token(Token::Kind kind) const { return {kind, text_.substr(begin_, at_ - begin_)}; }

  void skip_space() {
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      const std::string_view rest = text_.substr(at_, 2);
      if (rest == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest == "/*") {
        skip_comment();
      } else {
        return;
      }
    }
  }

  void skip_comment() {
    int depth = 0;
    do {
      const std::string_view pair = text_.substr(at_, 2);
      depth += pair == "/*" ? 1 : pair == "*/" ? -1 : 0;
      at_ += std::size_t{pair == "/*" || pair == "*/" ? 2U : 1U};
    } while (depth > 0 && at_ < text_.size());
  }

  Token quoted(char quote, Token::Kind kind) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (!at(quote)) continue;
      if (text_.substr(at_ + 1, 1) != text_.substr(at_, 1)) break;
      ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
    return token(kind);
  }

  Token escaped() {
    for (++at_; at_ < text_.size() && !at('\''); ++at_) {
      if (at('\\')) ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
    return token(Token::Kind::literal);
  }

  Token dollar() {
    const std::size_t close = text_.find('$', at_ + 1);
    const std::string_view tag =
        close == std::string_view::npos ? "" : text_.substr(at_, close + 1 - at_);
    const bool is_tag = tag.size() >= 2 && !(tag[1] >= '0' && tag[1] <= '9') &&
                        std::all_of(tag.begin(), tag.end(), is_in_word);
    if (!is_tag) {
      ++at_;
      return token(Token::Kind::other);
    }
    const std::size_t end = text_.find(tag, close + 1);
    at_ = end == std::string_view::npos ? text_.size() : end + tag.size();
    return token(Token::Kind::literal);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

/// Moves behind the keyword that begins the nth statement of its kind.
bool find_statement(Tokens& tokens, std::string_view keyword, unsigned nth) {
  bool at_start = true;
  for (Token token = tokens.next(); token.kind != Token::Kind::end; token = tokens.next()) {
    if (at_start && token.is(keyword) && nth-- == 0) return true;
    at_start = token.is_semicolon();
  }
  return false;
}

}  // namespace

std::optional<std::string> deallocated_name(std::string_view text, unsigned nth) {
  Tokens tokens(text);
  if (!find_statement(tokens, "deallocate", nth)) return std::nullopt;
  const Token first = tokens.next();
  if (!first.is("prepare")) return first.name();
  const Token second = tokens.next();
  const bool is_the_name = second.kind == Token::Kind::end || second.is_semicolon();
  return is_the_name ? first.name() : second.name();
}

std::optional<SqlPrepare> sql_prepare(std::string_view text, unsigned nth) {
  Tokens tokens(text);
  if (!find_statement(tokens, "prepare", nth)) return std::nullopt;
  const auto name = tokens.next().name();
  if (!name) return std::nullopt;
  Token token = tokens.next();
  while (token.kind != Token::Kind::end && !token.is("as")) token = tokens.next();
  if (token.kind == Token::Kind::end) return std::nullopt;
  token = tokens.next();
  const std::size_t begin = tokens.begin();
  while (token.kind != Token::Kind::end && !token.is_semicolon()) token = tokens.next();
  const std::size_t end = token.kind == Token::Kind::end ? text.size() : tokens.begin();
  return SqlPrepare{*name, text.substr(begin, end - begin)};
}

}  // namespace onetrip
