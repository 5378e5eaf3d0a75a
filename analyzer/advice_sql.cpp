#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/advice_case.hpp"
#include "analyzer/advice_text.hpp"

namespace onetrip {
namespace {

// Words that cannot be a table's or column's name without quotes (manual, appendix C: reserved).
constexpr std::array reserved{"all",
                              "analyse",
                              "analyze",
                              "and",
                              "any",
                              "array",
                              "as",
                              "asc",
                              "asymmetric",
                              "authorization",
                              "binary",
                              "both",
                              "case",
                              "cast",
                              "check",
                              "collate",
                              "collation",
                              "column",
                              "concurrently",
                              "constraint",
                              "create",
                              "cross",
                              "current_catalog",
                              "current_date",
                              "current_role",
                              "current_schema",
                              "current_time",
                              "current_timestamp",
                              "current_user",
                              "default",
                              "deferrable",
                              "desc",
                              "distinct",
                              "do",
                              "else",
                              "end",
                              "except",
                              "false",
                              "fetch",
                              "for",
                              "foreign",
                              "freeze",
                              "from",
                              "full",
                              "grant",
                              "group",
                              "having",
                              "ilike",
                              "in",
                              "initially",
                              "inner",
                              "intersect",
                              "into",
                              "is",
                              "isnull",
                              "join",
                              "lateral",
                              "leading",
                              "left",
                              "like",
                              "limit",
                              "localtime",
                              "localtimestamp",
                              "natural",
                              "not",
                              "notnull",
                              "null",
                              "offset",
                              "on",
                              "only",
                              "or",
                              "order",
                              "outer",
                              "overlaps",
                              "placing",
                              "primary",
                              "references",
                              "returning",
                              "right",
                              "select",
                              "session_user",
                              "similar",
                              "some",
                              "symmetric",
                              "system_user",
                              "table",
                              "tablesample",
                              "then",
                              "to",
                              "trailing",
                              "true",
                              "union",
                              "unique",
                              "user",
                              "using",
                              "variadic",
                              "verbose",
                              "when",
                              "where",
                              "window",
                              "with"};

std::string quote(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool digit_first = !name.empty() && name[0] >= '0' && name[0] <= '9';
  const bool is_reserved = std::find(reserved.begin(), reserved.end(), name) != reserved.end();
  if (!name.empty() && !digit_first && !is_reserved && std::all_of(name.begin(), name.end(), plain))
    return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string full(const TableName& table) {
  return table.schema.empty() ? quote(table.name) : quote(table.schema) + "." + quote(table.name);
}

std::string column(const TableName& table, std::string_view name) {
  return quote(table.name) + "." + quote(name);
}

std::string any(const Spot& spot) {
  return spot.column + " = ANY($1" + (spot.cast.empty() ? "" : spot.cast + "[]") + ")";
}

/// One round per row of the parent, but all within the server: right whatever the child does.
std::string lateral(const LoopCase& loop, ChildText& text) {
  if (!loop.parent_table.known() || loop.parent_columns.size() != 1 || loop.composite()) return {};
  const std::string key = "parent." + quote(loop.parent_columns[0]);
  const std::string child = text.write(0, text.end(), text.spot()->column + " = " + key);
  return "SELECT " + key + ", found.* FROM " + full(loop.parent_table) +
         " AS parent CROSS JOIN LATERAL (" + child + ") AS found WHERE " + key + " = ANY($1)";
}

bool selects_link_column(const LoopCase& loop) {
  const ColumnUse& linked = loop.child.predicates[loop.link.predicate].column;
  return std::any_of(loop.child.outputs.begin(), loop.child.outputs.end(),
                     [&](const OutputColumn& o) {
                       return o.star ? loop.child.tables.size() == 1 : o.origin == linked;
                     });
}

/// The child's own text for all rows of the parent, the column that tells them apart selected too.
std::string widened(const LoopCase& loop, ChildText& text) {
  const Spot& spot = *text.spot();
  const std::size_t end = loop.to_one() || loop.ask != Ask::rows ? text.before_limit() : text.end();
  if (loop.ask == Ask::exists)
    return "SELECT DISTINCT " + spot.column + " " + text.write(text.place("from"), end, any(spot));
  const bool selected = loop.ask == Ask::rows && selects_link_column(loop);
  std::string sql = "SELECT" + (selected ? std::string() : " " + spot.column + ",") +
                    text.write(text.after_select(), end, any(spot));
  if (loop.ask == Ask::aggregate) sql += " GROUP BY " + spot.column;
  return sql;
}

std::string rewritten(const LoopCase& loop) {
  ChildText text(loop);
  if (!text.spot()) return {};
  const bool per_row = loop.ask == Ask::some_rows || !text.is_flat();
  const bool ordered_value = loop.ask != Ask::rows && text.has("order");
  const bool cut_lock = loop.child.locking;
  if (per_row || ordered_value || cut_lock) return lateral(loop, text);
  return widened(loop, text);
}

/// "manager" of manager_id: tells apart several joins of one table.
std::string stem(std::string_view name) {
  return std::string(name.ends_with("_id") && name.size() > 3 ? name.substr(0, name.size() - 3)
                                                              : name);
}

std::string list_for_all(const TableName& table, std::string_view name) {
  return "SELECT * FROM " + full(table) + " WHERE " + quote(name) + " = ANY($1)";
}

std::string join(const LoopCase& loop) {
  const bool alias = loop.parent_columns.size() > 1 || loop.parent_table == loop.target;
  std::string selected = "SELECT " + quote(loop.parent_table.name) + ".*";
  std::string joins = " FROM " + full(loop.parent_table);
  for (const std::string& fed : loop.parent_columns) {
    TableName other = loop.target;
    if (alias) other = {"", stem(fed) == loop.parent_table.name ? "other" : stem(fed)};
    selected += ", " + quote(other.name) + ".*";
    joins += " LEFT JOIN " + full(loop.target) + (alias ? " AS " + quote(other.name) : "") +
             " ON " + column(other, loop.child_column) + " = " + column(loop.parent_table, fed);
  }
  return selected + joins;
}

/// A key of several columns: the join says all of them.
std::string composite_join(const LoopCase& loop) {
  const bool forward = loop.link.direction == Direction::forward;
  const TableName& referring = forward ? loop.parent_table : loop.child_table;
  const TableName& referenced = forward ? loop.child_table : loop.parent_table;
  if (!loop.parent_table.known() || referring == referenced) return {};
  std::string on;
  for (std::size_t i = 0; i < loop.key->columns.size(); ++i) {
    const Column from{loop.key->table, loop.key->columns[i]};
    const Column to{loop.key->referenced, loop.key->referenced_columns[i]};
    on += (i == 0 ? "" : " AND ") + column(referenced, loop.catalog->column_name(to)) + " = " +
          column(referring, loop.catalog->column_name(from));
  }
  return "SELECT " + quote(loop.parent_table.name) + ".*, " + quote(loop.child_table.name) +
         ".* FROM " + full(loop.parent_table) + " LEFT JOIN " + full(loop.child_table) + " ON " +
         on;
}

std::string through_junction(const LoopCase& loop) {
  const bool same_name = loop.target.name == loop.child_table.name;
  if (!loop.target.known() || same_name) return {};
  return "SELECT " + column(loop.child_table, loop.child_column) + ", " + quote(loop.target.name) +
         ".* FROM " + full(loop.child_table) + " JOIN " + full(loop.target) + " ON " +
         column(loop.target, loop.target_column) + " = " +
         column(loop.child_table, loop.junction_column) + " WHERE " +
         column(loop.child_table, loop.child_column) + " = ANY($1)";
}

/// A row comparison without a catalog: which columns fed the others is not known.
bool compares_rows(const LoopCase& loop) {
  const auto& predicates = loop.child.predicates;
  return loop.link.predicate < predicates.size() &&
         predicates[loop.link.predicate].row_comparison != 0;
}

}  // namespace

std::string sql_name(std::string_view name) {
  return quote(name);
}

std::string sql_name(const TableName& table) {
  return full(table);
}

std::string for_any(const LoopCase& loop) {
  ChildText text(loop);
  if (!text.spot()) return {};
  return text.write(0, text.end(), any(*text.spot()));
}

std::string advise_sql(const LoopCase& loop) {
  if (!loop.child_table.known() || loop.child_column.empty()) return {};
  if (!loop.bare()) return rewritten(loop);
  if (loop.composite()) return loop.named ? composite_join(loop) : std::string();
  if (compares_rows(loop)) return {};
  if (loop.link.direction == Direction::many_to_many) return through_junction(loop);
  const bool joined = loop.link.direction == Direction::forward && !loop.link.polymorphic;
  if (joined && loop.parent_table.known() && loop.named) return join(loop);
  return list_for_all(loop.child_table, loop.child_column);
}

}  // namespace onetrip
