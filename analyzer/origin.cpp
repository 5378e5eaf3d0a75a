#include "analyzer/origin.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace onetrip {
namespace {

Origin named_by_catalog(const Catalog& catalog, Column column) {
  const std::string full = catalog.name(column);
  const std::string_view name = catalog.column_name(column);
  Origin origin{column, {}, std::string(name)};
  if (full.size() > name.size()) origin.table = full.substr(0, full.size() - name.size() - 1);
  return origin;
}

/// A column that a statement does not qualify belongs to the one table that has it.
std::optional<Column> search_tables(const Statement& statement, std::string_view name,
                                    const Catalog& catalog) {
  std::optional<Column> found;
  for (const TableUse& use : statement.tables) {
    const Catalog::Table* table = catalog.table(use.schema, use.name);
    if (table == nullptr) continue;
    const std::optional<Column> column = catalog.column(*table, name);
    if (!column) continue;
    if (found && !(*found == *column)) return std::nullopt;
    found = column;
  }
  return found;
}

/// The table of that name that a result came from, whatever search_path the session had.
const Catalog::Table* table_seen(const TableUse& use, std::span<const ResultColumn> seen,
                                 const Catalog& catalog) {
  for (const ResultColumn& column : seen) {
    const Catalog::Table* table = catalog.table(column.table_oid);
    if (table == nullptr || table->name != use.name) continue;
    if (use.schema.empty() || use.schema == table->schema) return table;
  }
  return nullptr;
}

/// The table of that name beside another one of a result: a search_path finds both in one schema.
const Catalog::Table* table_beside(const TableUse& use, std::span<const ResultColumn> seen,
                                   const Catalog& catalog) {
  if (!use.schema.empty()) return nullptr;
  for (const ResultColumn& column : seen) {
    const Catalog::Table* other = catalog.table(column.table_oid);
    const Catalog::Table* table =
        other == nullptr ? nullptr : catalog.table(other->schema, use.name);
    if (table != nullptr) return table;
  }
  return nullptr;
}

std::optional<Column> look_up(const ColumnUse& use, const Statement& statement,
                              const Catalog& catalog, std::span<const ResultColumn> seen) {
  if (use.table >= statement.tables.size()) return search_tables(statement, use.column, catalog);
  const TableUse& table_use = statement.tables[use.table];
  const Catalog::Table* table = table_seen(table_use, seen, catalog);
  if (table == nullptr && found_by_path(statement)) table = table_beside(table_use, seen, catalog);
  if (table == nullptr) table = catalog.table(table_use.schema, table_use.name);
  if (table == nullptr) return std::nullopt;
  return catalog.column(*table, use.column);
}

/// The parse tree's word on a result column.
std::optional<ColumnUse> output_origin(const ResultColumn& column, const Statement& statement) {
  const auto star = std::find_if(statement.outputs.begin(), statement.outputs.end(),
                                 [](const OutputColumn& output) { return output.star; });
  const auto before_star = static_cast<std::size_t>(std::distance(statement.outputs.begin(), star));
  if (column.position < before_star) return statement.outputs[column.position].origin;
  if (star == statement.outputs.end() || statement.outputs.size() != 1) return std::nullopt;
  if (star->origin) return ColumnUse{star->origin->table, column.name};
  if (statement.tables.size() == 1) return ColumnUse{0, column.name};
  return std::nullopt;
}

/// The table whose columns a `*` stands for; null when it is not known.
const Catalog::Table* table_of(const OutputColumn& star, const Statement& statement,
                               const Catalog* catalog) {
  if (catalog == nullptr || !star.origin || star.origin->table >= statement.tables.size())
    return nullptr;
  const TableUse& use = statement.tables[star.origin->table];
  return catalog->table(use.schema, use.name);
}

std::vector<std::string> words(std::string_view name) {
  std::vector<std::string> result(1);
  bool lower_before = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool border = c == '_' || c == '.' || (lower_before && std::isupper(byte) != 0);
    if (border && !result.back().empty()) result.emplace_back();
    if (c != '_' && c != '.') result.back() += static_cast<char>(std::tolower(byte));
    lower_before = std::islower(byte) != 0 || std::isdigit(byte) != 0;
  }
  if (result.back().empty()) result.pop_back();
  return result;
}

