#include <algorithm>
#include <array>

#include "analyzer/facts_reader.hpp"

namespace onetrip {
namespace {

constexpr std::array<std::string_view, 18> aggregates{"count",
                                                      "sum",
                                                      "min",
                                                      "max",
                                                      "avg",
                                                      "bool_or",
                                                      "bool_and",
                                                      "every",
                                                      "array_agg",
                                                      "string_agg",
                                                      "json_agg",
                                                      "jsonb_agg",
                                                      "stddev",
                                                      "variance",
                                                      "json_object_agg",
                                                      "jsonb_object_agg",
                                                      "bit_or",
                                                      "bit_and"};

/// The name that PostgreSQL gives a column without AS (FigureColname); empty where we do not
/// follow.
std::string natural_name(const tree::value* node) {
  if (const auto* column = tree::as(node, "ColumnRef")) {
    return tree::last_name(tree::list_in(*column, "fields"));
  }
  if (const auto* call = tree::as(node, "FuncCall")) {
    return tree::last_name(tree::list_in(*call, "funcname"));
  }
  if (const auto* cast = tree::as(node, "TypeCast")) {
    std::string name = natural_name(tree::member(*cast, "arg"));
    if (!name.empty() && name != "?column?") return name;
    const auto* type = tree::object_in(*cast, "typeName");
    return type == nullptr ? std::string() : tree::last_name(tree::list_in(*type, "names"));
  }
  if (tree::as(node, "CoalesceExpr") != nullptr) return "coalesce";
  if (tree::as(node, "A_ArrayExpr") != nullptr) return "array";
  if (const auto* sublink = tree::as(node, "SubLink")) {
    return tree::text_in(*sublink, "subLinkType") == "EXISTS_SUBLINK" ? "exists" : "";
  }
  const bool nameless = tree::as(node, "A_Const") != nullptr ||
                        tree::as(node, "ParamRef") != nullptr ||
                        tree::as(node, "A_Expr") != nullptr;
  return nameless ? "?column?" : "";
}

/// The aggregate that a value is, through coalesce and casts; empty when it is none.
std::string aggregate_in(const tree::value* node) {
  for (;;) {
    if (const auto* cast = tree::as(node, "TypeCast")) {
      node = tree::member(*cast, "arg");
    } else if (const auto* first = tree::as(node, "CoalesceExpr")) {
      const tree::array& values = tree::list_in(*first, "args");
      if (values.empty()) return {};
      node = &values[0];
    } else {
      break;
    }
  }
  const tree::object* call = tree::as(node, "FuncCall");
  if (call == nullptr || tree::member(*call, "over") != nullptr) return {};
  std::string name = tree::last_name(tree::list_in(*call, "funcname"));
  for (const std::string_view known : aggregates) {
    if (name == known) return name;
  }
  return {};
}

bool is_constant(const tree::value& node) {
  const tree::value* value = &node;
  while (const tree::object* cast = tree::as(value, "TypeCast")) {
    value = tree::member(*cast, "arg");
  }
  return tree::as(value, "A_Const") != nullptr || tree::as(value, "ParamRef") != nullptr;
}

/// What casts to another width of integer, to text or to uuid are made of: a key stays the same
/// value. With a length, as in varchar(3), it may not.
const tree::value* without_casts(const tree::value* value) {
  constexpr std::array<std::string_view, 6> types{"int2", "int4",    "int8",
                                                  "text", "varchar", "uuid"};
  while (const tree::object* cast = tree::as(value, "TypeCast")) {
    const tree::object* type = tree::object_in(*cast, "typeName");
    if (type == nullptr || !tree::list_in(*type, "typmods").empty() ||
        !tree::list_in(*type, "arrayBounds").empty())
      break;
    const std::string name = tree::last_name(tree::list_in(*type, "names"));
    if (std::find(types.begin(), types.end(), name) == types.end()) break;
    value = tree::member(*cast, "arg");
  }
  return value;
}

bool ends_in_star(const tree::object& column_ref) {
  const tree::array& fields = tree::list_in(column_ref, "fields");
  return !fields.empty() && tree::as(fields.back(), "A_Star") != nullptr;
}

void add_item(const FromItem& item, std::vector<OutputColumn>& outputs) {
  if (!item.table && !item.opaque) {
    outputs.insert(outputs.end(), item.outputs.begin(), item.outputs.end());
    return;
  }
  OutputColumn star;
  star.star = true;
  if (item.table) star.origin = ColumnUse{*item.table, {}};
  outputs.push_back(std::move(star));
}

}  // namespace

void FactsReader::read_outputs(const tree::array& targets, const Scope& scope,
                               QueryFacts& query) const {
  for (const tree::value& node : targets) {
    const tree::object* target = tree::as(node, "ResTarget");
    const tree::value* value = target ? tree::member(*target, "val") : nullptr;
    if (value == nullptr) continue;
    const tree::object* reference = tree::as(*value, "ColumnRef");
    if (reference != nullptr && ends_in_star(*reference)) {
      add_star(*reference, scope, query);
      continue;
    }
    OutputColumn output;
    output.name = tree::text_in(*target, "name");
    if (output.name.empty()) output.name = natural_name(value);
    output.origin = column(without_casts(value), scope);
    query.outputs.push_back(std::move(output));
  }
}

//   *     t.*
void FactsReader::add_star(const tree::object& column_ref, const Scope& scope,
                           QueryFacts& query) const {
  const tree::array& fields = tree::list_in(column_ref, "fields");
  if (fields.size() == 1 && !scope.merges_columns) {
    for (const FromItem& item : scope.items) add_item(item, query.outputs);
    return;
  }
  const FromItem* item = nullptr;
  if (fields.size() > 1) {
    item = scope.find_item(tree::string_of(fields[fields.size() - 2]).value_or(""));
  }
  if (item != nullptr) return add_item(*item, query.outputs);
  OutputColumn star;
  star.star = true;
  query.outputs.push_back(std::move(star));
}

void FactsReader::read_aggregates(const tree::object& select, QueryFacts& query) const {
  const tree::array& targets = tree::list_in(select, "targetList");
  if (targets.empty() || query.grouped) return;
  std::string first;
  for (const tree::value& node : targets) {
    const tree::object* target = tree::as(node, "ResTarget");
    std::string name = target ? aggregate_in(tree::member(*target, "val")) : std::string();
    if (name.empty()) return;
    if (first.empty()) first = std::move(name);
  }
  query.aggregate = true;
  query.aggregate_function = std::move(first);
}

//   SELECT 1 FROM … LIMIT 1         SELECT EXISTS(SELECT …)
void FactsReader::read_exists(const tree::object& select, const Scope& scope, QueryFacts& query) {
  const tree::array& targets = tree::list_in(select, "targetList");
  if (targets.size() != 1 || query.aggregate) return;
  const tree::object* target = tree::as(targets[0], "ResTarget");
  const tree::value* value = target ? tree::member(*target, "val") : nullptr;
  if (value == nullptr) return;
  const tree::object* sublink = scope.items.empty() ? tree::as(*value, "SubLink") : nullptr;
  if (sublink != nullptr && tree::text_in(*sublink, "subLinkType") == "EXISTS_SUBLINK") {
    const tree::value* body = tree::member(*sublink, "subselect");
    auto inside = body ? read_query(*body, &scope) : std::nullopt;
    if (!inside) return;
    query.predicates = std::move(inside->predicates);
    query.joins = std::move(inside->joins);
    query.has_where = inside->has_where;
    query.only_slot_equality = inside->only_slot_equality;
  } else if (scope.items.empty() || !query.limited || !is_constant(*value)) {
    return;
  }
  query.aggregate = true;
  query.aggregate_function = "exists";
}

}  // namespace onetrip
