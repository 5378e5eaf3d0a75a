#include <algorithm>
#include <array>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

struct Thresholds {
  std::uint64_t rows, bytes, error_rows, error_bytes, table_rows;
};

constexpr std::array<OrmPhrase, 9> phrases{{
    {Orm::django, "queryset[:100], or queryset.iterator() where every row is needed"},
    {Orm::sqlalchemy, ".limit(100), or .execution_options(yield_per=1000)"},
    {Orm::rails, ".limit(100), or find_each / in_batches"},
    {Orm::laravel, "->paginate(100), or ->lazyById(1000)"},
    {Orm::prisma, "take: 100, with cursor for the next page"},
    {Orm::gorm, ".Limit(100), or FindInBatches"},
    {Orm::typeorm, "take: 100"},
    {Orm::hibernate, "setMaxResults(100), or getResultStream() with a fetch size"},
    {Orm::sequelize, "limit: 100"},
}};

class UnboundedSelect final : public Rule {
 public:
  explicit UnboundedSelect(Thresholds thresholds) : thresholds_(thresholds) {}

  std::string_view name() const override { return "unbounded-select"; }
  std::vector<std::string_view> yields_to() const override { return {"cartesian-join"}; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [&](const Trip& trip) { return is_large(trip) && nothing_bounds(trip); };
    const std::vector<StatementTrips> large = trips_where(window, name(), holds);
    for (const StatementTrips& found : large) {
      if (!names_one_row(*found.statement, linked.catalog()))
        reporter.report(finding_of_large(linked, found));
    }
    const auto whole = [&](const Trip& trip) {
      return reads_whole_table(*trip.statement) && nothing_bounds(trip) &&
             std::none_of(large.begin(), large.end(), [&](const StatementTrips& told) {
               return told.statement->id == trip.statement->id;
             });
    };
    for (const StatementTrips& found : trips_where(window, name(), whole)) {
      const double rows = estimated_rows(*found.statement, 0, linked.catalog());
      if (rows > static_cast<double>(thresholds_.table_rows))
        reporter.report(finding_of_whole(window, found, rows));
    }
  }

 private:
  bool is_large(const Trip& trip) const {
    return trip.rows >= thresholds_.rows || (trip.rows > 1 && trip.bytes >= thresholds_.bytes);
  }

  /// By the statement alone; a key takes the catalog, which is asked last.
  bool nothing_bounds(const Trip& trip) const {
    const Statement& statement = *trip.statement;
    const bool reads =
        statement.kind == StatementKind::select || statement.kind == StatementKind::table_command;
    if (!reads || !statement.parsed || statement.aggregate || statement.data_modifying_cte)
      return false;
    // What comes from no table (generate_series, unnest, VALUES) is as long as was asked for.
    if (statement.tables.empty()) return false;
    // A cursor's FETCH, or an Execute with a limit of rows.
    if (trip.cursor != 0 || trip.outcome != Outcome::completed) return false;
    if (statement.limited && !limit_is_none(trip)) return false;
    return std::none_of(
        statement.predicates.begin(), statement.predicates.end(), [](const Predicate& predicate) {
          return predicate.op == Predicate::Op::in_list || predicate.op == Predicate::Op::any_array;
        });
  }

  /// A LIMIT above the threshold; more rows than that say so too.
  bool limit_is_none(const Trip& trip) const {
    if (trip.rows > thresholds_.rows) return true;
    const auto slot = trip.statement->limit_slot;
    return slot && *slot < trip.slots().size() && trip.slots()[*slot].clear > thresholds_.rows &&
           trip.slots()[*slot].clear <= Slot::most_integer;
  }

  static bool reads_whole_table(const Statement& statement) {
    return !statement.has_where && statement.from.size() == 1 && statement.tables.size() == 1 &&
           !statement.grouped && !statement.distinct && !statement.set_operation;
  }

  Finding finding_of_large(const LinkedWindow& linked, const StatementTrips& found) const {
    const Window& window = linked.window();
    const bool grows =
        linked.history() != nullptr && linked.history()->grows(window.label, found.statement->id);
    std::uint64_t bytes = 0;
    for (const std::uint32_t t : found.trips) bytes = std::max(bytes, window.trips[t].bytes);
    Finding finding = with_advice(window, found);
    const std::uint64_t rows = finding.evidence.rows;
    const bool error = grows || rows >= thresholds_.error_rows || bytes >= thresholds_.error_bytes;
    finding.severity = error ? Severity::error : Severity::warning;
    finding.title = tables_shown(*found.statement) + " gave " + counted(rows, "row") + " (" +
                    shown_size(bytes) + ") in one result, and nothing limits it";
    if (grows) finding.title += "; it grew from request to request";
    return finding;
  }

  static Finding finding_of_whole(const Window& window, const StatementTrips& found, double rows) {
    Finding finding = with_advice(window, found);
    finding.severity = Severity::info;
    finding.confidence = Confidence::likely;  // an estimate
    finding.title = "all of " + tables_shown(*found.statement) + " is read, which has about " +
                    std::to_string(static_cast<std::uint64_t>(rows)) + " rows";
    return finding;
  }

  static Finding with_advice(const Window& window, const StatementTrips& found) {
    const Statement& statement = *found.statement;
    Finding finding = finding_of(window, found);
    if (!statement.limited && !statement.locking && statement.kind == StatementKind::select)
      finding.advice.sql = statement.normalized + " LIMIT 100";
    finding.advice.why =
        "the result grows with the table: page it by a unique key (WHERE id > last ORDER BY id "
        "LIMIT 100), compute in SQL what is computed from it, or read it in pieces through a "
        "cursor where every row is needed.";
    add_phrase(window, statement, phrases, finding.advice);
    return finding;
  }

  Thresholds thresholds_;
};

}  // namespace

std::unique_ptr<Rule> make_unbounded_select(RuleOptions& options) {
  constexpr std::int64_t mebibyte = 1 << 20;
  Thresholds thresholds{};
  thresholds.rows = options.count("rows", 1000, "Rows of one result from which it is a warning.");
  thresholds.bytes =
      options.size("bytes", mebibyte, "Size of one result from which it is a warning.");
  thresholds.error_rows =
      options.count("error_rows", 10'000, "Rows of one result from which it is an error.");
  thresholds.error_bytes =
      options.size("error_bytes", 10 * mebibyte, "Size of one result from which it is an error.");
  thresholds.table_rows = options.count(
      "table_rows", 10'000, "Estimated rows above which reading all of a table is told, as info.");
  return std::make_unique<UnboundedSelect>(thresholds);
}

}  // namespace onetrip
