#include <algorithm>
#include <vector>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

/// What a window has of one transaction.
struct Span {
  SessionId session = 0;
  std::uint64_t transaction = 0, statements = 0;
  std::uint32_t first = 0;
  Time begun{}, ended{};
};

class LongTransaction final : public Rule {
 public:
  explicit LongTransaction(Time duration) : duration_(duration) {}

  std::string_view name() const override { return "long-transaction"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    // Tests are run in one transaction each, however long they take.
    const bool test = window.container != 0 || window.source == WindowSource::savepoint;
    if (test || window.last - window.opened < duration_) return;
    for (const Span& span : spans(window)) {
      const Time took = span.ended - span.begun;
      const bool accepted = window.trips[span.first].allowed() == name();
      if (took >= duration_ && !accepted && !was_held(window, span, took))
        reporter.report(finding(window, span, took));
    }
  }

 private:
  static std::vector<Span> spans(const Window& window) {
    std::vector<Span> spans;
    for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
      const Trip& trip = window.trips[t];
      if (trip.transaction == 0) continue;
      // The latest is looked at first: transactions of one session follow one another.
      const auto known = std::find_if(spans.rbegin(), spans.rend(), [&](const Span& span) {
        return span.session == trip.session && span.transaction == trip.transaction;
      });
      Span& span = known != spans.rend() ? *known
                                         : spans.emplace_back(Span{trip.session, trip.transaction,
                                                                   0, t, trip.sent, trip.complete});
      ++span.statements;
      span.ended = std::max(span.ended, trip.complete);
    }
    return spans;
  }

  /// Most of it was the application's own time, which is another pattern.
  static bool was_held(const Window& window, const Span& span, Time took) {
    return std::any_of(window.holds.begin(), window.holds.end(), [&](const Window::Hold& hold) {
      return hold.session == span.session && hold.transaction == span.transaction &&
             hold.total * 2 >= took;
    });
  }

  static Finding finding(const Window& window, const Span& span, Time took) {
    const Trip& first = window.trips[span.first];
    Finding finding = finding_of(window, {first.statement, {span.first}});
    finding.severity = Severity::warning;
    finding.evidence.count = span.statements;
    finding.evidence.total_ms = milliseconds_of(took);
    finding.title = "a transaction that began with " + first.statement->summary + " took " +
                    std::to_string(took / std::chrono::milliseconds(1)) + " ms for " +
                    counted(span.statements, "statement");
    finding.advice.why =
        "its locks and its snapshot are held all that time. Commit in batches, send fewer "
        "statements, or read outside of the transaction what needs no lock.";
    return finding;
  }

  Time duration_;
};

}  // namespace

std::unique_ptr<Rule> make_long_transaction(RuleOptions& options) {
  return std::make_unique<LongTransaction>(
      options.duration("duration", std::chrono::seconds(5),
                       "Time from its first statement to the end of its last from which a "
                       "transaction is told."));
}

}  // namespace onetrip
