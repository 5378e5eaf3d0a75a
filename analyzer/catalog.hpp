#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace onetrip {

/// A column of a base table: what every link is made of.
struct Column {
  std::uint32_t table = 0;  ///< table OID (of the root, for partitions and inheritance children)
  std::int16_t attribute = 0;
  bool operator==(const Column&) const = default;
};

struct ForeignKey {
  std::string name;
  std::uint32_t table = 0, referenced = 0;                ///< roots
  std::vector<std::int16_t> columns, referenced_columns;  ///< pairwise
  bool operator==(const ForeignKey&) const = default;
};

/// Which database: OIDs mean something in one alone, and servers may have databases of one name.
struct CatalogKey {
  std::size_t pair = 0;  ///< SessionFacts::pair: whose server
  std::string database;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees the 0 that comparisons make
  auto operator<=>(const CatalogKey&) const = default;
};

/// What is known of one database: names, keys, and where a view's columns come from. An immutable
/// value, made by the catalog reader or from a file; shared between threads.
class Catalog {
 public:
  struct Table {
    std::uint32_t oid = 0;
    std::string schema, name;
    std::uint32_t root = 0;      ///< partition or inheritance root; itself or 0 when none
    bool in_search_path = true;  ///< found by its name alone; its schema is left out
    double estimated_rows = -1;  ///< pg_class.reltuples; -1 unknown
    std::vector<std::pair<std::int16_t, std::string>>
        columns;                                         ///< ascending; dropped ones left out
    std::vector<std::vector<std::int16_t>> unique_keys;  ///< primary key first
    /// Views only: attribute → base column (resolved through nested views).
    std::unordered_map<std::int16_t, Column> view_columns;
    bool is_view = false;  ///< also true of one whose columns are all computed
  };
  struct Snapshot {
    std::string database;
    std::vector<Table> tables;
    std::vector<ForeignKey> foreign_keys;
  };

  explicit Catalog(Snapshot snapshot);

  const Snapshot& snapshot() const { return snapshot_; }
  const Table* table(std::uint32_t oid) const;
  /// By name as a statement writes it; an unqualified name is looked up in the search path.
  const Table* table(std::string_view schema, std::string_view name) const;

  /// The base column behind a result column: partitions to their root, views to their base; none
  /// when it is not known.
  std::optional<Column> resolve(std::uint32_t table_oid, std::int16_t attribute) const;
  std::optional<Column> column(const Table& table, std::string_view name) const;

  /// "author.id", with the schema in front when it is not in the search path.
  std::string name(Column column) const;
  std::string_view column_name(Column column) const;

  /// The foreign key whose column `from` refers to column `to` (also as one of several columns).
  const ForeignKey* foreign_key(Column from, Column to) const;
  /// The other pairs of the key between two columns, either way: what else of one row refers to
  /// what else of the other; empty when there is no key, or it has no other columns.
  std::vector<std::pair<Column, Column>> rest_of_key(Column one, Column other) const;
  /// The columns that `column` refers to (by any foreign key), or itself: equal for columns tied
  /// through one referenced key.
  std::vector<Column> referenced_by(Column column) const;
  bool is_unique(Column column) const;  ///< alone a primary or unique key

 private:
  Snapshot snapshot_;
  const Table* root_of(const Table& table) const;

  std::unordered_map<std::uint32_t, std::size_t> by_oid_;
  std::unordered_map<std::string, std::size_t> by_name_;  ///< "schema\0name", and "\0name"
  std::unordered_map<std::uint32_t, std::vector<std::size_t>>
      keys_from_;  ///< foreign keys by table
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> keys_to_;
};

/// Whether an OID, and a key, of the one is the same in the other, as in a server and its replica.
bool describe_the_same(const Catalog& one, const Catalog& other);

using CatalogPtr = std::shared_ptr<const Catalog>;  ///< shared: reader thread makes, worker reads

/// JSON, one table or key a line, as `onetrip catalog export` writes and `catalog.file` reads.
std::string to_json(const Catalog::Snapshot& snapshot);
/// Throws std::runtime_error with a sentence (line, key) when it is not such a file.
Catalog::Snapshot catalog_from_json(std::string_view json);

}  // namespace onetrip
