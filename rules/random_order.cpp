#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

class RandomOrder final : public Rule {
 public:
  explicit RandomOrder(std::uint64_t table_rows) : table_rows_(table_rows) {}

  std::string_view name() const override { return "random-order"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [](const Trip& trip) {
      return trip.statement->random_order && trip.outcome == Outcome::completed;
    };
    for (const StatementTrips& found : trips_where(window, name(), holds)) {
      const Catalog* catalog = linked.catalog();
      if (catalog == nullptr) return;
      if (narrowed_by_key(*found.statement, catalog)) continue;
      for (const FromTable& from : found.statement->from) {
        const double rows = estimated_rows(*found.statement, from.table, catalog);
        if (rows <= static_cast<double>(table_rows_)) continue;
        reporter.report(finding(window, found, from.table, rows));
        break;
      }
    }
  }

 private:
  static Finding finding(const Window& window, const StatementTrips& found, std::uint16_t table,
                         double rows) {
    Finding finding = finding_of(window, found);
    finding.confidence = Confidence::likely;  // an estimate
    finding.severity = Severity::warning;
    const std::string& name = found.statement->tables[table].name;
    finding.title = "ORDER BY random() reads and sorts " + name + ", which has about " +
                    std::to_string(static_cast<std::uint64_t>(rows)) + " rows";
    finding.advice.why =
        "every row gets a random number and all are sorted, whatever LIMIT says. Draw a random key "
        "instead (WHERE id >= a random number ORDER BY id LIMIT 1), or take a sample (TABLESAMPLE "
        "SYSTEM_ROWS of the extension tsm_system_rows).";
    return finding;
  }

  std::uint64_t table_rows_;
};

}  // namespace

std::unique_ptr<Rule> make_random_order(RuleOptions& options) {
  return std::make_unique<RandomOrder>(
      options.count("table_rows", 10'000, "Estimated rows of the table above which it is told."));
}

}  // namespace onetrip
