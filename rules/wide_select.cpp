#include <algorithm>
#include <array>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

constexpr std::array<OrmPhrase, 9> phrases{{
    {Orm::django, ".only(...) or .values(...) with the columns that are used"},
    {Orm::sqlalchemy, "load_only(...), or select() of single columns"},
    {Orm::rails, ".select(...) or .pluck(...)"},
    {Orm::laravel, "->select([...])"},
    {Orm::prisma, "select: {...}"},
    {Orm::gorm, ".Select(...)"},
    {Orm::typeorm, "select: {...}"},
    {Orm::hibernate, "a projection (SELECT NEW ..., or an interface)"},
    {Orm::sequelize, "attributes: [...]"},
}};

class WideSelect final : public Rule {
 public:
  WideSelect(std::uint64_t columns, std::uint64_t bytes) : columns_(columns), bytes_(bytes) {}

  std::string_view name() const override { return "wide-select"; }
  std::vector<std::string_view> yields_to() const override {
    return {"unbounded-select", "cartesian-join"};
  }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [this](const Trip& trip) {
      return trip.bytes >= bytes_ && trip.columns >= columns_ && selects_all(*trip.statement) &&
             trip.outcome != Outcome::failed;
    };
    for (const StatementTrips& found : trips_where(window, name(), holds))
      reporter.report(finding(window, found));
  }

 private:
  static bool selects_all(const Statement& statement) {
    return statement.kind == StatementKind::select &&
           std::any_of(statement.outputs.begin(), statement.outputs.end(),
                       [](const OutputColumn& output) { return output.star; });
  }

  static Finding finding(const Window& window, const StatementTrips& found) {
    std::uint64_t bytes = 0, columns = 0;
    for (const std::uint32_t t : found.trips) {
      bytes = std::max(bytes, window.trips[t].bytes);
      columns = std::max<std::uint64_t>(columns, window.trips[t].columns);
    }
    Finding finding = finding_of(window, found);
    finding.severity = Severity::warning;
    finding.title = "SELECT * of " + tables_shown(*found.statement) + " brought " +
                    std::to_string(columns) + " columns of " +
                    counted(finding.evidence.rows, "row") + ", " + shown_size(bytes);
    finding.advice.why =
        "name the columns that are used: what nobody reads is fetched from disk, sent and decoded "
        "all the same.";
    add_phrase(window, *found.statement, phrases, finding.advice);
    return finding;
  }

  std::uint64_t columns_, bytes_;
};

}  // namespace

std::unique_ptr<Rule> make_wide_select(RuleOptions& options) {
  const std::uint64_t columns =
      options.count("columns", 20, "Columns that * must stand for, at least.");
  const std::uint64_t bytes =
      options.size("bytes", 1 << 20, "Size of one result from which it is told.");
  return std::make_unique<WideSelect>(columns, bytes);
}

}  // namespace onetrip
