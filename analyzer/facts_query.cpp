#include <algorithm>
#include <array>

#include "analyzer/facts_reader.hpp"

namespace onetrip {
namespace {

constexpr std::size_t most_tables = 4096;

/// `x` of `FROM t AS x`; the table's own name without an alias.
std::string alias_in(const tree::object& node) {
  const tree::object* alias = tree::object_in(node, "alias");
  return alias == nullptr ? std::string() : tree::text_in(*alias, "aliasname");
}

bool renames_columns(const tree::object* alias) {
  return alias != nullptr && !tree::list_in(*alias, "colnames").empty();
}

/// `(SELECT …) AS t(a, b)`: false when it cannot be told which name is whose.
bool rename(std::vector<OutputColumn>& outputs, const tree::array& names) {
  if (names.size() > outputs.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (outputs[i].star) return false;
    outputs[i].name = tree::string_of(names[i]).value_or("");
  }
  return true;
}

/// ORDER BY random()
bool is_random(const tree::value& item) {
  const tree::object* sort = tree::as(item, "SortBy");
  const tree::object* call = sort ? tree::as(tree::member(*sort, "node"), "FuncCall") : nullptr;
  return call != nullptr && tree::last_name(tree::list_in(*call, "funcname")) == "random" &&
         tree::list_in(*call, "args").empty();
}

}  // namespace

QueryFacts FactsReader::read_select(const tree::object& node, const Scope* outer) {
  Scope scope;
  scope.outer = outer;
  read_with(node, scope);
  if (tree::object_in(node, "larg") != nullptr) {
    QueryFacts query = read_set_operation(node, scope);
    read_limits(node, query);
    return query;
  }
  QueryFacts query;
  for (const tree::value& item : tree::list_in(node, "fromClause")) {
    read_from(item, Position::inner, scope, query);
  }
  const bool wraps = scope.items.size() == 1 && !scope.items[0].table;
  if (!wraps) query.has_where = query.limited = false;
  if (const tree::value* where = tree::member(node, "whereClause")) {
    connect(*where, scope);
    read_patterns(*where, scope, query);
    read_where(where, scope, query);
  }
  query.from = from_tables(scope);
  query.grouped = !tree::list_in(node, "groupClause").empty();
  query.distinct = !tree::list_in(node, "distinctClause").empty();
  query.locking = !tree::list_in(node, "lockingClause").empty();
  query.set_operation = false;
  read_limits(node, query);
  read_outputs(tree::list_in(node, "targetList"), scope, query);
  read_aggregates(node, query);
  read_exists(node, scope, query);
  constexpr std::array<const char*, 6> expressions{"groupClause",  "havingClause", "sortClause",
                                                   "windowClause", "limitCount",   "limitOffset"};
  for (const char* name : expressions) {
    if (const tree::value* expression = tree::member(node, name)) collect(*expression, &scope);
  }
  for (const char* name : {"targetList", "distinctClause", "valuesLists"}) {
    const tree::value* expression = tree::member(node, name);
    if (expression != nullptr && query.aggregate_function != "exists") {
      collect(*expression, &scope);
    }
  }
  return query;
}

/// Rows of a UNION come from either side: conditions of one side say nothing of them, and a column
/// has an origin only where both sides give it the same one.
QueryFacts FactsReader::read_set_operation(const tree::object& node, const Scope& scope) {
  QueryFacts query;
  query.set_operation = true;
  std::vector<OutputColumn> right_outputs;
  if (const tree::object* left = tree::object_in(node, "larg")) {
    query.outputs = read_select(*left, &scope).outputs;
  }
  if (const tree::object* right = tree::object_in(node, "rarg")) {
    right_outputs = read_select(*right, &scope).outputs;
  }
  const bool alike = query.outputs.size() == right_outputs.size();
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    OutputColumn& output = query.outputs[i];
    if (!alike || !same_origin(output, right_outputs[i])) output.origin.reset();
  }
  return query;
}

