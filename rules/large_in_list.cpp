#include <algorithm>
#include <optional>
#include <unordered_set>

#include "analyzer/origin.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

bool is_list(const Predicate& predicate) {
  return predicate.op == Predicate::Op::in_list || predicate.op == Predicate::Op::any_array;
}

/// Where the values of a list came from.
struct Source {
  Link link;
  const Trip* parent = nullptr;
};

class LargeInList final : public Rule {
 public:
  explicit LargeInList(std::uint64_t values) : values_(values) {}

  std::string_view name() const override { return "large-in-list"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) { return largest_list(trip) != nullptr; };
    for (const StatementTrips& found : trips_where(window, name(), holds))
      reporter.report(finding(linked, found));
  }

 private:
  /// The predicate with the most values, if these are too many.
  const Predicate* largest_list(const Trip& trip) const {
    const Predicate* largest = nullptr;
    std::uint64_t most = values_;
    for (const Predicate& predicate : trip.statement->predicates) {
      if (!is_list(predicate) || predicate.slot >= trip.slots().size()) continue;
      const Slot& slot = trip.slots()[predicate.slot];
      if (slot.kind != Slot::Kind::array || slot.count <= most) continue;
      most = slot.count;
      largest = &predicate;
    }
    return largest;
  }

  Finding finding(const LinkedWindow& linked, const StatementTrips& found) const {
    const Window& window = linked.window();
    const auto list_size = [&](std::uint32_t t) {
      return window.trips[t].slots()[largest_list(window.trips[t])->slot].count;
    };
    const std::uint32_t worst =
        *std::max_element(found.trips.begin(), found.trips.end(),
                          [&](auto a, auto b) { return list_size(a) < list_size(b); });
    const Trip& trip = window.trips[worst];
    const Predicate& predicate = *largest_list(trip);
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.evidence.distinct_values = list_size(worst);
    const Origin column = origin_of(predicate.column, *trip.statement, linked.catalog());
    finding.title = column.shown() + " was compared with a list of " +
                    std::to_string(list_size(worst)) + " values";
    const bool is_array = predicate.op == Predicate::Op::any_array;
    finding.advice.why =
        is_array ? "the server reads the list anew each time. Where its values came from the "
                   "database, join what they came from."
                 : "the server plans and reads the list anew each time. Put the values into one "
                   "array parameter (= ANY($1)), or better, join what they came from.";
    if (const auto source = source_of(linked, worst, predicate, column)) add(*source, finding);
    return finding;
  }

  static void add(const Source& source, Finding& finding) {
    const Statement& parent = *source.parent->statement;
    finding.parent = {parent.fingerprint, parent.summary, parent.normalized, source.parent->rows};
    finding.link = source.link;
    finding.advice.why = "the values came out of " + source.link.parent_column +
                         " and were sent back: they travel through the application for nothing. A "
                         "join or a subselect (IN (SELECT …)) keeps them in the database.";
  }

  /// The latest result before it that has all the values that are known of the list, in a column
  /// that refers to this one, or it to that.
  static std::optional<Source> source_of(const LinkedWindow& linked, std::uint32_t trip,
                                         const Predicate& predicate, const Origin& column) {
    const Trip& child = linked.window().trips[trip];
    const Slot& slot = child.slots()[predicate.slot];
    if (slot.elements == 0 || slot.first_element + slot.elements > child.elements().size())
      return {};
    const auto values = child.elements().subspan(slot.first_element, slot.elements);
    const std::unordered_set<ValueHash> wanted(values.begin(), values.end());
    for (std::uint32_t t = trip; t-- > 0;) {
      const Trip& parent = linked.window().trips[t];
      if (parent.rows < 2 || parent.complete > child.sent) continue;
      for (std::size_t c = 0; c < parent.key_columns().size(); ++c) {
        if (!holds_all(parent, c, wanted)) continue;
        const Origin origin =
            origin_of(parent.key_columns()[c], *parent.statement, linked.catalog());
        const Relation relation = relate(origin, column, linked.catalog());
        if (relation.tie == Tie::none) continue;
        return Source{link(origin, column, relation, wanted.size()), &parent};
      }
    }
    return {};
  }

  static bool holds_all(const Trip& parent, std::size_t column,
                        const std::unordered_set<ValueHash>& wanted) {
    std::unordered_set<ValueHash> found;
    for (std::uint32_t row = 0; row < parent.indexed_rows(); ++row)
      if (const ValueHash value = parent.cell(row, column); wanted.contains(value))
        found.insert(value);
    return found.size() == wanted.size();
  }

  static Link link(const Origin& parent, const Origin& child, const Relation& relation,
                   std::uint64_t distinct) {
    Link link;
    link.parent_column = parent.shown();
    link.parent_columns = {link.parent_column};
    link.child_column = child.shown();
    link.matched = 1;  // the statement, by all of its values
    link.distinct = distinct;
    link.foreign_key = relation.foreign_key;
    link.direction = relation.direction;
    link.evidence = relation.tie == Tie::names         ? "names"
                    : relation.tie == Tie::same_column ? "same_column"
                                                       : "foreign_key";
    return link;
  }

  std::uint64_t values_;
};

}  // namespace

std::unique_ptr<Rule> make_large_in_list(RuleOptions& options) {
  return std::make_unique<LargeInList>(
      options.count("values", 1000, "Values of one list above which it is told."));
}

}  // namespace onetrip
