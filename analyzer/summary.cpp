#include "analyzer/summary.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "analyzer/scan_literal.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_summary = 255;

std::string upper(std::string_view word) {
  std::string out(word);
  for (char& byte : out) {
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - ('a' - 'A'));
  }
  return out;
}

/// A name without its quotes, unless it needs them to be told from its neighbours.
std::string display(std::string_view token, TokenKind kind) {
  if (kind != TokenKind::quoted_name) return std::string(token);
  std::string scratch;
  const std::string_view name = token_value(token, kind, scratch);
  const bool plain = std::all_of(name.begin(), name.end(), [](char byte) {
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           byte == '_' || byte == '$' || static_cast<unsigned char>(byte) >= 0x80;
  });
  return std::string(plain && !name.empty() ? name : token);
}

/// Reads a query's tokens once; knows of each pair of parentheses whether it is a query and whether
/// a list of tables is being read.
class Summary {
 public:
  Summary(const Skeleton& skeleton, const SkeletonPiece& piece, const Statement& statement)
      : skeleton_(skeleton), piece_(piece), statement_(statement) {}

  std::string read() {
    for (here_ = piece_.first_token; here_ < piece_.end_token; ++here_) {
      const Token& token = skeleton_.tokens()[here_];
      if (token.is('(')) {
        levels_.emplace_back();
        wants_target_ = false;
      } else if (token.is(')')) {
        if (levels_.size() > 1) levels_.pop_back();
        wants_target_ = false;
      } else if (token.is(',')) {
        wants_target_ = levels_.back().lists_tables;
      } else if (token.kind == TokenKind::word || token.kind == TokenKind::quoted_name) {
        read_name(token);
      }
    }
    return text();
  }

  std::string text() { return std::move(out_); }

  void add(const std::string& part) {
    if (out_.size() + part.size() + 1 > longest_summary) return;
    if (!out_.empty()) out_.push_back(' ');
    out_ += part;
  }

 private:
  struct Level {
    bool is_query = false;
    bool lists_tables = false;
  };

  void read_name(const Token& token) {
    const WordCode code = word_code(skeleton_.text(), token);
    if (code != 0 && read_keyword(code)) {
      before_ = code;
      return;
    }
    before_ = code;
    if (wants_target_) read_target();
    wants_target_ = false;
  }

  /// True when the word said something of the statement's build.
  bool read_keyword(WordCode code) {
    switch (code) {
      case word_code("select"):
      case word_code("merge"):
      case word_code("insert"):
        return operation();
      case word_code("delete"):
        return before_ == word_code("on") || before_ == word_code("then") || operation();
      case word_code("update"):
        return is_part_of_other_clause() || (operation() && want_target());
      case word_code("explain"):
      case word_code("declare"):
      case word_code("prepare"):
      case word_code("values"):
      case word_code("copy"):
      case word_code("lock"):
      case word_code("table"):
        return here_ == piece_.first_token && operation() && want_target();
      case word_code("from"):
        if (!levels_.back().is_query || before_ == word_code("distinct")) return true;
        levels_.back().lists_tables = true;
        return want_target();
      case word_code("join"):
      case word_code("into"):
      case word_code("using"):
        return want_target();
      case word_code("only"):
      case word_code("lateral"):
        return wants_target_;
      case word_code("where"):
      case word_code("group"):
      case word_code("order"):
      case word_code("set"):
      case word_code("returning"):
      case word_code("union"):
        levels_.back().lists_tables = false;
        wants_target_ = false;
        return true;
      default:
        return false;
    }
  }

  // FOR UPDATE, FOR NO KEY UPDATE, ON UPDATE, DO UPDATE, THEN UPDATE
  bool is_part_of_other_clause() const {
    return before_ == word_code("for") || before_ == word_code("key") ||
           before_ == word_code("on") || before_ == word_code("do") || before_ == word_code("then");
  }

  bool operation() {
    levels_.back() = {true, false};
    wants_target_ = false;
    add(upper(skeleton_.tokens()[here_].in(skeleton_.text())));
    return true;
  }

  bool want_target() {
    wants_target_ = true;
    return true;
  }

  //   name [. name] …
  void read_target() {
    std::string target;
    std::string last;
    std::string scratch;
    for (;; here_ += 2) {
      const Token& token = skeleton_.tokens()[here_];
      const std::string_view text = token.in(skeleton_.text());
      target += display(text, token.kind);
      last = token_value(text, token.kind, scratch);
      const bool goes_on = here_ + 2 < piece_.end_token && skeleton_.tokens()[here_ + 1].is('.');
      if (!goes_on) break;
      target.push_back('.');
    }
    const bool known = !statement_.parsed ||
                       std::any_of(statement_.tables.begin(), statement_.tables.end(),
                                   [&last](const TableUse& table) { return table.name == last; });
    if (known) add(target);
  }

  const Skeleton& skeleton_;
  const SkeletonPiece& piece_;
  const Statement& statement_;
  std::uint32_t here_ = 0;
  std::vector<Level> levels_{1};
  WordCode before_ = 0;
  bool wants_target_ = false;
  std::string out_;
};

bool is_query(StatementKind kind) {
  switch (kind) {
    case StatementKind::select:
    case StatementKind::insert:
    case StatementKind::update:
    case StatementKind::delete_:
    case StatementKind::merge:
    case StatementKind::values:
    case StatementKind::table_command:
    case StatementKind::declare_cursor:
    case StatementKind::copy:
    case StatementKind::prepare:
    case StatementKind::explain:
    case StatementKind::lock:
      return true;
    default:
      return false;
  }
}

bool is_adjective(WordCode code) {
  return code == word_code("unique") || code == word_code("temporary") ||
         code == word_code("temp") || code == word_code("unlogged") ||
         code == word_code("materialized") || code == word_code("foreign") ||
         code == word_code("or") || code == word_code("replace");
}

/// `CREATE TABLE books`, `DROP INDEX`, `BEGIN`
std::string command_summary(const Skeleton& skeleton, const SkeletonPiece& piece,
                            const Statement& statement) {
  Summary summary(skeleton, piece, statement);
  const auto word = [&skeleton](std::uint32_t token) {
    return upper(skeleton.tokens()[token].in(skeleton.text()));
  };
  summary.add(word(piece.first_token));
  if (statement.kind == StatementKind::ddl) {
    std::uint32_t object = piece.first_token + 1;
    while (object < piece.end_token &&
           is_adjective(word_code(skeleton.text(), skeleton.tokens()[object]))) {
      ++object;
    }
    if (object < piece.end_token && skeleton.tokens()[object].kind == TokenKind::word) {
      summary.add(word(object));
    }
    for (const TableUse& table : statement.tables) {
      summary.add(table.schema.empty() ? table.name : table.schema + "." + table.name);
    }
  }
  return summary.text();
}

}  // namespace

std::string summary_of(const Skeleton& skeleton, const SkeletonPiece& piece,
                       const Statement& statement) {
  if (is_query(statement.kind)) return Summary(skeleton, piece, statement).read();
  return command_summary(skeleton, piece, statement);
}

}  // namespace onetrip
