#include "analyzer/facts_scope.hpp"

namespace onetrip {

namespace tree {

const array& list_in(const object& from, std::string_view name) {
  static const array none;
  const value* found = from.if_contains(name);
  const array* list = found == nullptr ? nullptr : found->if_array();
  return list == nullptr ? none : *list;
}

std::optional<std::string> string_of(const value& node) {
  const object* string = as(node, "String");
  if (string == nullptr) return std::nullopt;
  return text_in(*string, "sval");
}

std::string last_name(const array& names) {
  return names.empty() ? std::string() : string_of(names.back()).value_or("");
}

}  // namespace tree

const CommonTable* Scope::find_common_table(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
    for (auto table = scope->common_tables.rbegin(); table != scope->common_tables.rend();
         ++table) {
      if (table->name == name) return &*table;
    }
  }
  return nullptr;
}

const FromItem* Scope::find_item(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
    for (const FromItem& relation : scope->items) {
      if (relation.name == name) return &relation;
    }
  }
  return nullptr;
}

//   column     relation.column     schema.relation.column
std::optional<ColumnUse> Scope::resolve(const tree::object& column_ref) const {
  const tree::array& fields = tree::list_in(column_ref, "fields");
  if (fields.empty() || fields.size() > 3) return std::nullopt;
  const std::optional<std::string> column = tree::string_of(fields.back());
  if (!column) return std::nullopt;
  if (fields.size() == 1) return resolve_unqualified(*column);
  const FromItem* relation = find_item(tree::string_of(fields[fields.size() - 2]).value_or(""));
  if (relation == nullptr) return std::nullopt;
  return column_of(*relation, *column);
}

std::vector<std::size_t> Scope::items_of(const tree::object& column_ref) const {
  const tree::array& fields = tree::list_in(column_ref, "fields");
  if (fields.empty()) return {};
  const bool qualified = fields.size() > 1;
  const auto name = tree::string_of(qualified ? fields[fields.size() - 2] : fields.back());
  std::vector<std::size_t> found;
  for (std::size_t i = 0; name && i < items.size(); ++i) {
    const bool may_be = qualified ? items[i].name == *name
                                  : items[i].opaque || column_of(items[i], *name).has_value();
    if (may_be) found.push_back(i);
  }
  return found;
}

std::optional<ColumnUse> Scope::resolve_unqualified(const std::string& column) const {
  if (items.empty()) return std::nullopt;
  std::optional<ColumnUse> found;
  std::size_t candidates = 0;
  for (const FromItem& relation : items) {
    std::optional<ColumnUse> use = column_of(relation, column);
    if (!use && !relation.opaque) continue;
    ++candidates;
    if (!found) found = std::move(use);
  }
  if (candidates > 1) return ColumnUse{unknown_table, column};
  return found;
}

std::optional<ColumnUse> column_of(const FromItem& relation, const std::string& column) {
  if (relation.opaque) return std::nullopt;
  if (relation.table) return ColumnUse{*relation.table, column};
  const OutputColumn* star = nullptr;
  for (const OutputColumn& output : relation.outputs) {
    if (output.star) {
      if (star != nullptr) return ColumnUse{unknown_table, column};
      star = &output;
    } else if (output.name == column) {
      return output.origin;
    }
  }
  if (star == nullptr) return std::nullopt;
  return ColumnUse{star->origin ? star->origin->table : unknown_table, column};
}

}  // namespace onetrip
