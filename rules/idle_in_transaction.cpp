#include <algorithm>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

class IdleInTransaction final : public Rule {
 public:
  explicit IdleInTransaction(Time held) : held_(held) {}

  std::string_view name() const override { return "idle-in-transaction"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    if (window.holds.empty() || is_test(window)) return;
    std::vector<StatementTrips> found;
    Time longest{};
    for (const Window::Hold& hold : window.holds) {
      if (hold.longest < held_) continue;
      const auto trip = std::find_if(window.trips.begin(), window.trips.end(),
                                     [&](const Trip& t) { return t.order == hold.after; });
      if (trip == window.trips.end() || trip->allowed() == name()) continue;
      add_trip(window, static_cast<std::uint32_t>(trip - window.trips.begin()), found);
      longest = std::max(longest, hold.longest);
    }
    for (const StatementTrips& one : found) reporter.report(finding(window, one, longest));
  }

 private:
  /// Tests are run in transactions, and think in them.
  static bool is_test(const Window& window) {
    return window.container != 0 || window.source == WindowSource::savepoint;
  }

  static Finding finding(const Window& window, const StatementTrips& found, Time longest) {
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.title = "after " + found.statement->summary + " the transaction was held open for " +
                    std::to_string(longest / std::chrono::milliseconds(1)) +
                    " ms while the application did something else";
    finding.advice.why =
        "its locks keep others waiting, and VACUUM keeps what it might still see. Commit before "
        "calling other services or computing, and begin the transaction after them; "
        "idle_in_transaction_session_timeout ends those that are forgotten.";
    return finding;
  }

  Time held_;
};

}  // namespace

std::unique_ptr<Rule> make_idle_in_transaction(RuleOptions& options) {
  return std::make_unique<IdleInTransaction>(options.duration(
      "held", std::chrono::seconds(1),
      "Longest pause in a transaction from which it is told; pauses below 100 ms are not noted."));
}

}  // namespace onetrip
