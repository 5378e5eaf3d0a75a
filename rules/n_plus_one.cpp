#include <algorithm>

#include "analyzer/advice.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/proof.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"

namespace onetrip {
namespace {

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

std::string title(const LoopLink& link, const Statement& child) {
  const std::string& source = link.columns.front().origin.table;
  const std::string parent = source.empty() ? link.parent.statement->summary : source;
  const std::string times = std::to_string(link.rounds()) + " times in one request, ";
  if (link.direction == Direction::refetch)
    return "rows of " + parent + " that were there already were read again " + times + "one by one";
  const bool each = link.rounds() == link.parent.rows;
  std::string text = fetched_table(link, child);
  text += " was ";
  text += verb_of(child);
  text += " " + times;
  text += (each ? "once for each row of " : "for the rows of ") + parent;
  return text;
}

class NPlusOne final : public Rule {
 public:
  std::string_view name() const override { return "n-plus-one"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    for (const LoopLink& link : linked.links().links) {
      // A row lock on rows that were listed before is taken on purpose, one at a time.
      const Statement& child = *linked.links().loops[link.loop].statement;
      if (!reads(child) || child.locking) continue;
      if (are_accepted(linked.window(), link.children, name())) continue;
      reporter.report(finding(link, linked));
    }
  }

 private:
  static Finding finding(const LoopLink& link, const LinkedWindow& linked) {
    const Window& window = linked.window();
    const Statement& child = *linked.links().loops[link.loop].statement;
    Finding finding;
    finding.confidence = link.confidence;
    finding.capped = link.capped;
    finding.severity = link.confidence == Confidence::proven ? Severity::error : Severity::warning;
    if (link.pipelined || link.assumed) finding.severity = Severity::info;
    finding.title = title(link, child);
    finding.shape = predicate_shape(child);
    finding.link = proof_of(link, child);
    std::vector<std::uint32_t> rounds = link.children;
    rounds.insert(rounds.end(), link.beyond.begin(), link.beyond.end());
    finding.evidence = measure(window, rounds, link.distinct);
    finding.statement = summarize(child, finding.evidence.rows);
    finding.parent = summarize(*link.parent.statement, link.parent.rows);
    finding.chain = chain(link, linked);
    finding.location = location_of(window, link.children);
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
