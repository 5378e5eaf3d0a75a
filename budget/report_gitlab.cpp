#include <boost/json.hpp>
#include <set>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "budget/problem_text.hpp"
#include "budget/project_path.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_path = 1024;

std::string_view severity_of(Severity level) {
  switch (level) {
    case Severity::error:
      return "major";
    case Severity::warning:
      return "minor";
    case Severity::info:
      break;
  }
  return "info";
}

/// Entries with a fingerprint each, which no two share: GitLab compares those of two branches.
class CodeQuality {
 public:
  void add(std::string_view rule, const std::string& key, std::string_view severity,
           std::string_view description, const Location& at) {
    std::string fingerprint = key;
    for (std::size_t i = 2; !fingerprints_.insert(fingerprint).second; ++i)
      fingerprint = key + " " + std::to_string(i);
    json::object entry;
    entry["description"] = description;
    entry["check_name"] = rule;
    entry["fingerprint"] = fingerprint;
    entry["severity"] = severity;
    entry["location"] = {{"path", one_line(at.file, longest_path)},
                         {"lines", {{"begin", at.line}}}};
    entries_.push_back(std::move(entry));
  }
  std::string take() { return to_json_text(entries_) + "\n"; }

 private:
  std::set<std::string> fingerprints_;
  json::array entries_;
};

Location first_line_of_budget(const ReportContext& context) {
  Location at;
  at.file = project_path(context.budget_file, context);
  at.line = 1;
  return at;
}

/// GitLab takes paths of the project alone: what lies elsewhere is told at the budget, in words.
bool is_elsewhere(const Location& at) {
  return at.file.starts_with('/') || at.file.starts_with("../");
}

std::string description_of(const Problem& problem, const ReportContext& context) {
  std::string out = problem_label(problem);
  out += (out.empty() ? "" : ": ") + problem_title(problem);
  for (const MessageLine& line : problem_lines(problem, context))
    if (line.key == "fix") out += "; fix: " + line.text;
  const Location at = problem_location(problem, context);
  if (is_elsewhere(at))
    out += "; at " + one_line(at.file, longest_path) + ":" + std::to_string(at.line);
  return out;
}

std::string coverage_description(const Verdict& verdict) {
  std::string out = coverage_line(verdict);
  const char* separator = ": ";
  for (const std::string& label : uncovered_labels(verdict)) {
    out += separator + label;
    separator = ", ";
  }
  return out;
}

}  // namespace

std::string write_gitlab(const Verdict& verdict, const ReportContext& context) {
  CodeQuality report;
  const Location budget = first_line_of_budget(context);
  for (const Problem& problem : verdict.problems) {
    const Location at = problem_location(problem, context);
    report.add(problem_rule(problem), problem_key(problem), severity_of(problem.level),
               description_of(problem, context), is_elsewhere(at) ? budget : at);
  }
  for (const std::string& warning : warning_lines(verdict))
    report.add("onetrip-warning", "warning " + warning, "minor", warning, budget);
  if (!uncovered_labels(verdict).empty())
    report.add("onetrip-coverage", "coverage", "info", coverage_description(verdict), budget);
  return report.take();
}

}  // namespace onetrip
