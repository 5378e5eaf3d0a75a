#include "analyzer/proof.hpp"

#include "analyzer/loops.hpp"

namespace onetrip {
namespace {

std::string_view evidence_name(Tie tie, bool polymorphic, bool high_entropy) {
  switch (tie) {
    case Tie::foreign_key:
    case Tie::sibling:
      return "foreign_key";
    case Tie::same_column:
      return "same_column";
    case Tie::names:
    case Tie::name_end:
    case Tie::none:
      break;
  }
  if (polymorphic) return "polymorphic";
  return high_entropy ? "high_entropy" : "names";
}

}  // namespace

Link proof_of(const LoopLink& link, const Statement& child) {
  Link proof;
  for (const FeedingColumn& column : link.columns)
    proof.parent_columns.push_back(column.origin.shown());
  for (const FeedingColumn& column : link.composite)
    proof.parent_columns.push_back(column.origin.shown());
  for (const FeedingColumn& column : link.alternatives)
    proof.alternatives.push_back(column.origin.shown());
  const Relation& relation = link.columns.front().relation;
  proof.parent_column = proof.parent_columns.front();
  proof.child_column = link.child.shown();
  proof.matched = link.assumed ? 0 : link.children.size();
  proof.distinct = link.distinct;
  proof.in_row_order = link.in_row_order;
  proof.foreign_key = relation.foreign_key;
  if (reads(child)) proof.direction = link.direction;
  proof.evidence = evidence_name(relation.tie, link.polymorphic, link.high_entropy);
  return proof;
}

Link proof_of(const Walk& walk) {
  Link proof;
  const Relation& relation = walk.column.relation;
  proof.parent_column = walk.column.origin.shown();
  proof.parent_columns = {proof.parent_column};
  proof.child_column = walk.child.shown();
  proof.matched = walk.trips.size();
  proof.distinct = walk.distinct;
  proof.foreign_key = relation.foreign_key;
  proof.direction = relation.direction;
  proof.evidence = evidence_name(relation.tie, false, walk.high_entropy);
  return proof;
}

}  // namespace onetrip
