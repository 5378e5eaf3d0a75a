#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>

#include "analyzer/advice_repetition.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

bool is_lookup(const Statement& statement) {
  return reads(statement) && statement.parsed && !statement.tables.empty() && !statement.locking &&
         !statement.impure;
}

/// Lists of values are a batch already.
bool takes_list(const Trip& trip) {
  return std::any_of(trip.slots().begin(), trip.slots().end(), [](const Slot& slot) {
    return slot.kind == Slot::Kind::array && slot.count != 1;
  });
}

/// What a loop asks about: its rounds, and the predicate that names most of them.
struct Lookups {
  std::vector<std::uint32_t> trips;
  std::uint16_t predicate = 0;
  std::uint64_t distinct = 0;
};

class SelectInLoop final : public Rule {
 public:
  explicit SelectInLoop(std::uint64_t fewest_values) : fewest_values_(fewest_values) {}

  std::string_view name() const override { return "select-in-loop"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    for (std::size_t loop = 0; loop < linked.links().loops.size(); ++loop) {
      const Loop& rounds = linked.links().loops[loop];
      if (rounds.trips.size() < fewest_values_ || !is_lookup(*rounds.statement)) continue;
      const std::optional<Lookups> lookups = find(linked, loop);
      if (!lookups || linked.repetition().precedes_inserts(loop)) continue;
      if (are_accepted(linked.window(), lookups->trips, name())) continue;
      reporter.report(finding(linked, loop, *lookups));
    }
  }

 private:
  /// Of the job that asked most.
  std::optional<Lookups> find(const LinkedWindow& linked, std::size_t loop) const {
    const std::vector<std::uint32_t> rounds = linked.repetition().free_rounds(loop);
    std::optional<Lookups> best;
    for (const Rounds job : linked.repetition().by_job(rounds)) {
      if (job.size() < fewest_values_) continue;
      std::optional<Lookups> lookups = of_job(linked, linked.links().loops[loop], job);
      if (lookups && (!best || lookups->trips.size() > best->trips.size()))
        best = std::move(lookups);
    }
    return best;
  }

  std::optional<Lookups> of_job(const LinkedWindow& linked, const Loop& loop, Rounds job) const {
    const Window& window = linked.window();
    Lookups lookups;
    for (std::uint16_t p = 0; p < predicates_of(loop); ++p) {
      if (!equates(loop.fed()[p])) continue;
      boost::unordered_flat_set<ValueHash> values(job.size());
      for (const std::uint32_t t : job)
        if (!takes_list(window.trips[t]))
          values.insert(single_value(window.trips[t], loop.fed()[p].slot));
      values.erase(no_value);
      if (values.size() <= lookups.distinct) continue;
      lookups.predicate = p;
      lookups.distinct = values.size();
    }
    if (lookups.distinct < fewest_values_) return std::nullopt;
    const std::uint16_t slot = loop.fed()[lookups.predicate].slot;
    for (const std::uint32_t t : job)
      if (!takes_list(window.trips[t]) && single_value(window.trips[t], slot) != no_value)
        lookups.trips.push_back(t);
    if (!from_one_place(window, lookups.trips, fewest_values_)) return std::nullopt;
    if (are_polling(window, lookups.trips) || !are_one_request(window, lookups.trips))
      return std::nullopt;
    return lookups;
  }

  static Finding finding(const LinkedWindow& linked, std::size_t loop, const Lookups& lookups) {
    const Window& window = linked.window();
    const Loop& rounds = linked.links().loops[loop];
    const Statement& statement = *rounds.statement;
    const Origin column =
        origin_of(rounds.fed()[lookups.predicate].column, statement, linked.catalog(),
                  window.trips[lookups.trips.front()].key_columns());
    Finding finding;
    finding.title = (column.table.empty() ? statement.summary : column.table) + " was " +
                    std::string(verb_of(statement)) + " " + std::to_string(lookups.trips.size()) +
                    " times in one request, one " + column.name + " at a time";
    finding.confidence = Confidence::possible;
    finding.severity = are_pipelined(window, lookups.trips) ? Severity::info : Severity::warning;
    finding.shape = cause_shape(statement);
    finding.evidence = measure(window, lookups.trips, lookups.distinct);
    finding.statement = summarize(statement, finding.evidence.rows);
    finding.location = location_of(window, lookups.trips);
    finding.advice =
        advise_lookups(loop, lookups.predicate, linked.links(), window, linked.catalog());
    return finding;
  }

  std::size_t fewest_values_;
};

}  // namespace

std::unique_ptr<Rule> make_select_in_loop(RuleOptions& options) {
  return std::make_unique<SelectInLoop>(options.count(
      "values", 5,
      "Different values that a statement is asked about in a window from which it is told."));
}

}  // namespace onetrip
