#include "analyzer/junction.hpp"

#include <algorithm>

namespace onetrip {
namespace {

/// The columns of the key's table that lead on to other tables.
std::vector<ColumnUse> onward(const Statement& statement, const ColumnUse& key) {
  std::vector<ColumnUse> result;
  for (const JoinEdge& join : statement.joins) {
    if (join.left.table == join.right.table) continue;
    for (const ColumnUse* side : {&join.left, &join.right})
      if (side->table == key.table && side->column != key.column) result.push_back(*side);
  }
  return result;
}

}  // namespace

bool is_read_through(const Statement& statement, const ColumnUse& key) {
  std::vector<ColumnUse> ties = onward(statement, key);
  if (ties.empty()) return false;
  ties.push_back(key);
  std::size_t own = 0;
  for (const OutputColumn& output : statement.outputs) {
    if (!output.origin && output.star) return false;
    if (!output.origin || output.origin->table != key.table) continue;
    if (std::find(ties.begin(), ties.end(), *output.origin) == ties.end()) return false;
    ++own;
  }
  return own == 0 || own < statement.outputs.size();
}

}  // namespace onetrip
