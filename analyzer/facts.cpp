#include "analyzer/facts.hpp"

#include <array>

#include "analyzer/facts_calls.hpp"
#include "analyzer/facts_reader.hpp"

namespace onetrip {
namespace {

constexpr std::size_t deepest_json = 20000;

const tree::value* first_statement(const tree::value& root) {
  const tree::object* top = root.if_object();
  if (top == nullptr) return nullptr;
  const tree::array& statements = tree::list_in(*top, "stmts");
  if (statements.empty() || !statements[0].is_object()) return nullptr;
  return tree::member(statements[0].get_object(), "stmt");
}

}  // namespace

bool read_facts(std::string_view json, Statement& statement) {
  boost::json::monotonic_resource memory;
  boost::json::parse_options options;
  options.max_depth = deepest_json;
  options.allow_invalid_utf8 = true;
  boost::json::error_code error;
  const tree::value root = boost::json::parse(json, error, &memory, options);
  if (error) return false;
  const tree::value* node = first_statement(root);
  if (node == nullptr) return false;
  FactsReader(statement).read(*node);
  read_calls(*node, statement);
  return true;
}

void FactsReader::read(const tree::value& node) {
  for (const char* wrapper : {"DeclareCursorStmt", "PrepareStmt"}) {
    const tree::object* named = tree::as(node, wrapper);
    if (named == nullptr) continue;
    if (const tree::value* query = tree::member(*named, "query")) read(*query);
    return;
  }
  if (auto query = read_query(node, nullptr)) return take(std::move(*query));
  collect_tables(node);
}

void FactsReader::take(QueryFacts&& query) {
  statement_.outputs = std::move(query.outputs);
  statement_.predicates = std::move(query.predicates);
  statement_.joins = std::move(query.joins);
  statement_.from = std::move(query.from);
  statement_.patterns = std::move(query.patterns);
  statement_.limit_slot = query.limit_slot;
  statement_.offset_slot = query.offset_slot;
  statement_.aggregate_function = std::move(query.aggregate_function);
  statement_.has_where = query.has_where;
  statement_.only_slot_equality = query.has_where && query.only_slot_equality;
  statement_.aggregate = query.aggregate;
  statement_.grouped = query.grouped;
  statement_.distinct = query.distinct;
  statement_.ordered = query.ordered;
  statement_.locking = query.locking;
  statement_.set_operation = query.set_operation;
  statement_.limited = query.limited;
  statement_.random_order = query.random_order;
}

std::optional<QueryFacts> FactsReader::read_query(const tree::value& node, const Scope* outer) {
  if (const auto* select = tree::as(node, "SelectStmt")) return read_select(*select, outer);
  if (const auto* insert = tree::as(node, "InsertStmt")) return read_insert(*insert, outer);
  if (const auto* update = tree::as(node, "UpdateStmt")) return read_update(*update, outer);
  if (const auto* removal = tree::as(node, "DeleteStmt")) return read_delete(*removal, outer);
  if (const auto* merge = tree::as(node, "MergeStmt")) return read_merge(*merge, outer);
  return std::nullopt;
}

Scope FactsReader::read_target(const tree::object& node, const Scope* outer) {
  Scope scope;
  scope.outer = outer;
  read_with(node, scope);
  if (const auto* relation = tree::object_in(node, "relation")) {
    scope.items.push_back(written_table(*relation));
  }
  return scope;
}

QueryFacts FactsReader::read_insert(const tree::object& node, const Scope* outer) {
  QueryFacts query;
  Scope scope = read_target(node, outer);
  if (const tree::value* source = tree::member(node, "selectStmt")) {
    const tree::object* select = tree::as(*source, "SelectStmt");
    if (select != nullptr && outer == nullptr) read_single_row(node, *select);
    read_query(*source, &scope);
  }
  if (const tree::value* conflict = tree::member(node, "onConflictClause")) {
    collect(*conflict, &scope);
  }
  read_returning(node, scope, query);
  return query;
}

void FactsReader::read_single_row(const tree::object& insert, const tree::object& select) {
  const tree::array& rows = tree::list_in(select, "valuesLists");
  statement_.multi_row_values = rows.size() != 1;
  if (rows.size() != 1) return;
  const tree::object* row = tree::as(rows[0], "List");
  if (row == nullptr) return;
  const tree::array& columns = tree::list_in(insert, "cols");
  const tree::array& values = tree::list_in(*row, "items");
  for (std::size_t i = 0; i < columns.size() && i < values.size(); ++i) {
    const tree::object* target = tree::as(columns[i], "ResTarget");
    const auto value = slot(&values[i]);
    if (target == nullptr || !value) continue;
    statement_.assignments.push_back({tree::text_in(*target, "name"), *value});
  }
}

QueryFacts FactsReader::read_update(const tree::object& node, const Scope* outer) {
  QueryFacts query;
  Scope scope = read_target(node, outer);
  for (const tree::value& item : tree::list_in(node, "fromClause")) {
    read_from(item, Position::inner, scope, query);
  }
  if (outer == nullptr) read_assignments(node);
  if (const tree::value* targets = tree::member(node, "targetList")) collect(*targets, &scope);
  read_where(tree::member(node, "whereClause"), scope, query);
  read_returning(node, scope, query);
  return query;
}

void FactsReader::read_assignments(const tree::object& update) {
  for (const tree::value& node : tree::list_in(update, "targetList")) {
    const tree::object* target = tree::as(node, "ResTarget");
    if (target == nullptr) continue;
    const auto value = slot(tree::member(*target, "val"));
    if (value) statement_.assignments.push_back({tree::text_in(*target, "name"), *value});
  }
}

QueryFacts FactsReader::read_delete(const tree::object& node, const Scope* outer) {
  QueryFacts query;
  Scope scope = read_target(node, outer);
  for (const tree::value& item : tree::list_in(node, "usingClause")) {
    read_from(item, Position::inner, scope, query);
  }
  read_where(tree::member(node, "whereClause"), scope, query);
  read_returning(node, scope, query);
  return query;
}

QueryFacts FactsReader::read_merge(const tree::object& node, const Scope* outer) {
  QueryFacts query;
  Scope scope = read_target(node, outer);
  if (const tree::value* source = tree::member(node, "sourceRelation")) {
    read_from(*source, Position::outer, scope, query);
  }
  if (const tree::value* condition = tree::member(node, "joinCondition")) {
    read_condition(*condition, Position::outer, scope, query);
  }
  if (const tree::value* clauses = tree::member(node, "mergeWhenClauses")) {
    collect(*clauses, &scope);
  }
  return query;
}

void FactsReader::read_returning(const tree::object& node, const Scope& scope, QueryFacts& query) {
  const tree::array& targets = tree::list_in(node, "returningList");
  if (targets.empty()) return;
  read_outputs(targets, scope, query);
  if (scope.outer == nullptr) statement_.returning = true;
  if (const tree::value* list = tree::member(node, "returningList")) collect(*list, &scope);
}

/// Reads the subqueries that stand in an expression, for their tables.
void FactsReader::collect(const tree::value& node, const Scope* scope) {
  if (const tree::array* list = node.if_array()) {
    for (const tree::value& item : *list) collect(item, scope);
    return;
  }
  const tree::object* object = node.if_object();
  if (object == nullptr) return;
  if (read_query(node, scope)) return;
  collect_members(*object, scope);
}

void FactsReader::collect_members(const tree::object& node, const Scope* scope) {
  for (const auto& entry : node) collect(entry.value(), scope);
}

/// Any statement's tables, in the order of the tree: what has a relname is one.
void FactsReader::collect_tables(const tree::value& node) {
  if (const tree::array* list = node.if_array()) {
    for (const tree::value& item : *list) collect_tables(item);
    return;
  }
  const tree::object* object = node.if_object();
  if (object == nullptr) return;
  if (object->contains("relname")) add_table(*object);
  for (const auto& entry : *object) {
    if (!read_query(entry.value(), nullptr)) collect_tables(entry.value());
  }
}

}  // namespace onetrip
