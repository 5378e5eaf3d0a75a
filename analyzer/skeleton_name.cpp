#include "analyzer/skeleton.hpp"

namespace onetrip {

// Statements with a name that differs from run to run, or a setting:
//   DECLARE c …                      CLOSE c | ALL         SAVEPOINT s      RELEASE [SAVEPOINT] s
//   FETCH | MOVE [how] [FROM | IN] c                       ROLLBACK [WORK | TRANSACTION] TO
//   [SAVEPOINT] s PREPARE p … | TRANSACTION '…'    EXECUTE p …           DEALLOCATE [PREPARE] p |
//   ALL SET [SESSION | LOCAL] x …        RESET x | ALL
void Skeleton::find_name(SkeletonPiece& piece) const {
  const std::uint32_t first = piece.first_token;
  const std::uint32_t second = first + 1;
  const std::uint32_t end = piece.end_token;
  if (second >= end) return;
  const auto code = [this, end](std::uint32_t token) {
    return token < end ? word_code(text_, tokens_[token]) : 0;
  };
  // The word there, or the one after it when it is only a noise word before the name.
  const auto after = [&code, end](std::uint32_t token, std::string_view noise) {
    return code(token) == word_code(noise) && token + 1 < end ? token + 1 : token;
  };
  std::uint32_t name = SkeletonPiece::no_token;
  switch (code(first)) {
    case word_code("declare"):
    case word_code("savepoint"):
    case word_code("execute"):
      name = second;
      break;
    case word_code("close"):
      if (code(second) != word_code("all")) name = second;
      break;
    case word_code("prepare"):
      if (code(second) != word_code("transaction")) name = second;
      break;
    case word_code("deallocate"):
      name = after(second, "prepare");
      if (code(name) == word_code("all")) name = SkeletonPiece::no_token;
      break;
    case word_code("release"):
      name = after(second, "savepoint");
      break;
    case word_code("rollback"): {
      const std::uint32_t to = after(after(second, "work"), "transaction");
      if (code(to) == word_code("to") && to + 1 < end) name = after(to + 1, "savepoint");
      break;
    }
    case word_code("fetch"):
    case word_code("move"):
      name = end - 1;
      break;
    case word_code("set"):
      piece.setting_token = after(after(second, "session"), "local");
      return;
    case word_code("reset"):
      piece.setting_token = second;
      return;
    default:
      return;
  }
  if (name >= end) return;
  const TokenKind kind = tokens_[name].kind;
  if (kind == TokenKind::word || kind == TokenKind::quoted_name) piece.name_token = name;
}

}  // namespace onetrip
