#include "analyzer/advice_repetition.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/proof.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"

namespace onetrip {
namespace {

class TreeWalk final : public Rule {
 public:
  explicit TreeWalk(std::uint64_t fewest_levels) : fewest_levels_(fewest_levels) {}

  std::string_view name() const override { return "tree-walk"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    if (linked.links().loops.empty()) return;
    for (const Walk& walk : linked.repetition().walks()) {
      if (walk.levels < fewest_levels_) continue;
      if (are_accepted(linked.window(), walk.trips, name())) continue;
      reporter.report(finding(linked, walk));
    }
  }

 private:
  static Finding finding(const LinkedWindow& linked, const Walk& walk) {
    const Window& window = linked.window();
    const Statement& statement = *linked.links().loops[walk.loop].statement;
    const std::string table =
        walk.child.table.empty() ? statement.tables.front().name : walk.child.table;
    Finding finding;
    finding.title = table + " was walked over " + std::to_string(walk.levels) + " levels with " +
                    std::to_string(walk.trips.size()) + " statements in one request";
    const bool proven = walk.column.relation.tie == Tie::foreign_key || walk.high_entropy;
    finding.confidence = proven && !window.saturated ? Confidence::proven : Confidence::likely;
    finding.severity = are_pipelined(window, walk.trips) ? Severity::info : Severity::warning;
    finding.shape = predicate_shape(statement);
    finding.link = proof_of(walk);
    finding.evidence = measure(window, walk.trips, walk.distinct);
    finding.statement = summarize(statement, finding.evidence.rows);
    finding.parent = finding.statement;
    finding.location = location_of(window, walk.trips);
    finding.advice = advise_walk(walk, linked.links(), window, linked.catalog());
    return finding;
  }

  std::size_t fewest_levels_;
};

}  // namespace

std::unique_ptr<Rule> make_tree_walk(RuleOptions& options) {
  return std::make_unique<TreeWalk>(
      options.count("levels", 3,
                    "Levels of a tree that are read one after another from which it is told; fewer "
                    "than 3 are not noted."));
}

}  // namespace onetrip