/// The same column of a table of the same name, wherever the statement names it.
bool FactsReader::same_origin(const OutputColumn& one, const OutputColumn& other) const {
  if (!one.origin || !other.origin || one.star != other.star) return false;
  const std::vector<TableUse>& tables = statement_.tables;
  if (one.origin->table >= tables.size() || other.origin->table >= tables.size()) return false;
  const TableUse &left = tables[one.origin->table], &right = tables[other.origin->table];
  return left.schema == right.schema && left.name == right.name &&
         one.origin->column == other.origin->column;
}

void FactsReader::read_with(const tree::object& node, Scope& scope) {
  const tree::object* with = tree::object_in(node, "withClause");
  if (with == nullptr) return;
  for (const tree::value& item : tree::list_in(*with, "ctes")) {
    const tree::object* table = tree::as(item, "CommonTableExpr");
    const tree::value* body = table ? tree::member(*table, "ctequery") : nullptr;
    if (body == nullptr) continue;
    const std::string name = tree::text_in(*table, "ctename");
    const bool recursive = tree::flag_in(*with, "recursive");
    if (recursive) scope.common_tables.push_back({name, nullptr});
    if (tree::as(*body, "SelectStmt") == nullptr) statement_.data_modifying_cte = true;
    auto facts = read_query(*body, &scope);
    if (recursive) scope.common_tables.pop_back();
    common_facts_.push_back(facts ? std::move(*facts) : QueryFacts());
    QueryFacts& kept = common_facts_.back();
    const tree::array& names = tree::list_in(*table, "aliascolnames");
    if (!rename(kept.outputs, names)) kept.outputs.clear();
    scope.common_tables.push_back({name, &kept});
  }
}

void FactsReader::read_from(const tree::value& item, Position position, Scope& scope,
                            QueryFacts& query) {
  if (const auto* table = tree::as(item, "RangeVar")) {
    return read_range_var(*table, position, scope, query);
  }
  if (const auto* join = tree::as(item, "JoinExpr")) {
    return read_join(*join, position, scope, query);
  }
  if (const auto* sample = tree::as(item, "RangeTableSample")) {
    if (const auto* sampled = tree::member(*sample, "relation")) {
      read_from(*sampled, position, scope, query);
    }
    return;
  }
  if (const auto* derived = tree::as(item, "RangeSubselect")) {
    const tree::value* body = tree::member(*derived, "subquery");
    const auto facts = body ? read_query(*body, &scope) : std::nullopt;
    if (tree::flag_in(*derived, "lateral")) connect_new_item(item, scope);
    return add_derived(alias_in(*derived), tree::object_in(*derived, "alias"),
                       facts ? &*facts : nullptr, position, scope, query);
  }
  collect(item, &scope);  // functions, XMLTABLE, ROWS FROM
  connect_new_item(item, scope);
  FromItem opaque;
  opaque.opaque = true;
  if (const tree::object* node = item.if_object(); node != nullptr && !node->empty()) {
    if (const auto* content = node->begin()->value().if_object()) opaque.name = alias_in(*content);
  }
  scope.items.push_back(std::move(opaque));
}

void FactsReader::read_range_var(const tree::object& node, Position position, Scope& scope,
                                 QueryFacts& query) {
  const std::string name = tree::text_in(node, "relname");
  const std::string alias = alias_in(node);
  const CommonTable* common =
      tree::member(node, "schemaname") == nullptr ? scope.find_common_table(name) : nullptr;
  if (common != nullptr) {
    return add_derived(alias.empty() ? name : alias, tree::object_in(node, "alias"), common->facts,
                       position, scope, query);
  }
  FromItem item;
  item.table = add_table(node);
  item.name = alias.empty() ? name : alias;
  item.opaque = renames_columns(tree::object_in(node, "alias"));
  scope.items.push_back(std::move(item));
}

