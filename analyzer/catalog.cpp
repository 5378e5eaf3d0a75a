#include "analyzer/catalog.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {

namespace {

// Views stand on views; a file could make them stand on themselves.
constexpr int deepest_view = 32;

std::string key_of(std::string_view schema, std::string_view name) {
  std::string key(schema);
  key += '\0';
  key += name;
  return key;
}

const std::string* name_in(const Catalog::Table& table, std::int16_t attribute) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [=](const auto& column) { return column.first == attribute; });
  return found == table.columns.end() ? nullptr : &found->second;
}

std::optional<std::int16_t> attribute_in(const Catalog::Table& table, std::string_view name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [=](const auto& column) { return column.second == name; });
  if (found == table.columns.end()) return std::nullopt;
  return found->first;
}

}  // namespace

Catalog::Catalog(Snapshot snapshot) : snapshot_(std::move(snapshot)) {
  for (std::size_t i = 0; i < snapshot_.tables.size(); ++i) {
    const Table& table = snapshot_.tables[i];
    by_oid_.emplace(table.oid, i);
    by_name_.emplace(key_of(table.schema, table.name), i);
    if (table.in_search_path) by_name_.emplace(key_of("", table.name), i);
  }
  for (std::size_t i = 0; i < snapshot_.foreign_keys.size(); ++i) {
    keys_from_[snapshot_.foreign_keys[i].table].push_back(i);
    keys_to_[snapshot_.foreign_keys[i].referenced].push_back(i);
  }
}

const Catalog::Table* Catalog::table(std::uint32_t oid) const {
  const auto found = by_oid_.find(oid);
  return found == by_oid_.end() ? nullptr : &snapshot_.tables[found->second];
}

const Catalog::Table* Catalog::table(std::string_view schema, std::string_view name) const {
  const auto found = by_name_.find(key_of(schema, name));
  return found == by_name_.end() ? nullptr : &snapshot_.tables[found->second];
}

const Catalog::Table* Catalog::root_of(const Table& table) const {
  if (table.root == 0 || table.root == table.oid) return &table;
  const Table* root = this->table(table.root);
  return root ? root : &table;
}

std::optional<Column> Catalog::resolve(std::uint32_t table_oid, std::int16_t attribute) const {
  Column here{table_oid, attribute};
  for (int depth = 0; depth < deepest_view; ++depth) {
    const Table* table = this->table(here.table);
    if (!table) return std::nullopt;
    if (table->is_view || !table->view_columns.empty()) {
      const auto base = table->view_columns.find(here.attribute);
      if (base == table->view_columns.end()) return std::nullopt;
      here = base->second;
      continue;
    }
    const std::string* name = name_in(*table, here.attribute);
    if (!name) return std::nullopt;
    // A partition may have its columns in another order than its root.
    const Table& root = *root_of(*table);
    const std::optional<std::int16_t> in_root = attribute_in(root, *name);
    if (!in_root) return here;
    return Column{root.oid, *in_root};
  }
  return std::nullopt;
}

std::optional<Column> Catalog::column(const Table& table, std::string_view name) const {
  const std::optional<std::int16_t> attribute = attribute_in(table, name);
  if (!attribute) return std::nullopt;
  return resolve(table.oid, *attribute);
}

std::string_view Catalog::column_name(Column column) const {
  const Table* table = this->table(column.table);
  const std::string* name = table ? name_in(*table, column.attribute) : nullptr;
  return name ? std::string_view(*name) : std::string_view();
}

std::string Catalog::name(Column column) const {
  const Table* table = this->table(column.table);
  if (!table) return {};
  std::string name = table->in_search_path ? "" : table->schema + ".";
  name += table->name;
  name += '.';
  name += column_name(column);
  return name;
}

const ForeignKey* Catalog::foreign_key(Column from, Column to) const {
  const auto keys = keys_from_.find(from.table);
  if (keys == keys_from_.end()) return nullptr;
  for (const std::size_t index : keys->second) {
    const ForeignKey& key = snapshot_.foreign_keys[index];
    if (key.referenced != to.table) continue;
    for (std::size_t i = 0; i < key.columns.size() && i < key.referenced_columns.size(); ++i) {
      if (key.columns[i] == from.attribute && key.referenced_columns[i] == to.attribute) {
        return &key;
      }
    }
  }
  return nullptr;
}

std::vector<std::pair<Column, Column>> Catalog::rest_of_key(Column one, Column other) const {
  std::vector<std::pair<Column, Column>> rest;
  const ForeignKey* key = foreign_key(one, other);
  const bool forward = key != nullptr;
  if (!forward) key = foreign_key(other, one);
  if (key == nullptr) return rest;
  for (std::size_t i = 0; i < key->columns.size() && i < key->referenced_columns.size(); ++i) {
    const Column from{key->table, key->columns[i]}, to{key->referenced, key->referenced_columns[i]};
    if (from == one || from == other) continue;
    rest.push_back(forward ? std::pair(from, to) : std::pair(to, from));
  }
  return rest;
}

std::vector<Column> Catalog::referenced_by(Column column) const {
  std::vector<Column> referenced;
  const auto keys = keys_from_.find(column.table);
  if (keys != keys_from_.end()) {
    for (const std::size_t index : keys->second) {
      const ForeignKey& key = snapshot_.foreign_keys[index];
      for (std::size_t i = 0; i < key.columns.size() && i < key.referenced_columns.size(); ++i) {
        const Column to{key.referenced, key.referenced_columns[i]};
        const bool known = std::find(referenced.begin(), referenced.end(), to) != referenced.end();
        if (key.columns[i] == column.attribute && !known) referenced.push_back(to);
      }
    }
  }
  if (referenced.empty()) referenced.push_back(column);
  return referenced;
}

bool Catalog::is_unique(Column column) const {
  const Table* table = this->table(column.table);
  return table && std::any_of(table->unique_keys.begin(), table->unique_keys.end(),
                              [&](const std::vector<std::int16_t>& key) {
                                return key.size() == 1 && key[0] == column.attribute;
                              });
}

bool describe_the_same(const Catalog& one, const Catalog& other) {
  const Catalog::Snapshot &a = one.snapshot(), &b = other.snapshot();
  const auto alike = [](const Catalog::Table& x, const Catalog::Table& y) {
    return x.oid == y.oid && x.schema == y.schema && x.name == y.name && x.root == y.root &&
           x.columns == y.columns && x.unique_keys == y.unique_keys &&
           x.view_columns == y.view_columns && x.is_view == y.is_view;
  };
  if (&one == &other) return true;
  return a.foreign_keys == b.foreign_keys &&
         std::equal(a.tables.begin(), a.tables.end(), b.tables.begin(), b.tables.end(), alike);
}

}  // namespace onetrip
