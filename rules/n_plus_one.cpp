#include <algorithm>

#include "analyzer/advice.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"

namespace onetrip {
namespace {

double milliseconds(Time time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

StatementSummary summarize(const Statement& statement, std::uint64_t rows) {
  return {statement.fingerprint, statement.summary, statement.normalized, rows};
}

/// The relation that the child reads: what it selects from beyond a junction, else the table of the
/// predicate.
std::string fetched_table(const LoopLink& link, const Statement& child) {
  const std::string by_predicate = link.child.table.empty() ? child.summary : link.child.table;
  if (link.direction != Direction::many_to_many) return by_predicate;
  for (const OutputColumn& output : child.outputs)
    if (output.origin && output.origin->table < child.tables.size())
      return child.tables[output.origin->table].name;
  for (const TableUse& use : child.tables)
    if (use.name != by_predicate) return use.name;
  return by_predicate;
}

std::string_view verb(const Statement& child) {
  if (!child.aggregate) return "fetched";
  if (child.aggregate_function == "count") return "counted";
  if (child.aggregate_function == "exists") return "checked";
  return "aggregated";
}

std::string title(const LoopLink& link, const Statement& child) {
  const std::string& source = link.columns.front().origin.table;
  const std::string parent = source.empty() ? link.parent.statement->summary : source;
  const std::string times = std::to_string(link.rounds()) + " times in one request, ";
  if (link.direction == Direction::refetch)
    return "rows of " + parent + " that were there already were read again " + times + "one by one";
  const bool each = link.rounds() == link.parent.rows;
  std::string text = fetched_table(link, child);
  text += " was ";
  text += verb(child);
  text += " " + times;
  text += (each ? "once for each row of " : "for the rows of ") + parent;
  return text;
}

std::string_view evidence_name(const LoopLink& link) {
  switch (link.columns.front().relation.tie) {
    case Tie::foreign_key:
    case Tie::sibling:
      return "foreign_key";
    case Tie::same_column:
      return "same_column";
    case Tie::names:
    case Tie::name_end:
    case Tie::none:
      break;
  }
  if (link.polymorphic) return "polymorphic";
  return link.high_entropy ? "high_entropy" : "names";
}

Link proof(const LoopLink& link) {
  Link proof;
  for (const FeedingColumn& column : link.columns)
    proof.parent_columns.push_back(column.origin.shown());
  for (const FeedingColumn& column : link.composite)
    proof.parent_columns.push_back(column.origin.shown());
  for (const FeedingColumn& column : link.alternatives)
    proof.alternatives.push_back(column.origin.shown());
  proof.parent_column = proof.parent_columns.front();
  proof.child_column = link.child.shown();
  proof.matched = link.assumed ? 0 : link.children.size();
  proof.distinct = link.distinct;
  proof.in_row_order = link.in_row_order;
  proof.foreign_key = link.columns.front().relation.foreign_key;
  proof.direction = link.direction;
  proof.evidence = evidence_name(link);
  return proof;
}

/// The least that a trip cost in this window: its way, and the server's fixed price.
Time cheapest_trip(const Window& window) {
  Time cheapest = Time::max();
  for (const Trip& trip : window.trips)
    if (trip.outcome == Outcome::completed && !trip.pipelined)
      cheapest = std::min(cheapest, trip.complete - trip.begun);
  return cheapest == Time::max() ? Time{} : cheapest;
}

/// What the loop took, and what one statement would have saved: every trip but one. Its rows would
/// still have to be read.
Evidence measure(const LoopLink& link, const Window& window) {
  Evidence evidence;
  Time total{};
  for (const std::vector<std::uint32_t>* trips : {&link.children, &link.beyond})
    for (const std::uint32_t t : *trips) {
      const Trip& trip = window.trips[t];
      total += trip.complete - trip.begun;
      evidence.rows += trip.rows;
    }
  evidence.count = link.rounds();
  evidence.distinct_values = link.distinct;
  evidence.total_ms = milliseconds(total);
  if (link.pipelined) return evidence;
  const auto saved = static_cast<double>(evidence.count - 1);
  evidence.saved_ms = milliseconds(cheapest_trip(window)) * saved;
  for (const double latency_ms : {0.5, 1.0, 5.0})
    evidence.what_if.push_back({latency_ms, latency_ms * saved});
  return evidence;
}

class NPlusOne final : public Rule {
 public:
  std::string_view name() const override { return "n-plus-one"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    for (const LoopLink& link : linked.links().links) {
      // A row lock on rows that were listed before is taken on purpose, one at a time.
      const Statement& child = *linked.links().loops[link.loop].statement;
      if (child.locking || accepted(link, linked.window())) continue;
      reporter.report(finding(link, linked));
    }
  }

 private:
  /// Every round says in a comment that somebody wants it so.
  bool accepted(const LoopLink& link, const Window& window) const {
    return std::all_of(link.children.begin(), link.children.end(),
                       [&](std::uint32_t t) { return window.trips[t].allowed() == name(); });
  }

  static Finding finding(const LoopLink& link, const LinkedWindow& linked) {
    const Window& window = linked.window();
    const Statement& child = *linked.links().loops[link.loop].statement;
    Finding finding;
    finding.confidence = link.confidence;
    finding.severity = link.confidence == Confidence::proven ? Severity::error : Severity::warning;
    if (link.pipelined || link.assumed) finding.severity = Severity::info;
    finding.title = title(link, child);
    finding.shape = predicate_shape(child);
    finding.link = proof(link);
    finding.evidence = measure(link, window);
    finding.statement = summarize(child, finding.evidence.rows);
    finding.parent = summarize(*link.parent.statement, link.parent.rows);
    finding.chain = chain(link, linked);
    for (const std::uint32_t t : link.children) {
      Location location = window.trips[t].location();
      if (location.file.empty()) continue;
      finding.location = std::move(location);
      break;
    }
    finding.advice = advise(link, linked.links(), window, linked.catalog());
    return finding;
  }

  /// Nested loops only: the statements from the outermost parent to the one that fed this loop.
  static std::vector<StatementSummary> chain(const LoopLink& link, const LinkedWindow& linked) {
    std::vector<StatementSummary> chain;
    for (const LoopLink* at = &link; at != nullptr;) {
      chain.push_back(summarize(*at->parent.statement, at->parent.rows));
      at = at->outer ? &linked.links().links[*at->outer] : nullptr;
    }
    if (chain.size() < 2) return {};
    std::reverse(chain.begin(), chain.end());
    return chain;
  }
};

}  // namespace

std::unique_ptr<Rule> make_n_plus_one(RuleOptions&) {
  return std::make_unique<NPlusOne>();
}

}  // namespace onetrip
