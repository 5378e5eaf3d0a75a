#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/catalog.hpp"
#include "analyzer/event.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// Where a result column, or a statement's column, comes from: the base column when a catalog knows
/// it, and its names, which may be all there is.
struct Origin {
  std::optional<Column> column;
  std::string table, name;  ///< empty when not known

  bool known() const { return !name.empty(); }
  /// "book.author_id"; the name alone when the table is not known.
  std::string shown() const { return table.empty() ? name : table + "." + name; }
};

Origin origin_of(const ResultColumn& column, const Statement& statement, const Catalog* catalog);
/// `seen`: what the statement's result, or one beside it on the same connection, said of its
/// tables. It knows better than the name which of several schemas' tables was read.
Origin origin_of(const ColumnUse& column, const Statement& statement, const Catalog* catalog,
                 std::span<const ResultColumn> seen = {});

/// The column at `position` (from 0) of a result of `columns`, by the parse tree; the columns that
/// a
/// `*` stands for are the catalog's to know.
Origin origin_of(std::uint16_t position, std::uint16_t columns, const Statement& statement,
                 const Catalog* catalog);

/// Whether the statement names no schema: its tables are those that the session's search_path
/// finds.
bool found_by_path(const Statement& statement);

/// What a statement asks for, without values, aliases, select list and the order of conditions:
/// "author.active =; author.id =". Part of a finding's cause: a count for each row, the newest of
/// each and the plain rows of each are mended in different ways, so they are different causes.
std::string predicate_shape(const Statement& statement);

/// Why two columns may carry the same values, strongest last.
enum class Tie : std::uint8_t { none, name_end, names, sibling, same_column, foreign_key };

struct Relation {
  Tie tie = Tie::none;
  Direction direction = Direction::forward;  ///< many_to_many is the link's to tell
  std::string foreign_key;
};

/// How the parent's column and the child's are related. `sibling`: both refer to one key
/// (book.author_id, award.author_id); `names`: as in author_id ~ author.id, or equal names;
/// `name_end`: as in home_team_id ~ team.id, which order_item_id ~ item.id would be, too. None
/// where the catalog's keys say otherwise than the names.
Relation relate(const Origin& parent, const Origin& child, const Catalog* catalog);

/// author_id, authorId ~ author, authors, shop_author: the column's stem (its name without the
/// key's name) ends the table's name, in singular or plural.
bool names_refer(std::string_view column, std::string_view table, std::string_view key);
/// home_team_id ~ team, teams: the other way round, the table's name ends the stem.
bool name_ends_refer(std::string_view column, std::string_view table, std::string_view key);

}  // namespace onetrip
