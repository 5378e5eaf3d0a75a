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

Statement describe(const Skeleton& skeleton, const SkeletonPiece& piece,
                   std::size_t longest_parsed) {
  Statement statement;
  statement.id = piece.hash;
  statement.fingerprint = fingerprint_text(piece.hash);
  statement.normalized = normalized_text(skeleton, piece);
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
  std::size_t bytes = sizeof(Statement) + 64;
  bytes += statement.normalized.capacity() + statement.summary.capacity();
  bytes += statement.tables.capacity() * sizeof(TableUse);
  bytes += statement.predicates.capacity() * sizeof(Predicate);
  bytes += statement.joins.capacity() * sizeof(JoinEdge);
  bytes += statement.outputs.capacity() * sizeof(OutputColumn);
  bytes += statement.assignments.capacity() * sizeof(Assignment);
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