std::string singular(std::string word) {
  const auto ends = [&](std::string_view tail) {
    return word.size() > tail.size() + 1 && word.ends_with(tail);
  };
  if (ends("ies")) return word.substr(0, word.size() - 3) + "y";
  if (ends("sses") || ends("xes") || ends("ches") || ends("shes"))
    return word.substr(0, word.size() - 2);
  if (ends("s") && !word.ends_with("ss")) return word.substr(0, word.size() - 1);
  return word;
}

std::vector<std::string> singular_words(std::string_view name) {
  std::vector<std::string> result = words(name);
  if (!result.empty()) result.back() = singular(result.back());
  return result;
}

bool ends_with(const std::vector<std::string>& all, const std::vector<std::string>& tail) {
  return all.size() >= tail.size() && std::equal(tail.rbegin(), tail.rend(), all.rbegin());
}

/// A column's name without the key's: author of author_id. Empty when it does not end so.
std::vector<std::string> stem_of(std::string_view column, std::string_view key) {
  std::vector<std::string> stem = words(column);
  const std::vector<std::string> key_words = words(key);
  if (key_words.empty() || stem.size() <= key_words.size() || !ends_with(stem, key_words))
    return {};
  stem.resize(stem.size() - key_words.size());
  stem.back() = singular(stem.back());
  return stem;
}

Relation relate_by_key(Column parent, Column child, const Catalog& catalog) {
  if (parent == child && catalog.is_unique(child))
    return {Tie::same_column, Direction::refetch, {}};
  if (const ForeignKey* key = catalog.foreign_key(parent, child))
    return {Tie::foreign_key, Direction::forward, key->name};
  if (const ForeignKey* key = catalog.foreign_key(child, parent))
    return {Tie::foreign_key, Direction::reverse, key->name};
  for (const Column referenced : catalog.referenced_by(child)) {
    const std::vector<Column> others = catalog.referenced_by(parent);
    if (std::find(others.begin(), others.end(), referenced) == others.end()) continue;
    const ForeignKey* key = catalog.foreign_key(child, referenced);
    if (key != nullptr) return {Tie::sibling, Direction::reverse, key->name};
  }
  return {};
}

/// What the keys say against a tie by names: both refer to different columns, or one refers
/// elsewhere than to the other, which is a key itself.
bool contradicted(Column parent, Column child, const Catalog& catalog) {
  const auto refers = [&](Column column) {
    return catalog.referenced_by(column) != std::vector<Column>{column};
  };
  const bool parent_refers = refers(parent), child_refers = refers(child);
  return (parent_refers && (child_refers || catalog.is_unique(child))) ||
         (child_refers && catalog.is_unique(parent));
}

bool same_name(std::string_view a, std::string_view b) {
  return words(a) == words(b);
}

Relation relate_by_name(const Origin& parent, const Origin& child) {
  if (!parent.table.empty() && parent.table == child.table && parent.name == child.name) {
    const bool key = same_name(child.name, "id") || same_name(child.name, "uuid");
    if (key) return {Tie::same_column, Direction::refetch, {}};
    return {Tie::names, Direction::reverse, {}};
  }
  if (names_refer(parent.name, child.table, child.name))
    return {Tie::names, Direction::forward, {}};
  if (names_refer(child.name, parent.table, parent.name))
    return {Tie::names, Direction::reverse, {}};
  const bool telling = words(child.name).size() > 1;  // "id" = "id" tells nothing
  if (telling && same_name(parent.name, child.name)) return {Tie::names, Direction::reverse, {}};
  if (name_ends_refer(parent.name, child.table, child.name))
    return {Tie::name_end, Direction::forward, {}};
  if (name_ends_refer(child.name, parent.table, parent.name))
    return {Tie::name_end, Direction::reverse, {}};
  return {};
}

}  // namespace

