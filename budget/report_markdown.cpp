#include <algorithm>

#include "analyzer/sinks/safe_text.hpp"
#include "analyzer/statement_trips.hpp"
#include "budget/markup.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

/// GitHub takes 1 MiB for a step's summary. The table and each list beside the problems have a
/// share, that of silent labels room for all that coverage keeps; the rest is for the details.
constexpr std::size_t most_bytes = 1'000'000, table_share = 300'000, list_share = 60'000,
                      coverage_share = 400'000;
constexpr std::size_t longest_path = 200;

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) longest = std::max(longest, run = c == of ? run + 1 : 0);
  return longest;
}

/// Text between backticks, more of them than it has itself: nothing in it is Markdown, HTML or a
/// name that would be notified.
std::string code_span(std::string_view text) {
  if (text.empty()) return "";
  const std::string fence(longest_run(text, '`') + 1, '`');
  const std::string_view apart = text.starts_with('`') || text.ends_with('`') ? " " : "";
  std::string out = fence;
  return out.append(apart).append(text).append(apart).append(fence);
}

/// A bar would end the cell, in code too.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string code_block(std::string_view text) {
  const std::string fence(std::max<std::size_t>(longest_run(text, '`') + 1, 3), '`');
  return fence + "text\n" + std::string(text) + fence + "\n";
}

std::string folded(const std::string& summary, const std::string& body) {
  return "<details><summary>" + summary + "</summary>\n\n" + body + "\n</details>\n\n";
}

/// Adds pieces while they fit; says how many did not.
std::size_t add_while_fits(std::string& out, const std::vector<std::string>& pieces,
                           std::size_t share) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    used += pieces[i].size();
    if (used > share) return pieces.size() - i;
    out += pieces[i];
  }
  return 0;
}

std::string table_row(const Problem& problem, const ReportContext& context) {
  const Location at = problem_location(problem, context);
  const std::string where = one_line(at.file, longest_path) + ":" + std::to_string(at.line);
  std::string out = "| ";
  out += to_string(problem.level);
  for (const std::string& text :
       {problem_rule(problem), problem_label(problem), problem_title(problem),
        problem_count(problem), problem_limit(problem), problem_baseline(problem, context), where})
    out += " | " + cell(code_span(text));
  return out + " |\n";
}

void add_table(std::string& out, const Verdict& verdict, const ReportContext& context) {
  if (verdict.problems.empty()) return;
  out +=
      "| level | budget | request | problem | count | limit | baseline | where |\n"
      "|---|---|---|---|---|---|---|---|\n";
  std::vector<std::string> rows;
  for (const Problem& problem : verdict.problems) rows.push_back(table_row(problem, context));
  const std::size_t left = add_while_fits(out, rows, table_share);
  if (left > 0) out += "| | | | " + counted(left, "more problem") + " | | | | |\n";
  out += "\n";
}

std::string details(const Problem& problem, const ReportContext& context) {
  std::string summary(to_string(problem.level));
  summary += " <code>" + markup(problem_rule(problem)) + "</code> <code>" +
             markup(problem_label(problem)) + "</code>: <code>" + markup(problem_title(problem)) +
             "</code>";
  return folded(summary, code_block(problem_text(problem, context)));
}

/// A list under its sentence, cut where the share ends.
void add_list(std::string& out, const std::string& sentence, const std::vector<std::string>& lines,
              std::size_t share = list_share) {
  if (sentence.empty()) return;
  if (lines.empty()) {
    out += sentence + "\n\n";
    return;
  }
  std::vector<std::string> items;
  for (const std::string& line : lines) items.push_back("- " + code_span(line) + "\n");
  std::string body;
  const std::size_t left = add_while_fits(body, items, share);
  if (left > 0) body += "- and " + std::to_string(left) + " more\n";
  out += folded(sentence, body);
}

std::string beside(const Verdict& verdict) {
  std::string out;
  const std::string accepted = accepted_line(verdict);
  add_list(out, accepted.empty() ? "" : "Accepted: " + accepted, accepted_reasons(verdict));
  const std::vector<std::string> warnings = warning_lines(verdict);
  add_list(out, warnings.empty() ? "" : counted(warnings.size(), "warning") + " of the budget",
           warnings);
  const std::string coverage = coverage_line(verdict);
  add_list(out, coverage.empty() ? "" : "Coverage: " + coverage, uncovered_labels(verdict),
           coverage_share);
  add_list(out, set_up_line(verdict), {});
  return out;
}

}  // namespace

std::string write_markdown(const Verdict& verdict, const ReportContext& context) {
  std::string out = "### " + verdict_line(verdict) + "\n\n";
  add_table(out, verdict, context);
  const std::string after = beside(verdict);
  std::vector<std::string> pieces;
  for (const Problem& problem : verdict.problems) pieces.push_back(details(problem, context));
  const std::string cut =
      " not shown in detail: a summary holds 1 MiB. The report in JSON has all.\n\n";
  const std::size_t used = out.size() + after.size() + cut.size() + 100;
  const std::size_t left = add_while_fits(out, pieces, most_bytes - used);
  if (left > 0) out += counted(left, "problem") + cut;
  out += after;
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace onetrip
