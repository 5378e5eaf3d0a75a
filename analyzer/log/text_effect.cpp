#include "analyzer/log/text_effect.hpp"

#include <array>

#include "analyzer/statement_ends.hpp"

namespace onetrip {
namespace {

using Words = std::array<WordCode, 3>;

TransactionStatus after(const Words& words, TransactionStatus before) {
  switch (words[0]) {
    case word_code("begin"):
    case word_code("start"):
      return before == TransactionStatus::failed ? before : TransactionStatus::open;
    case word_code("commit"):
    case word_code("end"):
    case word_code("abort"):
      return TransactionStatus::idle;
    case word_code("rollback"):
      if (words[1] != word_code("to") && words[2] != word_code("to"))
        return TransactionStatus::idle;
      return before == TransactionStatus::failed ? TransactionStatus::open : before;
    case word_code("prepare"):
      return words[1] == word_code("transaction") ? TransactionStatus::idle : before;
    default:
      return before;
  }
}

}  // namespace

TextEffect effect_of(std::string_view sql, TransactionStatus before) {
  TextEffect effect{0, before};
  const bool may_be_several = sql.find(';') != std::string_view::npos;
  StatementEnds statement;
  Words words{};
  std::size_t tokens = 0;
  const auto close = [&] {
    if (tokens == 0) return;
    ++effect.statements;
    effect.status = after(words, effect.status);
    tokens = 0;
    words.fill(0);
  };
  Scanner scanner(sql);
  for (Token token; scanner.next(token);) {
    if (token.kind == TokenKind::comment) continue;
    if (statement.ends(sql, token)) {
      close();
      continue;
    }
    if (tokens < words.size()) words[tokens] = word_code(sql, token);
    ++tokens;
    if (!may_be_several && tokens == words.size()) break;
  }
  close();
  return effect;
}

}  // namespace onetrip
