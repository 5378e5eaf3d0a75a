#include "analyzer/skeleton.hpp"

namespace onetrip {

/// True where a value must follow, so that + or - is its sign and no operator between two values.
bool Skeleton::is_operand_place(std::uint32_t token) const {
  if (token == 0) return true;
  const Token& before = tokens_[token - 1];
  if (before.kind == TokenKind::op) return true;
  if (before.kind == TokenKind::punctuation) return before.first != ')' && before.first != ']';
  switch (word_code(text_, before)) {
    case word_code("select"):
    case word_code("where"):
    case word_code("and"):
    case word_code("or"):
    case word_code("not"):
    case word_code("between"):
    case word_code("in"):
    case word_code("like"):
    case word_code("ilike"):
    case word_code("case"):
    case word_code("when"):
    case word_code("then"):
    case word_code("else"):
    case word_code("limit"):
    case word_code("offset"):
    case word_code("returning"):
    case word_code("by"):
    case word_code("on"):
    case word_code("having"):
    case word_code("distinct"):
    case word_code("all"):
    case word_code("any"):
    case word_code("some"):
    case word_code("from"):
    case word_code("to"):
    case word_code("for"):
    case word_code("set"):
    case word_code("default"):
    case word_code("return"):
    case word_code("fetch"):
    case word_code("first"):
    case word_code("forward"):
    case word_code("backward"):
    case word_code("relative"):
    case word_code("absolute"):
    case word_code("symmetric"):
    case word_code("with"):
    case word_code("as"):
    case word_code("minvalue"):
    case word_code("maxvalue"):
    case word_code("start"):
    case word_code("escape"):
      return true;
    default:
      return false;
  }
}

bool Skeleton::is_literal(std::uint32_t index) const {
  const Token& token = tokens_[index];
  switch (token.kind) {
    case TokenKind::integer:
    case TokenKind::decimal:
    case TokenKind::string:
    case TokenKind::escape_string:
    case TokenKind::unicode_string:
    case TokenKind::bit_string:
    case TokenKind::dollar_string:
    case TokenKind::parameter:
      return true;
    case TokenKind::op:
      break;
    default:
      return false;
  }
  if ((token.first != '-' && token.first != '+') || token.end - token.begin != 1) return false;
  if (index + 1 >= end_) return false;
  const TokenKind next = tokens_[index + 1].kind;
  return (next == TokenKind::integer || next == TokenKind::decimal) && is_operand_place(index);
}

SlotSource Skeleton::source_of(std::uint32_t index, bool negative) const {
  const Token& token = tokens_[index];
  SlotSource source;
  source.token = token.kind;
  source.negative = negative;
  source.begin = token.begin;
  source.end = token.end;
  switch (token.kind) {
    case TokenKind::integer:
      source.kind = SlotSource::Kind::integer;
      break;
    case TokenKind::decimal:
      source.kind = SlotSource::Kind::decimal;
      break;
    case TokenKind::bit_string:
      source.kind = SlotSource::Kind::bits;
      break;
    case TokenKind::parameter:
      source.kind = SlotSource::Kind::parameter;
      for (std::uint32_t i = token.begin + 1; i < token.end && source.count < 100000; ++i) {
        source.count = source.count * 10 + static_cast<std::uint32_t>(text_[i] - '0');
      }
      if (source.count == 0) source.count = 100000;  // $0 is never bound
      break;
    default:
      break;
  }
  return source;
}

}  // namespace onetrip
