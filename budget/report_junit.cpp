#include <algorithm>
#include <map>
#include <set>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/markup.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_label = 1024;

/// What one budget says of one label. Without problems: that it is kept.
struct Case {
  std::string label;
  std::string budget;  ///< "n-plus-one", "max_statements"; "budget" where all are kept
  std::vector<const Problem*> problems;
  bool silent = false;  ///< kept, and proves nothing

  bool failed() const {
    return std::any_of(problems.begin(), problems.end(),
                       [](const Problem* p) { return p->level == Severity::error; });
  }
};

/// Cases in the order in which the verdict names them: problems, then what is kept.
class Cases {
 public:
  explicit Cases(const Verdict& verdict) {
    for (const Problem& problem : verdict.problems) {
      const std::string budget = problem_rule(problem);
      for (const ProblemPlace& place : problem.places) add(place.label, budget, problem);
      if (problem.places.empty()) add(problem_label(problem), budget, problem);
    }
    for (const Coverage::Row& row : verdict.coverage)
      if (!blamed_.contains(row.label)) list_.push_back({row.label, "budget", {}, !row.covered()});
  }
  const std::vector<Case>& list() const { return list_; }
  std::size_t failures() const {
    return static_cast<std::size_t>(
        std::count_if(list_.begin(), list_.end(), [](const Case& one) { return one.failed(); }));
  }

 private:
  void add(const std::string& label, const std::string& budget, const Problem& problem) {
    blamed_.insert(label);
    const auto [found, fresh] = places_.try_emplace({label, budget}, list_.size());
    if (fresh) list_.push_back({label, budget, {}, false});
    std::vector<const Problem*>& problems = list_[found->second].problems;
    if (problems.empty() || problems.back() != &problem) problems.push_back(&problem);
  }

  std::vector<Case> list_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::set<std::string> blamed_;
};

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + markup(value) + "\"";
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + markup(text) + "</" + tag + ">\n";
}

std::string shown_label(const std::string& label) {
  return label.empty() ? "(no label)" : one_line(label, longest_label);
}

/// Blocks of those problems that fail, or of the others.
std::string blocks(const Case& one, const ReportContext& context, bool errors) {
  std::string out;
  for (const Problem* problem : one.problems) {
    if ((problem->level == Severity::error) != errors) continue;
    out += (out.empty() ? "" : "\n") + problem_text(*problem, context, one.label);
  }
  return out;
}

std::string failure(const Case& one, const ReportContext& context) {
  const auto first = std::find_if(one.problems.begin(), one.problems.end(),
                                  [](const Problem* p) { return p->level == Severity::error; });
  return "<failure" + attribute("type", one.budget) + attribute("message", problem_title(**first)) +
         ">" + markup(blocks(one, context, true)) + "</failure>\n";
}

std::string case_element(const Case& one, const ReportContext& context) {
  std::string said = blocks(one, context, false);
  if (one.silent) said = "never returned a parent of two rows; its silence proves nothing\n";
  std::string inside;
  if (one.failed()) inside += failure(one, context);
  if (!said.empty()) inside += element("system-out", said);
  const std::string tag =
      "<testcase" + attribute("classname", shown_label(one.label)) + attribute("name", one.budget);
  return inside.empty() ? tag + "/>\n" : tag + ">\n" + inside + "</testcase>\n";
}

/// What belongs to no label.
std::string said_beside(const Verdict& verdict) {
  std::string out = verdict_line(verdict) + "\n";
  const std::string accepted = accepted_line(verdict), set_up = set_up_line(verdict);
  if (!accepted.empty()) out += "accepted: " + accepted + "\n";
  for (const std::string& reason : accepted_reasons(verdict)) out += "  " + reason + "\n";
  for (const std::string& warning : warning_lines(verdict)) out += "warning: " + warning + "\n";
  const std::string coverage = coverage_line(verdict);
  if (!coverage.empty()) out += "coverage: " + coverage + "\n";
  for (const std::string& label : uncovered_labels(verdict)) out += "  " + label + "\n";
  return set_up.empty() ? out : out + set_up + "\n";
}

}  // namespace

std::string write_junit(const Verdict& verdict, const ReportContext& context) {
  const Cases cases(verdict);
  const std::string totals =
      attribute("name", "onetrip") + attribute("tests", std::to_string(cases.list().size())) +
      attribute("failures", std::to_string(cases.failures())) + attribute("errors", "0");
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + totals + ">\n" +
                    "<testsuite" + totals + ">\n";
  for (const Case& one : cases.list()) out += case_element(one, context);
  out += element("system-out", said_beside(verdict));
  return out + "</testsuite>\n</testsuites>\n";
}

}  // namespace onetrip
