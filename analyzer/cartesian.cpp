#include "analyzer/cartesian.hpp"

#include <algorithm>
#include <vector>

#include "analyzer/origin.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

/// What is known of the rows that one group of tables has.
struct Side {
  std::string table;
  std::uint16_t group = 0;
  bool shown = false;      ///< the result has two of its keys
  bool estimated = false;  ///< the catalog says that it has more than one row
};

std::uint16_t group_of(const Statement& statement, std::uint16_t table) {
  const auto found = std::find_if(statement.from.begin(), statement.from.end(),
                                  [table](const FromTable& one) { return one.table == table; });
  return found == statement.from.end() ? unknown_table : found->group;
}

bool has_two_values(const Trip& trip, std::size_t column) {
  ValueHash first = no_value;
  for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row) {
    const ValueHash value = trip.cell(row, column);
    if (value == no_value) continue;
    if (first != no_value && value != first) return true;
    first = value;
  }
  return false;
}

/// The table of the statement that a result column is of, if it is of one alone.
std::uint16_t table_of(const ResultColumn& column, const Statement& statement,
                       const Catalog* catalog) {
  const Origin origin = origin_of(column, statement, catalog);
  std::uint16_t found = unknown_table;
  for (const FromTable& one : statement.from) {
    if (one.table >= statement.tables.size()) continue;
    const TableUse& use = statement.tables[one.table];
    if (origin.table != use.name && origin.table != use.schema + "." + use.name) continue;
    if (found != unknown_table) return unknown_table;
    found = one.table;
  }
  return found;
}

/// `a.tenant = $1 AND b.tenant = $1` connects a and b.
bool asked_alike(const Trip& trip) {
  const std::vector<Predicate>& predicates = trip.statement->predicates;
  const auto value = [&](const Predicate& predicate) {
    const bool bound = predicate.op == Predicate::Op::equal && predicate.slot < trip.slots().size();
    return bound ? trip.slots()[predicate.slot].hash : no_value;
  };
  for (const Predicate& a : predicates)
    for (const Predicate& b : predicates)
      if (&a != &b && value(a) != no_value && value(a) == value(b) &&
          group_of(*trip.statement, a.column.table) != group_of(*trip.statement, b.column.table))
        return true;
  return false;
}

std::vector<Side> sides_of(const Trip& trip, const Catalog* catalog) {
  const Statement& statement = *trip.statement;
  std::vector<Side> sides;
  for (const FromTable& one : statement.from) {
    if (one.table >= statement.tables.size()) continue;
    auto side = std::find_if(sides.begin(), sides.end(),
                             [&](const Side& known) { return known.group == one.group; });
    if (side == sides.end()) {
      side = sides.insert(side, Side());
      side->group = one.group;
      side->table = statement.tables[one.table].name;
    }
    side->estimated = side->estimated || estimated_rows(statement, one.table, catalog) >= 2;
  }
  for (const Predicate& predicate : statement.predicates)
    for (Side& side : sides)
      if (group_of(statement, predicate.column.table) == side.group ||
          predicate.column.table == unknown_table)
        side.estimated = false;  // how many rows are left is not known
  for (std::size_t c = 0; c < trip.key_columns().size(); ++c) {
    const std::uint16_t table = table_of(trip.key_columns()[c], statement, catalog);
    if (table == unknown_table) continue;
    for (Side& side : sides)
      if (side.group == group_of(statement, table) && !side.shown)
        side.shown = has_two_values(trip, c);
  }
  return sides;
}

}  // namespace

bool may_be_product(const Statement& statement) {
  std::uint16_t first = unknown_table;
  for (const FromTable& one : statement.from) {
    if (one.table == unknown_table) continue;
    if (first == unknown_table) first = one.group;
    if (one.group != first) return true;
  }
  return false;
}

std::optional<Product> product_of(const Trip& trip, const Catalog* catalog) {
  constexpr std::uint64_t two_by_two = 4;
  const Statement& statement = *trip.statement;
  if (!may_be_product(statement) || trip.rows < two_by_two || asked_alike(trip)) return {};
  std::vector<Side> sides = sides_of(trip, catalog);
  std::erase_if(sides, [](const Side& side) { return !side.shown && !side.estimated; });
  if (sides.size() < 2) return {};
  // A condition that is no predicate of ours (an expression, OR) may leave one row of a table.
  const bool all_shown = sides[0].shown && sides[1].shown;
  if (!all_shown && statement.has_where && !statement.only_slot_equality) return {};
  return Product{sides[0].table, sides[1].table,
                 all_shown ? Confidence::proven : Confidence::likely};
}

}  // namespace onetrip
