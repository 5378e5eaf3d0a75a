#include "analyzer/statement.hpp"

#include <algorithm>

#include "analyzer/facts.hpp"
#include "analyzer/fingerprint.hpp"
#include "analyzer/statement_cache.hpp"
#include "analyzer/statement_class.hpp"
#include "analyzer/statement_depth.hpp"
#include "analyzer/statement_describe.hpp"
#include "analyzer/statement_parser.hpp"
#include "analyzer/statement_text.hpp"
#include "analyzer/summary.hpp"

namespace onetrip {
namespace {

/// Why the statement could not be parsed; empty if it was.
std::string parse_facts(const Skeleton& skeleton, const SkeletonPiece& piece,
                        std::size_t longest_parsed, Statement& statement) {
  if (piece.cut) return "syntax";
  const std::string text = parsable_text(skeleton, piece);
  if (text.size() > longest_parsed) return "too_long";
  if (depth_bound(text) > deepest_tree) return "too_deep";
  ParseTree tree = parse(text);
  if (tree.json.empty()) return "syntax";
  if (!read_facts(tree.json, statement)) return "too_deep";
  statement.pg_fingerprint = std::move(tree.fingerprint);
  return {};
}

}  // namespace

std::string_view kind_group(StatementKind kind) {
  switch (kind) {
    case StatementKind::select:
    case StatementKind::values:
    case StatementKind::table_command:
    case StatementKind::fetch:
    case StatementKind::declare_cursor:
      return "select";
    case StatementKind::insert:
      return "insert";
    case StatementKind::update:
      return "update";
    case StatementKind::delete_:
      return "delete";
    case StatementKind::merge:
      return "merge";
    case StatementKind::copy:
      return "copy";
    case StatementKind::ddl:
      return "ddl";
    case StatementKind::begin:
    case StatementKind::commit:
    case StatementKind::rollback:
    case StatementKind::savepoint:
    case StatementKind::rollback_to:
    case StatementKind::release:
      return "transaction";
    default:
      return "other";
  }
}

Statement describe(const Skeleton& skeleton, const SkeletonPiece& piece,
                   std::size_t longest_parsed) {
  Statement statement;
  statement.id = piece.hash;
  statement.fingerprint = fingerprint_text(piece.hash);
  statement.normalized = normalized_text(skeleton, piece);
  statement.dialect = dialect_of(statement.normalized);
  statement.kind = kind_of(skeleton, piece);
  statement.slots = static_cast<std::uint16_t>(piece.end_slot - piece.first_slot);
  statement.unparsed_reason = parse_facts(skeleton, piece, longest_parsed, statement);
  statement.parsed = statement.unparsed_reason.empty();
  statement.summary = summary_of(skeleton, piece, statement);
  classify(skeleton, piece, statement);
  return statement;
}

Statement describe_nothing() {
  Statement statement;
  statement.fingerprint = fingerprint_text(0);
  statement.kind = StatementKind::empty;
  statement.parsed = true;
  statement.noise = statement.pool_marker = true;
  return statement;
}

std::size_t footprint(const Statement& statement) {
  static const std::size_t inside = std::string().capacity();
  constexpr std::size_t around = 16;
  std::size_t bytes = sizeof(Statement) + 2 * around;
  const auto text = [&bytes](const std::string& one) {
    if (one.capacity() > inside) bytes += one.capacity() + 1 + around;
  };
  const auto list = [&bytes](const auto& elements) {
    if (elements.capacity() > 0) bytes += elements.capacity() * sizeof(elements[0]) + around;
  };
  for (const std::string* one : {&statement.fingerprint, &statement.normalized, &statement.summary,
                                 &statement.pg_fingerprint, &statement.aggregate_function})
    text(*one);
  list(statement.tables);
  list(statement.predicates);
  list(statement.joins);
  list(statement.outputs);
  list(statement.from);
  list(statement.patterns);
  list(statement.assignments);
  for (const TableUse& use : statement.tables) text(use.name);
  for (const Predicate& predicate : statement.predicates) text(predicate.column.column);
  for (const Pattern& pattern : statement.patterns) text(pattern.column.column);
  for (const OutputColumn& output : statement.outputs) {
    text(output.name);
    if (output.origin) text(output.origin->column);
  }
  return bytes;
}

std::vector<Statement> describe(std::string_view sql) {
  Skeleton skeleton;
  skeleton.read(sql, StringSyntax::standard);
  std::vector<Statement> statements;
  for (const SkeletonPiece& piece : skeleton.pieces()) {
    statements.push_back(describe(skeleton, piece, StatementCache::Limits().longest_parsed));
  }
  return statements;
}

}  // namespace onetrip
