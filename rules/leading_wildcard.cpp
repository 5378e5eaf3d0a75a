#include <algorithm>

#include "analyzer/origin.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

class LeadingWildcard final : public Rule {
 public:
  explicit LeadingWildcard(std::uint64_t table_rows) : table_rows_(table_rows) {}

  std::string_view name() const override { return "leading-wildcard"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [](const Trip& trip) {
      const std::vector<Pattern>& patterns = trip.statement->patterns;
      return trip.outcome == Outcome::completed &&
             std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) {
               return begins_with_wildcard(trip, pattern);
             });
    };
    for (const StatementTrips& found : trips_where(window, name(), holds)) {
      const Catalog* catalog = linked.catalog();
      if (catalog == nullptr) return;
      if (narrowed_by_key(*found.statement, catalog)) continue;
      const Trip& trip = window.trips[found.trips.front()];
      for (const Pattern& pattern : found.statement->patterns) {
        const Origin column = origin_of(pattern.column, *found.statement, catalog);
        if (!begins_with_wildcard(trip, pattern) || !is_large(column, *catalog)) continue;
        reporter.report(finding(window, found, column));
        break;
      }
    }
  }

 private:
  static bool begins_with_wildcard(const Trip& trip, const Pattern& pattern) {
    return pattern.slot < trip.slots().size() &&
           trip.slots()[pattern.slot].clear == Slot::begins_with_wildcard;
  }

  bool is_large(const Origin& column, const Catalog& catalog) const {
    const Catalog::Table* table = column.column ? catalog.table(column.column->table) : nullptr;
    return table != nullptr && table->estimated_rows > static_cast<double>(table_rows_);
  }

  static Finding finding(const Window& window, const StatementTrips& found, const Origin& column) {
    Finding finding = finding_of(window, found);
    finding.confidence = Confidence::likely;  // an estimate, and indexes are not known
    finding.severity = Severity::info;
    finding.title = column.shown() +
                    " is searched for a pattern that begins with %: no plain "
                    "index helps, all of " +
                    column.table + " is read";
    finding.advice.why =
        "a trigram index finds it (CREATE EXTENSION pg_trgm; CREATE INDEX … USING gin (" +
        column.name +
        " gin_trgm_ops)), and full-text search finds words. Where there is such an "
        "index already, accept it in a comment.";
    return finding;
  }

  std::uint64_t table_rows_;
};

}  // namespace

std::unique_ptr<Rule> make_leading_wildcard(RuleOptions& options) {
  return std::make_unique<LeadingWildcard>(
      options.count("table_rows", 10'000, "Estimated rows of the table above which it is told."));
}

}  // namespace onetrip
