#include "budget/verdict.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "budget/allows.hpp"
#include "budget/found.hpp"
#include "budget/limits.hpp"
#include "budget/match.hpp"
#include "budget/nearest.hpp"

namespace onetrip {
namespace {

std::uint64_t statements_in(const Problem& problem) {
  std::uint64_t statements = 0;
  for (const ProblemPlace& place : problem.places) statements += place.count;
  return statements;
}

/// Worst first, as Verdict says.
bool stands_before(const Problem& a, const Problem& b) {
  if (a.level != b.level) return a.level > b.level;
  if (a.kind != b.kind) return a.kind < b.kind;
  const std::uint64_t here = statements_in(a), there = statements_in(b);
  if (here != there) return here > there;
  if (a.finding && b.finding)
    return std::tie(a.finding->rule, a.finding->cause) <
           std::tie(b.finding->rule, b.finding->cause);
  const auto name = [](const Problem& problem) {
    const ProblemPlace& place = problem.places.front();
    return std::tie(place.label, place.test, problem.sum, problem.limit_line, problem.limit_text);
  };
  return name(a) < name(b);
}

/// What a comment may accept; it is not known which rules there are where none is named.
bool is_rule(const Budget& budget, const std::string& name) {
  const std::vector<std::string>& rules = budget.rules;
  return rules.empty() || std::find(rules.begin(), rules.end(), name) != rules.end();
}

void accept_comments(const Record& record, const Budget& budget, std::vector<Accepted>& accepted) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> labels;
  for (const CommentAllow& allow : record.allowed)
    if (is_rule(budget, allow.rule)) labels[{allow.rule, allow.reason}].insert(allow.label);
  for (const auto& [key, places] : labels)
    accepted.push_back({Accepted::By::comment, key.first, "", key.second, places.size()});
}

void warn_of_unknown(const Record& record, const Budget& budget,
                     std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::string>> labels;
  for (const CommentAllow& allow : record.allowed)
    if (!is_rule(budget, allow.rule)) labels[allow.rule].insert(allow.label);
  for (const auto& [rule, places] : labels) {
    const std::string& first = *places.begin();
    std::string line = "the comment onetrip='allow:" + rule + "' under ";
    line += first.empty() ? "no label" : first;
    if (places.size() > 1) line += " and " + std::to_string(places.size() - 1) + " more";
    warnings.push_back(line + " accepts nothing: there is no such rule." +
                       did_you_mean(rule, budget.rules));
  }
}

std::string place_of(const Budget& budget, unsigned line) {
  return budget.file + ":" + std::to_string(line) + ": ";
}

/// What a file says for nothing; only a whole suite can tell.
void warn_of_unused(const Record& record, const Budget& budget, const Allows& allows,
                    std::vector<std::string>& warnings) {
  for (std::string& line : allows.unused()) warnings.push_back(std::move(line));
  std::set<const MatchedBudget*> used;
  for (const RecordEntry& entry : record.entries) used.insert(budget_of(budget, entry));
  for (const MatchedBudget& matched : budget.budgets) {
    if (!used.contains(&matched))
      warnings.push_back(
          place_of(budget, matched.line) +
          "[[budget]] holds for no request: none matches it, or one before it holds");
  }
}

void warn_of_stale(const Baseline& baseline, const Record& record,
                   std::vector<std::string>& warnings) {
  constexpr std::size_t most_named = 5;
  const std::vector<std::string> gone = differences(baseline, pruned(baseline, record));
  if (gone.empty()) return;
  std::string line = "no longer seen, of the baseline: ";
  for (std::size_t i = 0; i < std::min(gone.size(), most_named); ++i)
    line += (i == 0 ? "" : "; ") + gone[i].substr(2);  // without its "- "
  if (gone.size() > most_named)
    line += "; and " + std::to_string(gone.size() - most_named) + " more";
  warnings.push_back(line + ". `onetrip baseline prune` takes them out");
}

std::vector<std::string> warnings_of(const Record& record, const Budget& budget,
                                     const Baseline* baseline, const Allows& allows) {
  std::vector<std::string> warnings = allows.expired();
  warn_of_unknown(record, budget, warnings);
  if (record.full) warn_of_unused(record, budget, allows, warnings);
  const Limit* limit = limit_of_baseline(budget);
  if (limit != nullptr && baseline == nullptr)
    warnings.push_back(place_of(budget, limit->line) + "\"" + limit->text +
                       "\" rests on a baseline, and there is none: `onetrip baseline update` "
                       "writes it");
  if (record.full && baseline != nullptr) warn_of_stale(*baseline, record, warnings);
  warnings.insert(warnings.end(), record.not_checked.begin(), record.not_checked.end());
  if (record.lost_entries != 0)
    warnings.push_back(std::to_string(record.lost_entries) +
                       " kinds of request came when there was no room for more: they were not "
                       "judged");
  return warnings;
}

void count(const Record& record, Verdict& verdict) {
  std::set<std::string> tests;
  for (const RecordEntry& entry : record.entries) {
    if (!entry.test.empty()) tests.insert(entry.test);
    if (!entry.sum) verdict.requests += entry.windows;
  }
  verdict.tests = tests.size();
  verdict.set_up_windows = record.set_up_windows;
  verdict.coverage = record.coverage;
}

}  // namespace

bool Verdict::broken() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.level == Severity::error; });
}

Verdict judge(const Record& record, const Budget& budget, const Baseline* baseline,
              std::chrono::year_month_day today) {
  Verdict verdict;
  count(record, verdict);
  verdict.shown = {baseline_of(record), record.counted};
  Allows allows(budget, today);
  FoundProblems found = judge_findings(record, budget, baseline, allows);
  verdict.findings = found.findings;
  verdict.problems = std::move(found.problems);
  for (Problem& problem : judge_limits(record, budget, baseline))
    verdict.problems.push_back(std::move(problem));
  std::sort(verdict.problems.begin(), verdict.problems.end(), stands_before);
  verdict.accepted = std::move(found.accepted);
  accept_comments(record, budget, verdict.accepted);
  std::sort(verdict.accepted.begin(), verdict.accepted.end(),
            [](const Accepted& a, const Accepted& b) {
              return std::tie(a.by, a.rule, a.cause, a.reason) <
                     std::tie(b.by, b.rule, b.cause, b.reason);
            });
  verdict.warnings = warnings_of(record, budget, baseline, allows);
  return verdict;
}

}  // namespace onetrip
