#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "budget/budget.hpp"
#include "budget/verdict.hpp"
#include "rules/rule.hpp"

using namespace onetrip;

namespace {

/// A request that shows something under every key that a budget may match.
Record run() {
  Record record;
  RecordEntry entry;
  entry.test = entry.label = entry.application = entry.database = "a";
  entry.windows = 1;
  entry.statements = entry.rows = entry.bytes = 12;
  Finding finding;
  finding.rule = "n-plus-one";
  finding.cause = finding.id = "5c6ffbdd40d95560";
  finding.statement.fingerprint = "v1:5c6ffbdd40d95560";
  entry.findings = {finding};
  record.entries = {entry};
  return record;
}

}  // namespace

/// Any bytes are a budget, or have faults that say where; by a budget anything can be judged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Record record = run();
  static const Baseline baseline = baseline_of(record);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_budget(text, "b.toml", rule_names());
  if (const auto* errors = std::get_if<std::vector<BudgetError>>(&parsed)) {
    if (errors->empty()) std::abort();
    for (const BudgetError& error : *errors)
      if (error.message.empty() || error.text().empty()) std::abort();
    return 0;
  }
  constexpr std::chrono::year_month_day today{std::chrono::year{2027}, std::chrono::month{1},
                                              std::chrono::day{31}};
  const Verdict verdict = judge(record, std::get<Budget>(parsed), &baseline, today);
  if (verdict.problems.size() > 5) std::abort();
  for (const Problem& problem : verdict.problems)
    if (problem.places.empty() || problem.value <= problem.limit) std::abort();
  return 0;
}
