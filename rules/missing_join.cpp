#include "analyzer/chains.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

/// One value that happens to be the same in each window proves nothing.
constexpr std::uint64_t least_values = 3;

class MissingJoin final : public Rule {
 public:
  MissingJoin(std::uint64_t windows, double share) : windows_(windows), share_(share) {}

  std::string_view name() const override { return "missing-join"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const LabelHistory* history = linked.history();
    if (history == nullptr || window.trips.size() < 2) return;
    const std::uint64_t windows = history->windows(window.label);
    if (windows < windows_) return;
    std::uint32_t reported = 0;  // the trip after the last second of a chain that was told
    for (const Chain& chain : find_chains(window)) {
      const LabelHistory::ChainCount count = history->chain(window.label, chain.key(window));
      const bool often =
          static_cast<double>(count.windows) >= share_ * static_cast<double>(windows);
      if (!often || count.new_values < least_values || reported == chain.second + 1) continue;
      if (window.trips[chain.second].allowed() == name()) continue;
      if (report(linked, chain, count.windows, windows, reporter)) reported = chain.second + 1;
    }
  }

 private:
  static bool report(const LinkedWindow& linked, const Chain& chain, std::uint64_t seen,
                     std::uint64_t windows, Reporter& reporter) {
    const Window& window = linked.window();
    const Trip& first = window.trips[chain.first];
    const Trip& second = window.trips[chain.second];
    const Origin parent =
        origin_of(first.key_columns()[chain.key_column], *first.statement, linked.catalog());
    const Origin child = origin_of(second.statement->predicates[chain.predicate].column,
                                   *second.statement, linked.catalog());
    const Relation relation = relate(parent, child, linked.catalog());
    if (relation.tie != Tie::foreign_key && relation.tie != Tie::names) return false;
    if (parent.table.empty() || parent.table == child.table) return false;
    Finding finding = finding_of(window, {second.statement, {chain.second}});
    finding.severity = Severity::info;
    finding.confidence = relation.tie == Tie::foreign_key ? Confidence::proven : Confidence::likely;
    finding.title = child.table + " is looked up by " + parent.shown() +
                    " of the row read before, "
                    "in " +
                    std::to_string(seen) + " of " + std::to_string(windows) +
                    " requests: a join reads both at once";
    finding.parent = {first.statement->fingerprint, first.statement->summary,
                      first.statement->normalized, first.rows};
    finding.link = link(parent, child, relation);
    finding.advice.sql = "SELECT … FROM " + parent.table + " LEFT JOIN " + child.table + " ON " +
                         child.shown() + " = " + parent.shown() + " WHERE …";
    finding.advice.why = "two trips become one; the second waits for the first each time.";
    reporter.report(std::move(finding));
    return true;
  }

  static Link link(const Origin& parent, const Origin& child, const Relation& relation) {
    Link link;
    link.parent_column = parent.shown();
    link.parent_columns = {link.parent_column};
    link.child_column = child.shown();
    link.matched = link.distinct = 1;
    link.in_row_order = true;
    link.foreign_key = relation.foreign_key;
    link.direction = relation.direction;
    link.evidence = relation.tie == Tie::foreign_key ? "foreign_key" : "names";
    return link;
  }

  std::uint64_t windows_;
  double share_;
};

}  // namespace

std::unique_ptr<Rule> make_missing_join(RuleOptions& options) {
  const std::uint64_t windows =
      options.count("windows", 20, "Windows of one label that must have been seen.");
  const double share =
      options.share("share", 0.8, "Share of them in which the second lookup followed the first.");
  return std::make_unique<MissingJoin>(windows, share);
}

}  // namespace onetrip
