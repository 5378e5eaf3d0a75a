#include "budget/verdict_text.hpp"

#include <algorithm>

#include "analyzer/sinks/safe_text.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_name = 120, longest_sentence = 2000, longest_label = 1024;

std::string_view accepted_by(Accepted::By by) {
  switch (by) {
    case Accepted::By::budget:
      return "the budget";
    case Accepted::By::comment:
      return "comments";
    case Accepted::By::baseline:
      break;
  }
  return "the baseline";
}

void append_listed(std::string& out, const std::string& part) {
  out += out.empty() ? part : ", " + part;
}

}  // namespace

LevelCounts level_counts(const Verdict& verdict) {
  LevelCounts counts;
  for (const Problem& problem : verdict.problems) {
    if (problem.level == Severity::error) ++counts.errors;
    if (problem.level == Severity::warning) ++counts.warnings;
    if (problem.level == Severity::info) ++counts.infos;
  }
  return counts;
}

std::string verdict_line(const Verdict& verdict) {
  const LevelCounts counts = level_counts(verdict);
  std::string found;
  if (counts.errors > 0) append_listed(found, counted(counts.errors, "error"));
  if (counts.warnings > 0) append_listed(found, counted(counts.warnings, "warning"));
  if (counts.infos > 0) append_listed(found, std::to_string(counts.infos) + " info");
  std::string out = "onetrip: " + (found.empty() ? "no problems" : found) + " in " +
                    counted(verdict.requests, "request");
  if (verdict.tests > 0) out += " of " + counted(verdict.tests, "test");
  return out + (verdict.broken() ? "; budget broken" : "; within budget");
}

std::string accepted_line(const Verdict& verdict) {
  std::string out;
  for (const auto by : {Accepted::By::budget, Accepted::By::comment, Accepted::By::baseline}) {
    const auto number = std::count_if(verdict.accepted.begin(), verdict.accepted.end(),
                                      [by](const Accepted& one) { return one.by == by; });
    if (number > 0)
      append_listed(out, std::to_string(number).append(" by ").append(accepted_by(by)));
  }
  return out;
}

std::vector<std::string> accepted_reasons(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const Accepted& one : verdict.accepted) {
    if (one.by == Accepted::By::baseline) continue;
    std::string line = one_line(one.rule, longest_name);
    if (!one.cause.empty()) line += (line.empty() ? "" : " ") + one_line(one.cause, longest_name);
    line.append(" by ")
        .append(accepted_by(one.by))
        .append(", ")
        .append(counted(one.places, one.by == Accepted::By::comment ? "label" : "place"));
    if (!one.reason.empty()) line += ": " + one_line(one.reason, longest_sentence);
    out.push_back(std::move(line));
  }
  return out;
}

std::string coverage_line(const Verdict& verdict) {
  const std::size_t labels = verdict.coverage.size();
  if (labels == 0) return "";
  const std::size_t silent = uncovered_labels(verdict).size();
  if (silent == 0)
    return counted(labels, "label") + ", each with a parent of two rows at least once";
  return std::to_string(silent) + " of " + counted(labels, "label") +
         " never returned a parent of two rows; " +
         (silent == 1 ? "its silence proves nothing" : "their silence proves nothing");
}

std::vector<std::string> uncovered_labels(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const Coverage::Row& row : verdict.coverage) {
    if (row.covered()) continue;
    out.push_back(row.label.empty() ? "(no label)" : one_line(row.label, longest_label));
  }
  return out;
}

std::string set_up_line(const Verdict& verdict) {
  if (verdict.set_up_windows == 0) return "";
  return counted(verdict.set_up_windows, "window") + " of set-up left out";
}

std::vector<std::string> warning_lines(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const std::string& warning : verdict.warnings)
    out.push_back(one_line(warning, longest_sentence));
  return out;
}

}  // namespace onetrip