/// A subquery or WITH query in FROM. What must hold inside must hold for the rows that come out.
void FactsReader::add_derived(std::string name, const tree::object* alias, const QueryFacts* facts,
                              Position position, Scope& scope, QueryFacts& query) {
  FromItem item;
  item.name = std::move(name);
  item.opaque = facts == nullptr;
  if (facts != nullptr) {
    item.outputs = facts->outputs;
    if (renames_columns(alias)) {
      item.opaque = !rename(item.outputs, tree::list_in(*alias, "colnames"));
    }
    query.joins.insert(query.joins.end(), facts->joins.begin(), facts->joins.end());
  }
  if (facts != nullptr && position == Position::inner) {
    query.predicates.insert(query.predicates.end(), facts->predicates.begin(),
                            facts->predicates.end());
    query.patterns.insert(query.patterns.end(), facts->patterns.begin(), facts->patterns.end());
    query.has_where = facts->has_where;
    query.only_slot_equality = facts->only_slot_equality;
    query.limited = facts->limited;
  }
  scope.items.push_back(std::move(item));
}

void FactsReader::read_join(const tree::object& join, Position position, Scope& scope,
                            QueryFacts& query) {
  const std::string type = tree::text_in(join, "jointype");
  const bool keeps_left = type == "JOIN_LEFT" || type == "JOIN_FULL";
  const bool keeps_right = type == "JOIN_RIGHT" || type == "JOIN_FULL";
  const std::size_t first = scope.items.size();
  if (const tree::value* left = tree::member(join, "larg")) {
    read_from(*left, keeps_right ? Position::outer : position, scope, query);
  }
  const std::size_t middle = scope.items.size();
  if (const tree::value* right = tree::member(join, "rarg")) {
    read_from(*right, keeps_left ? Position::outer : position, scope, query);
  }
  read_using(join, first, middle, scope, query);
  if (const tree::value* condition = tree::member(join, "quals")) {
    const bool inner = !keeps_left && !keeps_right;
    connect(*condition, scope);
    read_condition(*condition, inner ? position : Position::outer, scope, query);
    collect(*condition, &scope);
  }
}

/// Items [first, middle) of the scope are the join's left side, those from middle on its right.
void FactsReader::read_using(const tree::object& join, std::size_t first, std::size_t middle,
                             Scope& scope, QueryFacts& query) {
  const tree::array& names = tree::list_in(join, "usingClause");
  if (!names.empty() || tree::flag_in(join, "isNatural")) {
    scope.merges_columns = true;
    for (std::size_t i = first; i < scope.items.size(); ++i) scope.groups.connect(first, i);
  }
  const auto side = [&scope](std::size_t begin, std::size_t end, const std::string& name) {
    if (end - begin != 1) return std::optional(ColumnUse{unknown_table, name});
    return column_of(scope.items[begin], name);
  };
  for (const tree::value& node : names) {
    const std::string name = tree::string_of(node).value_or("");
    auto left = side(first, middle, name);
    auto right = side(middle, scope.items.size(), name);
    if (left && right) query.joins.push_back({std::move(*left), std::move(*right)});
  }
}

std::uint16_t FactsReader::add_table(const tree::object& range_var) {
  std::vector<TableUse>& tables = statement_.tables;
  if (tables.size() >= most_tables) return unknown_table;
  TableUse use;
  use.schema = tree::text_in(range_var, "schemaname");
  use.name = tree::text_in(range_var, "relname");
  use.alias = alias_in(range_var);
  tables.push_back(std::move(use));
  return static_cast<std::uint16_t>(tables.size() - 1);
}

FromItem FactsReader::written_table(const tree::object& range_var) {
  FromItem item;
  item.table = add_table(range_var);
  item.name = alias_in(range_var);
  if (item.name.empty()) item.name = tree::text_in(range_var, "relname");
  if (*item.table < statement_.tables.size()) statement_.tables[*item.table].written = true;
  return item;
}

void FactsReader::read_limits(const tree::object& node, QueryFacts& query) {
  const tree::array& order = tree::list_in(node, "sortClause");
  query.ordered = !order.empty();
  query.random_order = std::any_of(order.begin(), order.end(), is_random);
  if (const tree::value* offset = tree::member(node, "limitOffset")) {
    query.offset_slot = slot(offset);
  }
  const tree::value* limit = tree::member(node, "limitCount");
  if (limit == nullptr) return;
  const tree::object* constant = tree::as(*limit, "A_Const");
  if (constant != nullptr && tree::flag_in(*constant, "isnull")) return;  // LIMIT ALL
  query.limit_slot = slot(limit);
  query.limited = true;
}

}  // namespace onetrip
