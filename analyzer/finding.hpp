#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"

namespace onetrip {

enum class Severity : std::uint8_t { info, warning, error };
enum class Confidence : std::uint8_t { possible, likely, proven };
enum class Direction : std::uint8_t { forward, reverse, many_to_many, refetch };
enum class WindowSource : std::uint8_t { trace, tag, savepoint, idle_gap, named };

/// Severity of a rule's findings per confidence; none: off. A missing one keeps the rule's own.
using RuleLevels = std::map<Confidence, std::optional<Severity>>;

std::string_view to_string(Severity severity);
std::string_view to_string(Confidence confidence);
std::string_view to_string(Direction direction);
std::string_view to_string(WindowSource source);

/// How a finding names a statement.
struct StatementSummary {
  std::string fingerprint, summary, text;
  std::uint64_t rows = 0;
};

/// The proof: which columns of the parent fed which column of the child.
struct Link {
  std::string parent_column;  ///< "book.author_id"
  std::vector<std::string>
      parent_columns;                     ///< all that it takes (composite; two keys to one table)
  std::vector<std::string> alternatives;  ///< columns that explain it equally well
  std::string child_column;               ///< "author.id"
  std::uint64_t matched = 0, distinct = 0;
  bool in_row_order = false;
  std::string foreign_key;             ///< empty when there is none
  std::optional<Direction> direction;  ///< of what is read; none of writes
  std::string evidence;  ///< foreign_key, same_column, high_entropy, polymorphic, names
};

struct Location {
  std::string file, function, source;
  unsigned line = 0;
};

struct Advice {
  std::string sql;    ///< the statement that would do it in one trip
  std::string orm;    ///< "django", …; empty when not known
  std::string code;   ///< in the ORM's words
  bool sure = false;  ///< a foreign key proves the relation that `code` names
  std::string why;
};

/// What one trip would save if each took as long as the network alone does at that latency.
struct WhatIf {
  double latency_ms = 0, saved_ms = 0;
};

/// A window that showed the finding: rows of the parent, and children.
struct GrowthSize {
  std::uint64_t rows = 0, count = 0;
};

struct Evidence {
  std::uint64_t count = 0, distinct_values = 0, rows = 0;
  double total_ms = 0;
  /// Of every trip but one, the least that a trip costs here: its way and the server's fixed price.
  /// Never the time that the one statement would take for its rows.
  double saved_ms = 0;
  std::vector<WhatIf> what_if;
  std::string growth;  ///< "linear", "constant"; empty while only one size was seen
  std::uint64_t count_at_1000_rows = 0;  ///< linear: statements that 1,000 rows would take
  std::vector<GrowthSize> sizes;         ///< that were seen, when there are several; at most 16
};

struct WindowSummary {
  std::string id;
  std::string name;  ///< of a named window
  WindowSource source = WindowSource::idle_gap;
  std::uint32_t connections = 0, statements = 0;
  double duration_ms = 0;
  bool cut = false;     ///< not all of its statements were kept; not shown
  std::string trace{};  ///< the trace's id, where it is one
};

struct Seen {
  std::uint64_t windows = 0;
  std::string first, last;  ///< RFC 3339, UTC
  std::uint64_t worst_count = 0;
  std::vector<std::string> examples;  ///< ids of windows, newest first, at most 5
};

/// What a rule reports, and what users get. No values of parameters or rows anywhere.
struct Finding {
  std::string id, cause;  ///< 16 hex digits; stable over runs and machines
  std::string rule;
  Severity severity = Severity::warning;
  Confidence confidence = Confidence::possible;
  std::string capped;  ///< why it is no more than likely, where more was proven; mostly empty
  std::string title;
  std::string label;
  std::string application, database;
  std::string shape;  ///< the child's predicates, a part of the cause; not shown
  WindowSummary window;
  StatementSummary statement;
  std::optional<StatementSummary> parent;
  std::optional<Link> link;
  std::vector<StatementSummary>
      chain;  ///< nested loops, outermost parent first; parent is its last
  std::optional<Location> location;
  Evidence evidence;
  Advice advice;
  Seen seen;
};

/// Fills in `cause` and `id` from what the finding says: no select
/// list, alias, count or time takes part.
void identify(Finding& finding);

/// Worst first: severity, confidence, wasted time, count; then by id, so that the order is stable.
bool worse(const Finding& a, const Finding& b);

/// "2026-01-31T12:00:00.000Z" of milliseconds since 1970.
std::string rfc3339(std::int64_t unix_ms);
/// The milliseconds that rfc3339 made a text of; 0 of any other text.
std::int64_t unix_ms(const std::string& text);

/// Gets every finding when it is first seen and whenever a new window shows it again. On the worker
/// thread; must not block for long.
class FindingSink {
 public:
  enum class News : std::uint8_t { first, again };
  virtual ~FindingSink() = default;
  virtual void finding(const Finding& finding, News news) = 0;
};

}  // namespace onetrip
