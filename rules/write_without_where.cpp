#include <algorithm>
#include <array>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

constexpr std::array<OrmPhrase, 5> phrases{{
    {Orm::django, "Model.objects.filter(...) before .update() or .delete()"},
    {Orm::sqlalchemy, ".where(...) on the update() or delete()"},
    {Orm::rails, "where(...) before update_all or delete_all"},
    {Orm::laravel, "->where(...) before ->update() or ->delete()"},
    {Orm::sequelize, "where: {...} in update() or destroy()"},
}};

class WriteWithoutWhere final : public Rule {
 public:
  explicit WriteWithoutWhere(std::uint64_t rows) : rows_(rows) {}

  std::string_view name() const override { return "write-without-where"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) {
      const Statement& statement = *trip.statement;
      const bool writes =
          statement.kind == StatementKind::update || statement.kind == StatementKind::delete_;
      return writes && statement.parsed && !statement.has_where && joins_nothing(statement) &&
             trip.outcome == Outcome::completed && trip.rows >= rows_;
    };
    for (const StatementTrips& found : trips_where(window, name(), holds))
      reporter.report(finding(window, found));
  }

 private:
  /// A table beside it, and a CTE too, may choose the rows.
  static bool joins_nothing(const Statement& statement) { return statement.tables.size() == 1; }

  static Finding finding(const Window& window, const StatementTrips& found) {
    const Statement& statement = *found.statement;
    const bool removes = statement.kind == StatementKind::delete_;
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.title = std::string(removes ? "DELETE removed" : "UPDATE changed") + " all " +
                    counted(finding.evidence.rows, "row") + " of " + tables_shown(statement) +
                    ": it has no WHERE";
    finding.advice.why =
        removes ? "say which rows in WHERE. Where all are meant, TRUNCATE takes no time per row."
                : "say which rows in WHERE; also where all are meant, those that have the value "
                  "already need not be written again (WHERE column IS DISTINCT FROM value).";
    add_phrase(window, statement, phrases, finding.advice);
    return finding;
  }

  std::uint64_t rows_;
};

}  // namespace

std::unique_ptr<Rule> make_write_without_where(RuleOptions& options) {
  return std::make_unique<WriteWithoutWhere>(
      options.count("rows", 2, "Rows written from which it is told."));
}

}  // namespace onetrip
