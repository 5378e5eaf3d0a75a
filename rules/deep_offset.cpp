#include <algorithm>
#include <array>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

constexpr std::array<OrmPhrase, 6> phrases{{
    {Orm::django, "filter(id__gt=last_id).order_by(\"id\")[:100], or CursorPagination"},
    {Orm::sqlalchemy, ".where(table.c.id > last_id).order_by(table.c.id).limit(100)"},
    {Orm::rails, "where(\"id > ?\", last_id).order(:id).limit(100)"},
    {Orm::laravel, "->cursorPaginate(100), or ->lazyById(1000)"},
    {Orm::prisma, "cursor: {id: lastId}, take: 100, skip: 1"},
    {Orm::hibernate, "where e.id > :last order by e.id, with setMaxResults(100)"},
}};

class DeepOffset final : public Rule {
 public:
  explicit DeepOffset(std::uint64_t rows) : rows_(rows) {}

  std::string_view name() const override { return "deep-offset"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) {
      const auto slot = trip.statement->offset_slot;
      if (!slot || *slot >= trip.slots().size()) return false;
      const std::uint32_t rows = trip.slots()[*slot].clear;
      return rows >= rows_ && rows <= Slot::most_integer && trip.outcome == Outcome::completed;
    };
    for (const StatementTrips& found : trips_where(window, name(), holds))
      reporter.report(finding(window, found));
  }

 private:
  static Finding finding(const Window& window, const StatementTrips& found) {
    const Statement& statement = *found.statement;
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    std::uint32_t rows = 0;
    for (const std::uint32_t t : found.trips)
      rows = std::max(rows, window.trips[t].slots()[*statement.offset_slot].clear);
    finding.title = "OFFSET made the server read and throw away up to " + std::to_string(rows) +
                    " rows of " + tables_shown(statement);
    finding.advice.why =
        "the server makes every row that OFFSET skips, so each page costs more than the one "
        "before. Go on from the last key instead: WHERE id > last ORDER BY id LIMIT 100.";
    add_phrase(window, statement, phrases, finding.advice);
    return finding;
  }

  std::uint64_t rows_;
};

}  // namespace

std::unique_ptr<Rule> make_deep_offset(RuleOptions& options) {
  return std::make_unique<DeepOffset>(
      options.count("rows", 10'000, "OFFSET from which it is told."));
}

}  // namespace onetrip
