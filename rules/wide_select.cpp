#include <algorithm>
#include <array>

#include "analyzer/origin.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

struct Thresholds {
  std::uint64_t columns, bytes;
  double share;
};

constexpr std::array<OrmPhrase, 9> phrases{{
    {Orm::django, ".only(...) or .values(...) with the columns that are used"},
    {Orm::sqlalchemy, "load_only(...), or select() of single columns"},
    {Orm::rails, ".select(...) or .pluck(...)"},
    {Orm::laravel, "->select([...])"},
    {Orm::prisma, "select: {...}"},
    {Orm::gorm, ".Select(...)"},
    {Orm::typeorm, "select: {...}"},
    {Orm::hibernate, "a projection (SELECT NEW ..., or an interface)"},
    {Orm::sequelize, "attributes: [...]"},
}};

/// Rows whose sizes speak for those that were not looked at.
constexpr std::uint32_t enough_rows = 100;

std::string column_shown(const Trip& trip, const Catalog* catalog) {
  const Origin origin = origin_of(trip.widest.position, trip.columns, *trip.statement, catalog);
  const bool named = origin.known() && origin.name != "?column?";
  if (named) return origin.shown();
  return "Column " + std::to_string(trip.widest.position + 1) + " of " +
         std::to_string(trip.columns);
}

class WideSelect final : public Rule {
 public:
  explicit WideSelect(Thresholds thresholds) : thresholds_(thresholds) {}

  std::string_view name() const override { return "wide-select"; }
  std::vector<std::string_view> yields_to() const override {
    return {"unbounded-select", "cartesian-join"};
  }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) {
      return is_large(trip) && (carried(trip) || (trip.columns >= thresholds_.columns &&
                                                  selects_all(*trip.statement)));
    };
    for (const StatementTrips& found : trips_where(window, name(), holds)) {
      const Trip* carrying = most_carried(window, found);
      reporter.report(carrying == nullptr ? finding_of_all(window, found)
                                          : finding_of_one(linked, found, *carrying));
    }
  }

 private:
  bool is_large(const Trip& trip) const {
    return trip.bytes >= thresholds_.bytes && trip.outcome != Outcome::failed &&
           trip.statement->kind == StatementKind::select;
  }

  static bool selects_all(const Statement& statement) {
    return std::any_of(statement.outputs.begin(), statement.outputs.end(),
                       [](const OutputColumn& output) { return output.star; });
  }

  /// Whether one column of several carries the result, of which rows that were not looked at are a
  /// part. A single row, or a single column, is what was asked for.
  std::optional<Confidence> carried(const Trip& trip) const {
    const WidestColumn& widest = trip.widest;
    if (trip.rows < 2 || trip.columns < 2 || widest.share() < thresholds_.share) return {};
    const auto all = static_cast<double>(trip.bytes);
    if (static_cast<double>(widest.bytes) >= thresholds_.share * all) return Confidence::proven;
    const bool enough = widest.rows >= enough_rows || widest.of_bytes >= trip.bytes / 2;
    return enough ? std::optional(Confidence::likely) : std::nullopt;
  }

  /// The trip whose column brought most; null when no column carried one.
  const Trip* most_carried(const Window& window, const StatementTrips& found) const {
    const Trip* most = nullptr;
    for (const std::uint32_t t : found.trips) {
      const Trip& trip = window.trips[t];
      const bool more = most == nullptr || trip.widest.bytes > most->widest.bytes;
      if (more && carried(trip)) most = &trip;
    }
    return most;
  }

  Finding finding_of_one(const LinkedWindow& linked, const StatementTrips& found,
                         const Trip& trip) const {
    const WidestColumn& widest = trip.widest;
    Finding finding = finding_of(linked.window(), found);
    finding.severity = Severity::warning;
    finding.confidence = *carried(trip);
    finding.title = column_shown(trip, linked.catalog()) + " carried " +
                    std::to_string(static_cast<int>(widest.share() * 100)) + " % of " +
                    counted(trip.rows, "row") + " of " + tables_shown(*trip.statement) + ", " +
                    shown_size(trip.bytes);
    if (widest.rows < trip.rows) finding.title += "; " + counted(widest.rows, "row") + " looked at";
    finding.advice.why =
        "leave the column out where it is not shown, and read it where one row is: what nobody "
        "reads is fetched from disk, sent and decoded all the same.";
    add_phrase(linked.window(), *found.statement, phrases, finding.advice);
    return finding;
  }

  static Finding finding_of_all(const Window& window, const StatementTrips& found) {
    std::uint64_t bytes = 0, columns = 0;
    for (const std::uint32_t t : found.trips) {
      bytes = std::max(bytes, window.trips[t].bytes);
      columns = std::max<std::uint64_t>(columns, window.trips[t].columns);
    }
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.title = "SELECT * of " + tables_shown(*found.statement) + " brought " +
                    std::to_string(columns) + " columns of " +
                    counted(finding.evidence.rows, "row") + ", " + shown_size(bytes);
    finding.advice.why =
        "name the columns that are used: what nobody reads is fetched from disk, sent and decoded "
        "all the same.";
    add_phrase(window, *found.statement, phrases, finding.advice);
    return finding;
  }

  Thresholds thresholds_;
};

}  // namespace

std::unique_ptr<Rule> make_wide_select(RuleOptions& options) {
  Thresholds thresholds{};
  thresholds.columns = options.count("columns", 20, "Columns that * must stand for, at least.");
  thresholds.bytes = options.size("bytes", 1 << 20, "Size of one result from which it is told.");
  thresholds.share =
      options.share("share", 0.8, "Share of a result that one of its columns carries, at least.");
  return std::make_unique<WideSelect>(thresholds);
}

}  // namespace onetrip
