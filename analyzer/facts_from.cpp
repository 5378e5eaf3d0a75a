#include "analyzer/facts_reader.hpp"

namespace onetrip {

/// Each part of a conjunction connects the items that it mentions. A name that several of them may
/// have is taken to mention each: what the statement does not tell apart is not called unconnected.
void FactsReader::connect(const tree::value& condition, Scope& scope) {
  const tree::object* both = tree::as(condition, "BoolExpr");
  if (both != nullptr && tree::text_in(*both, "boolop") == "AND_EXPR") {
    for (const tree::value& part : tree::list_in(*both, "args")) connect(part, scope);
    return;
  }
  std::optional<std::size_t> first;
  connect_mentioned(condition, scope, first);
}

/// Subqueries are gone into: they may refer to the items outside.
void FactsReader::connect_mentioned(const tree::value& node, Scope& scope,
                                    std::optional<std::size_t>& first) {
  if (const tree::array* list = node.if_array()) {
    for (const tree::value& item : *list) connect_mentioned(item, scope, first);
    return;
  }
  const tree::object* object = node.if_object();
  if (object == nullptr) return;
  if (const tree::object* reference = tree::object_in(*object, "ColumnRef")) {
    for (const std::size_t item : scope.items_of(*reference)) {
      if (first) scope.groups.connect(*first, item);
      first = item;
    }
    return;
  }
  for (const auto& entry : *object) connect_mentioned(entry.value(), scope, first);
}

void FactsReader::connect_new_item(const tree::value& item, Scope& scope) {
  std::optional<std::size_t> first;
  connect_mentioned(item, scope, first);
  if (first) scope.groups.connect(*first, scope.items.size());
}

std::vector<FromTable> FactsReader::from_tables(Scope& scope) {
  std::vector<FromTable> tables;
  std::vector<std::size_t> leaders;
  for (std::size_t i = 0; i < scope.items.size(); ++i) {
    const std::size_t leader = scope.groups.of(i);
    std::size_t group = 0;
    while (group < leaders.size() && leaders[group] != leader) ++group;
    if (group == leaders.size()) leaders.push_back(leader);
    tables.push_back(
        {scope.items[i].table.value_or(unknown_table), static_cast<std::uint16_t>(group)});
  }
  return tables;
}

}  // namespace onetrip
