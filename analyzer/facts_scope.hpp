#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts_tree.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// What one query, or subquery, says: a Statement's members of the same names.
struct QueryFacts {
  std::vector<OutputColumn> outputs;
  std::vector<Predicate> predicates;
  std::vector<JoinEdge> joins;
  std::vector<FromTable> from;
  std::vector<Pattern> patterns;
  std::optional<std::uint16_t> limit_slot, offset_slot;
  std::string aggregate_function;
  bool has_where = false, only_slot_equality = false;
  bool aggregate = false, grouped = false, distinct = false, ordered = false, locking = false;
  bool set_operation = false, limited = false, random_order = false;
};

/// Something in FROM that columns can be of.
struct FromItem {
  std::string name;                    ///< that columns are qualified with
  std::optional<std::uint16_t> table;  ///< of Statement::tables; else a subquery, a CTE, a function
  std::vector<OutputColumn> outputs;   ///< of a subquery or CTE
  bool opaque = false;                 ///< its columns cannot be known
};

/// Which items of a FROM are connected, by their indices.
class FromGroups {
 public:
  void connect(std::size_t one, std::size_t other) { leader_[of(one)] = of(other); }
  /// The item that stands for all that are connected with this one.
  std::size_t of(std::size_t item) {
    while (leader_.size() <= item) leader_.push_back(leader_.size());
    while (leader_[item] != item) item = leader_[item] = leader_[leader_[item]];
    return item;
  }

 private:
  std::vector<std::size_t> leader_;
};

/// A query of WITH. Null facts: itself, in WITH RECURSIVE.
struct CommonTable {
  std::string name;
  const QueryFacts* facts = nullptr;
};

/// The names that one query's expressions see. Lives while that query is read.
struct Scope {
  std::vector<FromItem> items;
  std::vector<CommonTable> common_tables;
  const Scope* outer = nullptr;
  FromGroups groups;            ///< of the items
  bool merges_columns = false;  ///< has USING or NATURAL: `*` has fewer columns than its relations

  const CommonTable* find_common_table(std::string_view name) const;
  const FromItem* find_item(std::string_view name) const;
  /// What a ColumnRef names; of the unknown table when several could have it.
  std::optional<ColumnUse> resolve(const tree::object& column_ref) const;
  /// The items that a ColumnRef may be of: several when the statement does not tell which.
  std::vector<std::size_t> items_of(const tree::object& column_ref) const;

 private:
  std::optional<ColumnUse> resolve_unqualified(const std::string& column) const;
};

/// The column of a relation by name, if it has one that is a plain column of a table.
std::optional<ColumnUse> column_of(const FromItem& relation, const std::string& column);

}  // namespace onetrip
