#include <algorithm>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

std::string_view code_of(const Trip& trip) {
  return {trip.sqlstate.data(), trip.sqlstate.size()};
}

/// To be tried again: that is what these codes ask for.
bool asks_for_retry(std::string_view code) {
  return code == "40001" || code == "40P01" || code == "55P03" || code.starts_with("08") ||
         code.starts_with("57") || code.starts_with("53");
}

std::string advice_for(std::string_view code) {
  if (code == "23505")
    return "the row was there already: INSERT … ON CONFLICT DO NOTHING (or DO UPDATE) asks and "
           "writes in one statement that does not fail.";
  if (code == "25P02")
    return "the transaction had failed before: until ROLLBACK the server refuses every statement. "
           "Roll back at the first error, or set a savepoint before what may fail.";
  return "stop at the first error, or look for its cause: the same statement fails for the same "
         "reason each time.";
}

class FailedStatementLoop final : public Rule {
 public:
  explicit FailedStatementLoop(std::uint64_t count) : count_(count) {}

  std::string_view name() const override { return "failed-statement-loop"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [](const Trip& trip) {
      return trip.outcome == Outcome::failed && !asks_for_retry(code_of(trip));
    };
    for (StatementTrips& found : trips_where(window, name(), holds)) {
      const std::string_view code = commonest(window, found);
      std::erase_if(found.trips, [&](std::uint32_t t) { return code_of(window.trips[t]) != code; });
      if (found.trips.size() >= count_) reporter.report(finding(window, found, code));
    }
  }

 private:
  static std::string_view commonest(const Window& window, const StatementTrips& found) {
    const auto times = [&](std::uint32_t trip) {
      return std::count_if(found.trips.begin(), found.trips.end(), [&](std::uint32_t t) {
        return code_of(window.trips[t]) == code_of(window.trips[trip]);
      });
    };
    // Enough of them tell; a window may have thousands.
    const std::size_t looked_at = std::min<std::size_t>(found.trips.size(), 16);
    std::uint32_t best = found.trips.front();
    for (std::size_t i = 1; i < looked_at; ++i)
      if (times(found.trips[i]) > times(best)) best = found.trips[i];
    return code_of(window.trips[best]);
  }

  static Finding finding(const Window& window, const StatementTrips& found, std::string_view code) {
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.shape += "; fails with " + std::string(code);
    finding.title = found.statement->summary + " failed " + counted(found.trips.size(), "time") +
                    " in one request, each time with SQLSTATE " + std::string(code);
    finding.advice.why = advice_for(code);
    return finding;
  }

  std::uint64_t count_;
};

}  // namespace

std::unique_ptr<Rule> make_failed_statement_loop(RuleOptions& options) {
  return std::make_unique<FailedStatementLoop>(options.count(
      "count", 5,
      "Failures of one statement with one SQLSTATE in a window from which it is told."));
}

}  // namespace onetrip
