#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/dialect.hpp"
#include "analyzer/link.hpp"

namespace onetrip {

/// A table as advice names it.
struct TableName {
  std::string schema;  ///< empty when it is in the search path
  std::string name;    ///< empty when the table is not known

  bool known() const { return !name.empty(); }
  bool operator==(const TableName&) const = default;
};

/// What each round of a loop asks for.
enum class Ask : std::uint8_t {
  rows,       ///< all rows that the link leads to
  some_rows,  ///< the first ones in some order: LIMIT counts per row of the parent
  aggregate,  ///< one computed value
  exists,
};

/// A linked loop as advice sees it: what is asked, and in whose words it may be answered. Views:
/// lives no longer than the link and the catalog.
struct LoopCase {
  const LoopLink& link;
  const Statement& child;
  const Statement& parent;
  const Catalog* catalog;
  Ask ask = Ask::rows;
  /// More than the link decides which rows come, or in what form: further conditions or joins,
  /// DISTINCT, GROUP BY, OFFSET, only some columns of a relation. The bare relation would not do.
  bool filtered = false;
  bool conditions = false;  ///< of these, further conditions
  bool ordered = false;
  /// The statements name the tables whose columns are linked, not views of them or partitions,
  /// which have other rows.
  bool named = false;
  bool related = false;  ///< a foreign key (or, for a refetch, the same column) proves the relation
  const ForeignKey* key = nullptr;

  TableName parent_table{};
  TableName child_table{};  ///< that the predicate is on: in many_to_many, the junction
  TableName target{};       ///< whose rows are fetched: child_table, or the one behind the junction
  std::string child_column{};
  std::vector<std::string> parent_columns{};
  std::string junction_column{}, target_column{};  ///< many_to_many: what joins junction and target

  bool composite() const { return key != nullptr && key->columns.size() > 1; }
  bool to_one() const;  ///< each round reads at most one row: forward, refetch, unique child column
  bool bare() const { return ask == Ask::rows && !filtered && !ordered; }
};

/// The link may have no columns, when what fed the loop is not known. `orm` decides which
/// conditions come from the ORM itself (soft delete).
LoopCase make_case(const LoopLink& link, const Links& links, const Catalog* catalog, Orm orm);

/// Tables whose names are wanted: a column's, by the catalog when it knows it.
TableName table_of(const Origin& origin, const Catalog* catalog);
const Catalog::Table* find_table(const TableName& table, const Catalog* catalog);

/// The one statement; empty when none can be given that is surely right. advice_sql.cpp
std::string advise_sql(const LoopCase& loop);

/// A name as SQL writes it: in quotes where it needs them. advice_sql.cpp
std::string sql_name(std::string_view name);
std::string sql_name(const TableName& table);
/// The child's own text with the link's condition for a list of values in place of one; empty when
/// it cannot be told where that stands. advice_sql.cpp
std::string for_any(const LoopCase& loop);

struct OrmWords {
  std::string code;
  bool sure = false;
  std::string remark;  ///< on what the names in `code` rest: ends the sentence of Advice::why
};

/// The ORM's words for the innermost of `loops`, outermost first. advice_orm.cpp
OrmWords advise_orm(Orm orm, const std::vector<LoopCase>& loops);
/// The same for Django. advice_django.cpp
OrmWords advise_django(const std::vector<LoopCase>& loops);
/// "Book.objects"; empty when the class's name cannot be told.
std::string django_manager(const TableName& table, const Catalog* catalog);

/// Columns of the child's table that a refetch read and the parent had left out; empty when it had
/// all, or when that cannot be told.
std::vector<std::string> missing_columns(const LoopCase& loop);
/// Columns of the child's table that the parent selected; empty when they cannot be told.
std::vector<std::string> selected_columns(const LoopCase& loop);

}  // namespace onetrip
