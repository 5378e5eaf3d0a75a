#pragma once

#include <string_view>

#include "analyzer/scan.hpp"

namespace onetrip {

/// Where the statements of a text end: at `;` outside of parentheses (CREATE RULE … DO (…; …)) and
/// outside of BEGIN ATOMIC … END, whose inside may have CASE … END. Shown each token in turn,
/// comments left out.
class StatementEnds {
 public:
  /// True for a `;` that ends a statement.
  bool ends(std::string_view text, const Token& token) {
    if (first_) creates_ = word_code(text, token) == word_code("create");
    first_ = false;
    if (token.kind == TokenKind::punctuation) {
      if (token.first == '(') ++parentheses_;
      if (token.first == ')' && parentheses_ > 0) --parentheses_;
      first_ = token.first == ';' && parentheses_ == 0 && blocks_ == 0;
    } else if (creates_) {
      follow_blocks(word_code(text, token));
    }
    return first_;
  }

 private:
  void follow_blocks(WordCode code) {
    const bool opens = code == word_code("atomic") ? before_ == word_code("begin")
                                                   : blocks_ > 0 && code == word_code("case");
    if (opens) ++blocks_;
    if (code == word_code("end") && blocks_ > 0) --blocks_;
    before_ = code;
  }

  int parentheses_ = 0, blocks_ = 0;
  bool first_ = true;     ///< the next token begins a statement
  bool creates_ = false;  ///< only CREATE FUNCTION and PROCEDURE have such blocks
  WordCode before_ = 0;
};

}  // namespace onetrip
