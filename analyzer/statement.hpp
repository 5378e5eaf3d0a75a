#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/dialect.hpp"
#include "analyzer/shared.hpp"

namespace onetrip {

enum class StatementKind : std::uint8_t {
  select,
  insert,
  update,
  delete_,
  merge,
  values,
  table_command,  // TABLE t
  begin,
  commit,
  rollback,
  savepoint,
  rollback_to,
  release,
  set,
  reset,
  show,
  discard,
  declare_cursor,
  fetch,
  close_cursor,
  copy,
  prepare,
  execute,
  deallocate,
  explain,
  ddl,
  listen,
  lock,
  empty,
  other
};

/// What figures count it as: "select", "insert", …, "transaction", "other".
std::string_view kind_group(StatementKind kind);

/// A relation that a statement names, once per occurrence (a self join names it twice).
struct TableUse {
  std::string schema;  ///< as written; empty when not
  std::string name;
  std::string alias;     ///< empty when none
  bool written = false;  ///< the target of INSERT, UPDATE, DELETE, MERGE
  bool operator==(const TableUse&) const = default;
};

/// A ColumnUse's table when the statement does not tell which of several has the column (an
/// unqualified name in a join, `*` of several tables): the catalog may.
inline constexpr std::uint16_t unknown_table = 0xFFFF;

/// `table.column` of a statement; `table` indexes Statement::tables, or is unknown_table.
struct ColumnUse {
  std::uint16_t table = 0;
  std::string column;
  bool operator==(const ColumnUse&) const = default;
};

/// A condition that every row must meet (top level of WHERE and of inner join conditions, under AND
/// only), between a column and a slot.
///
/// equal also stands for IN and ANY of one element written out; any_array is `= ANY($1)`, whose
/// slot may turn out to hold one element; in_list has an array slot of two or more; BETWEEN gives a
/// greater and a less. Ops of a comparison written `$1 < column` are turned round.
struct Predicate {
  enum class Op : std::uint8_t { equal, in_list, any_array, less, greater, not_equal, like, other };
  Op op = Op::equal;
  ColumnUse column;
  std::uint16_t slot = 0;
  /// Predicates of one row comparison `(a, b) = ($1, $2)` share a non-zero number.
  std::uint16_t row_comparison = 0;
  bool operator==(const Predicate&) const = default;
};

/// column = column, from a join condition, USING or WHERE.
struct JoinEdge {
  ColumnUse left, right;
  bool operator==(const JoinEdge&) const = default;
};

/// A result column by the parse tree: what RowDescription's OID cannot say, and the only origin
/// there is without a catalog.
struct OutputColumn {
  std::string name;                 ///< as the server will call it; empty when not known
  std::optional<ColumnUse> origin;  ///< a plain column (through casts that leave a key as it is)
  bool star = false;  ///< `*` or `t.*`: as many columns as the table has; origin->table says which,
                      ///< its column is empty. `*` of several tables is one star for each, in
                      ///< order, or one without origin where USING or NATURAL merge columns.
  bool operator==(const OutputColumn&) const = default;
};

/// What INSERT puts where, for a single row, and UPDATE's SET: column ↔ slot. Columns that are
/// given something else than a slot are left out, and all of an INSERT without a list of columns.
struct Assignment {
  std::string column;
  std::uint16_t slot = 0;
  bool operator==(const Assignment&) const = default;
};

/// A table in the outermost SELECT's FROM. Those that some condition connects (USING, NATURAL and
/// lateral references too), directly or through others, are of one group.
struct FromTable {
  std::uint16_t table = 0;  ///< of Statement::tables; unknown_table: a subquery, a function, …
  std::uint16_t group = 0;  ///< from 0
  bool operator==(const FromTable&) const = default;
};

/// `column LIKE pattern` (or ILIKE, through casts, upper() and lower()) that rows are found by:
/// under AND and OR of WHERE. `slot` is where the pattern begins: `'%' || $1` begins with '%'.
struct Pattern {
  ColumnUse column;
  std::uint16_t slot = 0;
  bool operator==(const Pattern&) const = default;
};

/// Facts about one statement shape: everything that does not depend on values. Made once per shape;
/// immutable; owns its memory. Slots are numbered as the placeholders of `normalized`, from 0.
struct Statement {
  std::uint64_t id = 0;        ///< the fingerprint's 64 bits
  std::string fingerprint;     ///< "v1:" and 16 hex digits
  std::string normalized;      ///< literals as `?` or `$n`; no comment, no value
  std::string summary;         ///< OpenTelemetry's db.query.summary, ≤ 255 characters
  std::string pg_fingerprint;  ///< libpg_query's own, 16 hex digits, for other tools; empty when
                               ///< not parsed

  StatementKind kind = StatementKind::other;
  Orm dialect = Orm::unknown;  ///< that the text is written in
  bool parsed =
      false;  ///< libpg_query understood it; else only kind, fingerprint and normalized hold
  std::string unparsed_reason;  ///< too_long, too_deep, syntax; empty when parsed

  std::vector<TableUse> tables;
  std::vector<Predicate> predicates;
  std::vector<JoinEdge> joins;
  std::vector<OutputColumn> outputs;
  std::vector<FromTable> from;
  std::vector<Pattern> patterns;
  std::vector<Assignment> assignments;  ///< INSERT … VALUES of one row; SET list of UPDATE
  std::uint16_t slots = 0;

  bool has_where = false;
  bool only_slot_equality = false;  ///< WHERE is nothing but predicates above with =, IN or ANY
  bool aggregate = false;           ///< lone aggregate or EXISTS: one row, computed (count, sum,
                                    ///< exists; `SELECT 1 … LIMIT` is exists too). The predicates
                                    ///< are those of the query inside, if it is wrapped.
  bool grouped = false, distinct = false, ordered = false, locking = false, set_operation = false;
  bool multi_row_values = false;  ///< INSERT of many VALUES rows, or SELECT source
  bool returning = false;
  bool data_modifying_cte = false;
  std::string aggregate_function;  ///< "count", "sum", "exists" …
  std::optional<std::uint16_t> limit_slot, offset_slot;
  bool limited = false;       ///< LIMIT or FETCH FIRST in any form
  bool random_order = false;  ///< ORDER BY random()
  bool skip_locked = false;   ///< FOR UPDATE SKIP LOCKED, at any level: takes jobs from a queue
  bool impure = false;  ///< calls a function that may change something or tell something else each
                        ///< time: any that is not known to do neither

  /// Session noise: transaction control, SET, SHOW, catalog lookups and pool pings, which count for
  /// no rule and no budget.
  bool noise = false;
  /// A pool's marker, which ends an idle-gap window: ping, RESET ALL, DISCARD ALL, UNLISTEN * … and
  /// ROLLBACK, of which only one outside of a transaction is a marker (Execution::status_before).
  bool pool_marker = false;
  bool set_up = false;  ///< DDL or a migration table: its window is set-up

  bool operator==(const Statement&) const = default;
};

/// Shared because windows keep a statement after the cache has evicted it; worker thread only.
using StatementPtr = Shared<Statement>;

}  // namespace onetrip
