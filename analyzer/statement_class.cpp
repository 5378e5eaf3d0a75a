#include "analyzer/statement_class.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "analyzer/scan_literal.hpp"

namespace onetrip {
namespace {

/// A piece's tokens by number, 0 the first.
class Words {
 public:
  Words(const Skeleton& skeleton, const SkeletonPiece& piece)
      : skeleton_(skeleton),
        first_(piece.first_token),
        size_(piece.end_token - piece.first_token) {}

  std::uint32_t size() const { return size_; }
  const Token& token(std::uint32_t i) const { return skeleton_.tokens()[first_ + i]; }
  WordCode code(std::uint32_t i) const {
    return i < size_ ? word_code(skeleton_.text(), token(i)) : 0;
  }
  bool is(std::uint32_t i, std::string_view word) const { return code(i) == word_code(word); }
  bool is(std::uint32_t i, char punctuation) const { return i < size_ && token(i).is(punctuation); }
  std::string lower(std::uint32_t i) const {
    std::string scratch;
    return std::string(token_value(token(i).in(skeleton_.text()), token(i).kind, scratch));
  }

 private:
  const Skeleton& skeleton_;
  std::uint32_t first_, size_;
};

StatementKind query_kind(WordCode code) {
  switch (code) {
    case word_code("select"):
      return StatementKind::select;
    case word_code("insert"):
      return StatementKind::insert;
    case word_code("update"):
      return StatementKind::update;
    case word_code("delete"):
      return StatementKind::delete_;
    case word_code("merge"):
      return StatementKind::merge;
    case word_code("values"):
      return StatementKind::values;
    case word_code("table"):
      return StatementKind::table_command;
    default:
      return StatementKind::other;
  }
}

StatementKind session_kind(WordCode code) {
  switch (code) {
    case word_code("begin"):
    case word_code("start"):
      return StatementKind::begin;
    case word_code("commit"):
    case word_code("end"):
      return StatementKind::commit;
    case word_code("savepoint"):
      return StatementKind::savepoint;
    case word_code("release"):
      return StatementKind::release;
    case word_code("set"):
      return StatementKind::set;
    case word_code("reset"):
      return StatementKind::reset;
    case word_code("show"):
      return StatementKind::show;
    case word_code("discard"):
      return StatementKind::discard;
    case word_code("declare"):
      return StatementKind::declare_cursor;
    case word_code("fetch"):
    case word_code("move"):
      return StatementKind::fetch;
    case word_code("close"):
      return StatementKind::close_cursor;
    case word_code("copy"):
      return StatementKind::copy;
    case word_code("execute"):
      return StatementKind::execute;
    case word_code("deallocate"):
      return StatementKind::deallocate;
    case word_code("explain"):
      return StatementKind::explain;
    case word_code("lock"):
      return StatementKind::lock;
    case word_code("listen"):
    case word_code("unlisten"):
    case word_code("notify"):
      return StatementKind::listen;
    case word_code("create"):
    case word_code("alter"):
    case word_code("drop"):
    case word_code("truncate"):
    case word_code("comment"):
    case word_code("grant"):
    case word_code("revoke"):
    case word_code("reindex"):
    case word_code("refresh"):
    case word_code("security"):
    case word_code("reassign"):
    case word_code("import"):
      return StatementKind::ddl;
    default:
      return StatementKind::other;
  }
}

//   WITH … ( … ), … SELECT: the first verb outside of parentheses
StatementKind kind_after_with(const Words& words) {
  int depth = 0;
  for (std::uint32_t i = 1; i < words.size(); ++i) {
    if (words.is(i, '(')) ++depth;
    if (words.is(i, ')')) --depth;
    const StatementKind kind = depth == 0 ? query_kind(words.code(i)) : StatementKind::other;
    if (kind != StatementKind::other) return kind;
  }
  return StatementKind::other;
}

bool is_rollback_to(const Words& words) {
  const std::uint32_t noise = words.is(1, "work") || words.is(1, "transaction") ? 1 : 0;
  return words.is(1 + noise, "to");
}

bool is_transaction_end(const Words& words) {
  return words.is(1, "transaction");
}

/// SELECT of nothing but values: what pools ask to see whether a connection lives.
bool is_ping(const Words& words, const SkeletonPiece& piece, const Skeleton& skeleton) {
  std::uint32_t values = 0;
  for (std::uint32_t i = piece.first_fold; i < piece.end_fold; ++i) {
    if (skeleton.folds()[i].kind == Fold::Kind::scalar) ++values;
  }
  return words.is(0, "select") && words.size() == 1 + values && values <= 1;
}

bool is_session_function(const std::string& name) {
  constexpr std::array<std::string_view, 11> known{
      "version",         "current_schema",  "current_schemas", "current_database",
      "current_setting", "set_config",      "format_type",     "to_regtype",
      "to_regclass",     "obj_description", "inet_server_addr"};
  if (std::find(known.begin(), known.end(), name) != known.end()) return true;
  if (name == "pg_advisory_unlock_all") return true;
  return name.starts_with("pg_") && !name.starts_with("pg_sleep") &&
         name.find("advisory") == std::string::npos;
}

/// SELECT without tables that calls nothing but functions about the session itself.
bool asks_the_session(const Words& words) {
  for (std::uint32_t i = 1; i < words.size(); ++i) {
    const bool named = words.code(i) != 0 || words.token(i).kind == TokenKind::quoted_name;
    if (named && words.is(i + 1, '(') && !is_session_function(words.lower(i))) return false;
  }
  return true;
}

bool is_catalog_table(const TableUse& table) {
  if (!table.schema.empty()) {
    return table.schema == "pg_catalog" || table.schema == "information_schema";
  }
  return table.name.starts_with("pg_");
}

bool is_bookkeeping_table(const TableUse& table) {
  return is_catalog_table(table) || table.name == "django_content_type";
}

bool is_migration_table(const TableUse& table) {
  constexpr std::array<std::string_view, 9> known{
      "schema_migrations", "ar_internal_metadata",  "django_migrations",
      "alembic_version",   "flyway_schema_history", "migrations",
      "databasechangelog", "__EFMigrationsHistory", "_prisma_migrations"};
  return std::find(known.begin(), known.end(), table.name) != known.end();
}

bool is_temporary(const Words& words) {
  const std::uint32_t scope = words.is(1, "global") || words.is(1, "local") ? 1 : 0;
  return words.is(0, "create") && (words.is(1 + scope, "temp") || words.is(1 + scope, "temporary"));
}

bool is_session_noise(StatementKind kind) {
  switch (kind) {
    case StatementKind::begin:
    case StatementKind::commit:
    case StatementKind::rollback:
    case StatementKind::savepoint:
    case StatementKind::rollback_to:
    case StatementKind::release:
    case StatementKind::set:
    case StatementKind::reset:
    case StatementKind::show:
    case StatementKind::discard:
    case StatementKind::close_cursor:
    case StatementKind::prepare:
    case StatementKind::deallocate:
    case StatementKind::listen:
    case StatementKind::empty:
      return true;
    default:
      return false;
  }
}

bool is_reset_of_all(const Words& words, StatementKind kind) {
  switch (kind) {
    case StatementKind::discard:
      return true;
    case StatementKind::reset:
    case StatementKind::close_cursor:
    case StatementKind::deallocate:
      return words.is(words.size() - 1, "all");
    case StatementKind::listen:
      return words.is(0, "unlisten") && words.size() == 2 && words.token(1).kind == TokenKind::op;
    case StatementKind::select:
      return words.is(1, "pg_advisory_unlock_all") && words.size() == 4 &&
             words.lower(1) == "pg_advisory_unlock_all";
    default:
      return false;
  }
}

}  // namespace

StatementKind kind_of(const Skeleton& skeleton, const SkeletonPiece& piece) {
  const Words words(skeleton, piece);
  std::uint32_t first = 0;
  while (words.is(first, '(')) ++first;
  const StatementKind query = query_kind(words.code(first));
  if (query != StatementKind::other) return query;
  if (words.is(first, "with")) return kind_after_with(words);
  if (words.is(0, "rollback") || words.is(0, "abort")) {
    return is_rollback_to(words) ? StatementKind::rollback_to : StatementKind::rollback;
  }
  if (words.is(0, "prepare")) {
    return is_transaction_end(words) ? StatementKind::commit : StatementKind::prepare;
  }
  return session_kind(words.code(0));
}

void classify(const Skeleton& skeleton, const SkeletonPiece& piece, Statement& statement) {
  const Words words(skeleton, piece);
  const auto& tables = statement.tables;
  const bool reads = statement.kind == StatementKind::select;
  const bool ping = reads && is_ping(words, piece, skeleton);
  statement.pool_marker =
      ping || statement.kind == StatementKind::rollback || is_reset_of_all(words, statement.kind);
  const bool only_books =
      reads && !tables.empty() && std::all_of(tables.begin(), tables.end(), is_bookkeeping_table);
  const bool tableless = reads && statement.parsed && tables.empty() && asks_the_session(words);
  statement.noise = ping || only_books || tableless || is_session_noise(statement.kind);
  statement.set_up = (statement.kind == StatementKind::ddl && !is_temporary(words)) ||
                     std::any_of(tables.begin(), tables.end(), is_migration_table);
}

}  // namespace onetrip
