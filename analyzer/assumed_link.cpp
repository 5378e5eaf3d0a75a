#include "analyzer/assumed_link.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "analyzer/loops.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

constexpr std::size_t fewest_values = 5;

/// Whether it asks one table for one row: by equality on a whole unique key.
bool gives_one_row(const Statement& statement, const Catalog& catalog) {
  if (statement.tables.size() != 1) return false;
  const TableUse& use = statement.tables.front();
  const Catalog::Table* table = catalog.table(use.schema, use.name);
  if (table == nullptr) return false;
  const auto is_given = [&](std::int16_t attribute) {
    return std::any_of(
        statement.predicates.begin(), statement.predicates.end(), [&](const Predicate& predicate) {
          const auto column = catalog.column(*table, predicate.column.column);
          return predicate.op == Predicate::Op::equal && column && column->attribute == attribute;
        });
  };
  return std::any_of(table->unique_keys.begin(), table->unique_keys.end(), [&](const auto& key) {
    return std::all_of(key.begin(), key.end(), is_given);
  });
}

bool may_list(const Trip& trip, const Catalog& catalog) {
  const Statement& statement = *trip.statement;
  return reads(statement) && trip.outcome == Outcome::completed && !statement.aggregate &&
         !statement.grouped && !statement.set_operation && !gives_one_row(statement, catalog);
}

/// The columns of a table that the statement gives by `*`, each as if it were written.
std::vector<Origin> columns_of(const Statement& statement, std::size_t table,
                               const Catalog& catalog) {
  std::vector<Origin> columns;
  const TableUse& use = statement.tables[table];
  const Catalog::Table* known = catalog.table(use.schema, use.name);
  if (known == nullptr) return columns;
  for (const auto& [attribute, name] : known->columns)
    columns.push_back(
        origin_of(ColumnUse{static_cast<std::uint16_t>(table), name}, statement, &catalog));
  return columns;
}

/// The column of its result that a foreign key ties to the child's.
std::optional<FeedingColumn> tied_column(const Statement& parent, const Origin& child,
                                         const Catalog& catalog) {
  for (const OutputColumn& output : parent.outputs) {
    std::vector<Origin> origins;
    if (output.star && output.origin && output.origin->table < parent.tables.size()) {
      origins = columns_of(parent, output.origin->table, catalog);
    } else if (output.star && parent.tables.size() == 1) {
      origins = columns_of(parent, 0, catalog);
    } else if (output.origin) {
      origins.push_back(origin_of(*output.origin, parent, &catalog));
    }
    for (Origin& origin : origins) {
      Relation relation = relate(origin, child, &catalog);
      if (relation.tie == Tie::foreign_key)
        return FeedingColumn{0, std::move(origin), std::move(relation)};
    }
  }
  return std::nullopt;
}

std::optional<LoopLink> assume(const Window& window, const Catalog& catalog, const Loop& loop,
                               std::uint16_t number) {
  const Statement& shape = *loop.statement;
  const Predicate& predicate = shape.predicates[number];
  if (!equates(predicate)) return std::nullopt;
  LoopLink link;
  std::set<ValueHash> values;
  for (const std::uint32_t t : loop.trips) {
    const ValueHash value = single_value(window.trips[t], predicate.slot);
    if (value == no_value) continue;
    values.insert(value);
    link.children.push_back(t);
  }
  link.child = origin_of(predicate.column, shape, &catalog);
  if (values.size() < fewest_values || !link.child.column) return std::nullopt;
  for (std::uint32_t t = link.children.front(); t-- > 0;) {
    const Trip& trip = window.trips[t];
    if (trip.statement->id == shape.id || !may_list(trip, catalog)) continue;
    std::optional<FeedingColumn> column = tied_column(*trip.statement, link.child, catalog);
    if (!column) continue;
    link.parent = {trip.statement, {t}, 0, std::nullopt};
    link.direction = column->relation.direction;
    link.columns.push_back(std::move(*column));
    link.predicate = number;
    link.distinct = values.size();
    link.confidence = Confidence::possible;
    link.assumed = true;
    return link;
  }
  return std::nullopt;
}

}  // namespace

std::vector<LoopLink> assume_links(const Window& window, const Catalog& catalog,
                                   const std::vector<Loop>& loops) {
  std::vector<LoopLink> links;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    const Statement& shape = *loops[i].statement;
    if (!reads(shape) || loops[i].trips.size() < fewest_values || shape.tables.size() != 1)
      continue;
    const std::size_t predicates = std::min<std::size_t>(shape.predicates.size(), 0xFFFF);
    for (std::uint16_t p = 0; p < predicates; ++p) {
      std::optional<LoopLink> link = assume(window, catalog, loops[i], p);
      if (!link) continue;
      link->loop = i;
      links.push_back(std::move(*link));
      break;
    }
  }
  return links;
}

}  // namespace onetrip
