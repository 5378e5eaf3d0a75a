#include "budget/found.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "budget/match.hpp"

namespace onetrip {
namespace {

using News = Problem::News;
using Place = std::pair<std::string, std::string>;  ///< test, label

/// What one cause shows in one place.
struct Sight {
  const Finding* finding = nullptr;  ///< the worst
  const RecordEntry* entry = nullptr;
  Severity level = Severity::info;
  std::uint64_t count = 0;  ///< the most
  News news = News::fresh;
  std::uint64_t known = 0;  ///< what the baseline knows, where that is worsened
};

/// None: off. What [[budget]] does not say is as in [defaults], and then as the rule has it.
std::optional<Severity> level_of(const Finding& finding, const MatchedBudget* matched,
                                 const BudgetLimits& defaults) {
  for (const BudgetLimits* limits : {matched != nullptr ? &matched->limits : nullptr, &defaults}) {
    if (limits == nullptr) continue;
    const auto rule = limits->rules.find(finding.rule);
    if (rule == limits->rules.end()) continue;
    const auto level = rule->second.find(finding.confidence);
    if (level != rule->second.end()) return level->second;
  }
  return finding.severity;
}

/// Which of two findings of one cause stands for both. Times take no part.
bool stands_before(const Sight& a, const Sight& b) {
  const auto rank = [](const Sight& sight) {
    return std::tuple(sight.level, sight.finding->evidence.count, sight.finding->confidence);
  };
  const auto name = [](const Sight& sight) {
    return std::tie(sight.finding->id, sight.entry->database, sight.entry->application);
  };
  return rank(a) != rank(b) ? rank(a) > rank(b) : name(a) < name(b);
}

class Court {
 public:
  Court(const Budget& budget, const Baseline* baseline, Allows& allows)
      : budget_(budget), baseline_(baseline), allows_(allows) {}

  void hear(const RecordEntry& entry) {
    const MatchedBudget* matched = budget_of(budget_, entry);
    for (const Finding& finding : entry.findings) {
      const auto level = level_of(finding, matched, budget_.defaults);
      if (!level) continue;
      ++findings_;
      if (const BudgetAllow* allow = allows_.accepting(finding, entry)) {
        accept(Accepted::By::budget, finding, allow->reason, {entry.test, entry.label});
      } else {
        add({&finding, &entry, *level, finding.evidence.count});
      }
    }
  }

  FoundProblems judge() {
    FoundProblems out;
    for (auto& [cause, places] : causes_) {
      std::vector<Sight> left;
      for (auto& [place, sight] : places) {
        if (!is_known(cause, sight)) left.push_back(sight);
      }
      if (!left.empty()) out.problems.push_back(problem_of(std::move(left)));
    }
    for (const auto& [key, places] : accepted_) {
      const auto& [by, rule, cause, reason] = key;
      out.accepted.push_back({by, rule, cause, reason, places.size()});
    }
    out.findings = findings_;
    return out;
  }

 private:
  void add(const Sight& sight) {
    auto [found, first] =
        causes_[sight.finding->cause].try_emplace({sight.entry->test, sight.entry->label}, sight);
    if (first) return;
    const std::uint64_t count = std::max(found->second.count, sight.count);
    if (stands_before(sight, found->second)) found->second = sight;
    found->second.count = count;
  }

  void accept(Accepted::By by, const Finding& finding, const std::string& reason, Place place) {
    accepted_[{by, finding.rule, finding.cause, reason}].insert(std::move(place));
  }

  /// The baseline accepts it; otherwise it is told what the baseline knows.
  bool is_known(const std::string& cause, Sight& sight) {
    if (baseline_ == nullptr) return false;
    const auto known = baseline_->causes.find(cause);
    if (known == baseline_->causes.end()) return false;
    const auto label = known->second.labels.find(baseline_label(*sight.entry));
    if (label == known->second.labels.end()) {
      sight.news = News::new_label;
      sight.level = std::min(sight.level, Severity::warning);
    } else if (sight.count > label->second) {
      sight.news = News::worsened;
      sight.known = label->second;
    } else {
      accept(Accepted::By::baseline, *sight.finding, "", {sight.entry->test, sight.entry->label});
      return true;
    }
    return false;
  }

  static Problem problem_of(std::vector<Sight> sights) {
    const auto rank = [](const Sight& sight) {
      return std::tuple(sight.level, sight.news == News::worsened, sight.count);
    };
    const auto name = [](const Sight& sight) {
      return std::tie(sight.entry->label, sight.entry->test);
    };
    std::sort(sights.begin(), sights.end(), [&](const Sight& a, const Sight& b) {
      return rank(a) != rank(b) ? rank(a) > rank(b) : name(a) < name(b);
    });
    const Sight& worst = sights.front();
    Problem problem;
    problem.level = worst.level;
    problem.news = worst.news;
    problem.finding = *worst.finding;
    problem.finding->severity = worst.level;
    for (const Sight& sight : sights)
      problem.places.push_back({sight.entry->test, sight.entry->label, sight.count});
    if (worst.news == News::worsened) {
      problem.value = static_cast<double>(worst.count);
      problem.limit = static_cast<double>(worst.known);
      problem.baseline = problem.limit;
    }
    return problem;
  }

  const Budget& budget_;
  const Baseline* baseline_;
  Allows& allows_;
  std::map<std::string, std::map<Place, Sight>> causes_;
  std::map<std::tuple<Accepted::By, std::string, std::string, std::string>, std::set<Place>>
      accepted_;
  std::uint64_t findings_ = 0;
};

}  // namespace

FoundProblems judge_findings(const Record& record, const Budget& budget, const Baseline* baseline,
                             Allows& allows) {
  Court court(budget, baseline, allows);
  for (const RecordEntry& entry : record.entries) court.hear(entry);
  return court.judge();
}

}  // namespace onetrip
