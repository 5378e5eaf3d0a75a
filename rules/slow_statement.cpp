#include <algorithm>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

Time until_first_answer(const Trip& trip) {
  return trip.first_answer - trip.begun;
}

class SlowStatement final : public Rule {
 public:
  explicit SlowStatement(Time duration) : duration_(duration) {}

  std::string_view name() const override { return "slow-statement"; }
  std::vector<std::string_view> yields_to() const override {
    return {"cartesian-join", "unbounded-select", "deep-offset",
            "random-order",   "leading-wildcard", "large-in-list"};
  }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) {
      return until_first_answer(trip) >= duration_ && is_query(*trip.statement) &&
             trip.outcome == Outcome::completed;
    };
    for (const StatementTrips& found : trips_where(window, name(), holds))
      reporter.report(finding(window, found));
  }

 private:
  static bool is_query(const Statement& statement) {
    switch (statement.kind) {
      case StatementKind::select:
        return !statement.tables.empty();  // pg_sleep, advisory locks
      case StatementKind::insert:
      case StatementKind::update:
      case StatementKind::delete_:
      case StatementKind::merge:
        return true;
      default:
        return false;
    }
  }

  static Finding finding(const Window& window, const StatementTrips& found) {
    Time longest{};
    for (const std::uint32_t t : found.trips)
      longest = std::max(longest, until_first_answer(window.trips[t]));
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.title = found.statement->summary + " took " +
                    std::to_string(longest / std::chrono::milliseconds(1)) +
                    " ms until its first row";
    finding.advice.why =
        "EXPLAIN (ANALYZE, BUFFERS) of the statement with its values tells where the time goes: an "
        "index that is missing, an estimate that is wrong, or a wait for a lock.";
    return finding;
  }

  Time duration_;
};

}  // namespace

std::unique_ptr<Rule> make_slow_statement(RuleOptions& options) {
  return std::make_unique<SlowStatement>(
      options.duration("duration", std::chrono::seconds(1),
                       "Time until the first part of the answer from which it is told."));
}

}  // namespace onetrip