Origin origin_of(const ResultColumn& column, const Statement& statement, const Catalog* catalog) {
  if (catalog != nullptr && column.table_oid != 0) {
    const std::optional<Column> base = catalog->resolve(column.table_oid, column.attribute);
    if (base) return named_by_catalog(*catalog, *base);
  }
  const std::optional<ColumnUse> use = output_origin(column, statement);
  if (use) return origin_of(*use, statement, catalog);
  return {};
}

Origin origin_of(const ColumnUse& column, const Statement& statement, const Catalog* catalog,
                 std::span<const ResultColumn> seen) {
  if (catalog != nullptr) {
    const std::optional<Column> base = look_up(column, statement, *catalog, seen);
    if (base) return named_by_catalog(*catalog, *base);
  }
  Origin origin;
  origin.name = column.column;
  if (column.table < statement.tables.size()) {
    const TableUse& use = statement.tables[column.table];
    origin.table =
        use.schema.empty() || use.schema == "public" ? use.name : use.schema + "." + use.name;
  } else if (statement.tables.size() == 1) {
    origin.table = statement.tables[0].name;
  }
  return origin;
}

Origin origin_of(std::uint16_t position, std::uint16_t columns, const Statement& statement,
                 const Catalog* catalog) {
  Origin found;
  std::size_t behind = 0;
  for (const OutputColumn& output : statement.outputs) {
    const Catalog::Table* table = output.star ? table_of(output, statement, catalog) : nullptr;
    if (output.star && table == nullptr) return {};
    const std::size_t before = behind;
    behind += table != nullptr ? table->columns.size() : 1;
    if (position < before || position >= behind) continue;
    if (table != nullptr) {
      const std::string& name = table->columns[position - before].second;
      found = origin_of(ColumnUse{output.origin->table, name}, statement, catalog);
    } else if (output.origin) {
      found = origin_of(*output.origin, statement, catalog);
    } else {
      found.name = output.name;
    }
  }
  return behind == columns ? found : Origin{};
}

std::string predicate_shape(const Statement& statement) {
  static constexpr std::string_view signs[] = {"=", "=", "=", "<", ">", "<>", "~~", "?"};
  std::vector<std::string> parts;
  for (const Predicate& predicate : statement.predicates) {
    const Origin origin = origin_of(predicate.column, statement, nullptr);
    parts.push_back(origin.shown() + " " + std::string(signs[static_cast<int>(predicate.op)]));
  }
  std::sort(parts.begin(), parts.end());
  if (!statement.only_slot_equality) parts.emplace_back("and more");
  if (statement.aggregate) parts.push_back("computes " + statement.aggregate_function);
  if (statement.ordered && statement.limited) parts.emplace_back("first of an order");
  std::string shape;
  for (const std::string& part : parts) shape += (shape.empty() ? "" : "; ") + part;
  return shape;
}

bool found_by_path(const Statement& statement) {
  return std::all_of(statement.tables.begin(), statement.tables.end(),
                     [](const TableUse& use) { return use.schema.empty(); });
}

bool names_refer(std::string_view column, std::string_view table, std::string_view key) {
  const std::vector<std::string> stem = stem_of(column, key);
  return !stem.empty() && ends_with(singular_words(table), stem);
}

bool name_ends_refer(std::string_view column, std::string_view table, std::string_view key) {
  const std::vector<std::string> name = singular_words(table);
  return !name.empty() && ends_with(stem_of(column, key), name);
}

Relation relate(const Origin& parent, const Origin& child, const Catalog* catalog) {
  if (!parent.known() || !child.known()) return {};
  if (catalog != nullptr && parent.column && child.column) {
    Relation relation = relate_by_key(*parent.column, *child.column, *catalog);
    if (relation.tie != Tie::none) return relation;
    // Not unique, so one value is not one row.
    if (*parent.column == *child.column) return {Tie::names, Direction::reverse, {}};
    if (contradicted(*parent.column, *child.column, *catalog)) return {};
  }
  return relate_by_name(parent, child);
}

}  // namespace onetrip
