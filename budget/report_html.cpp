#include "analyzer/sinks/safe_text.hpp"
#include "budget/markup.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_path = 1024;

/// Nothing is loaded, and the browser is told to load nothing.
constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Onetrip</title>
<style>
:root { --text: #1c1e21; --back: #fff; --line: #d5d8dc; --dim: #5b6169; --error: #b3261e; --warning: #8a5a00; --info: #0b5cad }
@media (prefers-color-scheme: dark) {
:root { --text: #e3e5e8; --back: #16181b; --line: #3a3e44; --dim: #a0a6ae; --error: #ff8a80; --warning: #f2c14e; --info: #7ab8ff }
}
body { margin: 1.5rem; color: var(--text); background: var(--back); font: 15px/1.45 system-ui, sans-serif }
h1 { font-size: 1.25rem } h2 { font-size: 1.05rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; max-width: 26rem; overflow-wrap: break-word }
tr.head td { border-bottom: 0 }
th { color: var(--dim); font-weight: 600 }
pre { margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
summary { color: var(--dim); cursor: pointer }
.error { color: var(--error) } .warning { color: var(--warning) } .info { color: var(--info) }
</style>
)";

std::string element(const std::string& tag, std::string_view text) {
  return "<" + tag + ">" + markup(text) + "</" + tag + ">";
}

/// What it is, and below it all of it, folded.
std::string rows(const Problem& problem, const ReportContext& context) {
  const Location at = problem_location(problem, context);
  const std::string level(to_string(problem.level));
  return "<tr class=\"head\"><td class=\"" + level + "\">" + level + "</td>" +
         element("td", problem_rule(problem)) + element("td", problem_label(problem)) +
         element("td", problem_title(problem)) + element("td", problem_count(problem)) +
         element("td", problem_limit(problem)) + element("td", problem_baseline(problem, context)) +
         element("td", one_line(at.file, longest_path) + ":" + std::to_string(at.line)) +
         "</tr>\n<tr><td colspan=\"8\"><details><summary>Details</summary>" +
         element("pre", problem_text(problem, context)) + "</details></td></tr>\n";
}

std::string table(const Verdict& verdict, const ReportContext& context) {
  if (verdict.problems.empty()) return "";
  std::string out = "<table>\n<thead><tr>";
  for (const char* name :
       {"Level", "Budget", "Request", "Problem", "Count", "Limit", "Baseline", "Where"})
    out += "<th scope=\"col\">" + std::string(name) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const Problem& problem : verdict.problems) out += rows(problem, context);
  return out + "</tbody>\n</table>\n";
}

std::string section(const std::string& title, const std::string& sentence,
                    const std::vector<std::string>& lines) {
  if (sentence.empty() && lines.empty()) return "";
  std::string out = element("h2", title) + "\n";
  if (!sentence.empty()) out += element("p", sentence) + "\n";
  if (lines.empty()) return out;
  out += "<ul>\n";
  for (const std::string& line : lines) out += element("li", line) + "\n";
  return out + "</ul>\n";
}

}  // namespace

std::string write_html(const Verdict& verdict, const ReportContext& context) {
  std::string out(head);
  out += element("h1", verdict_line(verdict)) + "\n" + table(verdict, context);
  out += section("Accepted", accepted_line(verdict), accepted_reasons(verdict));
  out += section("Warnings", "", warning_lines(verdict));
  out += section("Coverage", coverage_line(verdict), uncovered_labels(verdict));
  out += section("Set-up", set_up_line(verdict), {});
  return out + "</html>\n";
}

}  // namespace onetrip
