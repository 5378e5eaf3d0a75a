#include "budget/limits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "budget/figure.hpp"
#include "budget/match.hpp"

namespace onetrip {
namespace {

using Kind = Problem::Kind;

/// A limit that an entry does not keep.
struct Excess {
  const RecordEntry* entry = nullptr;
  const Figure* figure = nullptr;
  const Limit* limit = nullptr;
  std::uint64_t value = 0, most = 0;
  std::optional<std::uint64_t> baseline;  ///< that `most` rests on
  Severity level = Severity::error;
};

/// Sums are judged by limits of their own and by the baseline only: a limit on a request says
/// nothing of a test that makes twenty.
const Limit* limit_on(const RecordEntry& entry, const Figure& figure, const MatchedBudget* matched,
                      const BudgetLimits& defaults) {
  if (matched != nullptr && matched->limits.*figure.limit) return &*(matched->limits.*figure.limit);
  const std::optional<Limit>& limit = defaults.*figure.limit;
  return limit && (!entry.sum || limit->of_baseline) ? &*limit : nullptr;
}

Severity level_of(const Figure& figure, const MatchedBudget* matched,
                  const BudgetLimits& defaults) {
  if (matched != nullptr && matched->limits.level) return *matched->limits.level;
  if (defaults.level) return *defaults.level;
  return figure.kind == Kind::db_time ? Severity::warning : Severity::error;
}

std::optional<std::uint64_t> known_of(const RecordEntry& entry, const Figure& figure,
                                      const Baseline* baseline) {
  if (baseline == nullptr || figure.known == nullptr) return std::nullopt;
  const Baseline::Label* label = known_of(*baseline, entry);
  return label == nullptr ? std::nullopt : std::optional(label->*figure.known);
}

void judge(const RecordEntry& entry, const Budget& budget, const Baseline* baseline,
           std::vector<Excess>& excesses) {
  const MatchedBudget* matched = budget_of(budget, entry);
  for (const Figure& figure : figures()) {
    const Limit* limit = limit_on(entry, figure, matched, budget.defaults);
    if (limit == nullptr) continue;
    const auto known = limit->of_baseline ? known_of(entry, figure, baseline) : std::nullopt;
    const auto most = limit->value(known);
    const std::uint64_t value = figure.of(entry);
    if (!most || value <= *most) continue;
    const Severity level = level_of(figure, matched, budget.defaults);
    excesses.push_back({&entry, &figure, limit, value, *most, known, level});
  }
}

/// What a request of the test broke already is told there: its sum says nothing new.
void drop_explained_sums(std::vector<Excess>& excesses) {
  std::map<std::pair<std::string, Kind>, Severity> told;
  for (const Excess& excess : excesses) {
    if (excess.entry->sum) continue;
    const auto [found, first] =
        told.try_emplace({excess.entry->test, excess.figure->kind}, excess.level);
    if (!first) found->second = std::max(found->second, excess.level);
  }
  std::erase_if(excesses, [&](const Excess& excess) {
    const auto found = told.find({excess.entry->test, excess.figure->kind});
    return excess.entry->sum && found != told.end() && found->second >= excess.level;
  });
}

double shown(const Figure& figure, std::uint64_t value) {
  return figure.unit == Figure::Unit::time ? static_cast<double>(value) / 1000
                                           : static_cast<double>(value);
}

/// `excesses`: of one limit and one kind of request, at least one; the worst of each place is told.
Problem problem_of(std::vector<const Excess*> excesses, const std::string& file) {
  const auto name = [](const Excess& excess) {
    const RecordEntry& entry = *excess.entry;
    return std::tie(entry.label, entry.test, entry.database, entry.application);
  };
  std::sort(excesses.begin(), excesses.end(), [&](const Excess* a, const Excess* b) {
    return a->value != b->value ? a->value > b->value : name(*a) < name(*b);
  });
  const Excess& worst = *excesses.front();
  Problem problem;
  problem.kind = worst.figure->kind;
  problem.level = worst.level;
  problem.news = worst.limit->of_baseline ? Problem::News::worsened : Problem::News::fresh;
  problem.sum = worst.entry->sum;
  problem.value = shown(*worst.figure, worst.value);
  problem.limit = shown(*worst.figure, worst.most);
  if (worst.baseline) problem.baseline = shown(*worst.figure, *worst.baseline);
  problem.limit_text = worst.limit->text;
  problem.limit_file = file;
  problem.limit_line = worst.limit->line;
  const bool by_trips = problem.kind == Kind::statements || problem.kind == Kind::repeats;
  if (by_trips) problem.repeat = worst.entry->repeat;
  for (const Excess* excess : excesses) {
    const auto same = [&](const ProblemPlace& place) {
      return place.test == excess->entry->test && place.label == excess->entry->label;
    };
    if (std::any_of(problem.places.begin(), problem.places.end(), same)) continue;
    const double value = std::round(shown(*excess->figure, excess->value));
    problem.places.push_back(
        {excess->entry->test, excess->entry->label, static_cast<std::uint64_t>(value)});
  }
  return problem;
}

}  // namespace

std::vector<Problem> judge_limits(const Record& record, const Budget& budget,
                                  const Baseline* baseline) {
  std::vector<Excess> excesses;
  for (const RecordEntry& entry : record.entries) judge(entry, budget, baseline, excesses);
  drop_explained_sums(excesses);
  // Sums of all tests that one limit is too low for are one problem: what made them grow is one.
  using Key = std::tuple<Kind, bool, std::string, unsigned, std::string, Severity>;
  std::map<Key, std::vector<const Excess*>> groups;
  for (const Excess& excess : excesses) {
    const auto& [entry, figure, limit, value, most, known, level] = excess;
    const std::string label = entry->sum ? "" : entry->label;
    groups[{figure->kind, entry->sum, label, limit->line, limit->text, level}].push_back(&excess);
  }
  std::vector<Problem> problems;
  for (const auto& [key, group] : groups) problems.push_back(problem_of(group, budget.file));
  return problems;
}

const Limit* limit_of_baseline(const Budget& budget) {
  std::vector<const BudgetLimits*> all{&budget.defaults};
  for (const MatchedBudget& matched : budget.budgets) all.push_back(&matched.limits);
  for (const BudgetLimits* limits : all) {
    for (const Figure& figure : figures()) {
      const std::optional<Limit>& limit = limits->*figure.limit;
      if (limit && limit->of_baseline) return &*limit;
    }
  }
  return nullptr;
}

}  // namespace onetrip
