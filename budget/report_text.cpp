#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

constexpr std::size_t shown_warnings = 20, widest = 100;

void append_line(std::string& out, std::string_view line) {
  if (!line.empty()) out.append(line).append("\n");
}

/// Each as a line of its own, and how many more there are than are shown.
void append_some(std::string& out, std::string_view before, const std::vector<std::string>& lines,
                 std::size_t shown) {
  for (std::size_t i = 0; i < lines.size() && i < shown; ++i)
    out.append(before).append(lines[i]).append("\n");
  if (lines.size() > shown)
    out.append(before).append("and " + std::to_string(lines.size() - shown) + " more\n");
}

/// All of them, as many on a line as it has room for.
void append_wrapped(std::string& out, const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty() && line.size() + word.size() + 2 > widest) {
      append_line(out, line + ",");
      line.clear();
    }
    line += (line.empty() ? "  " : ", ") + word;
  }
  append_line(out, line);
}

void append_coverage(std::string& out, const Verdict& verdict) {
  const std::vector<std::string> silent = uncovered_labels(verdict);
  const std::string line = coverage_line(verdict);
  if (line.empty()) return;
  append_line(out, "coverage: " + line + (silent.empty() ? "" : ":"));
  append_wrapped(out, silent);
}

}  // namespace

std::string write_text(const Verdict& verdict, const ReportContext& context) {
  const Colour colour = context.colour ? Colour::on : Colour::off;
  std::string out;
  for (const Problem& problem : verdict.problems)
    out += problem_text(problem, context, {}, colour) + "\n";
  const std::string accepted = accepted_line(verdict);
  if (!accepted.empty()) append_line(out, "accepted: " + accepted);
  append_some(out, "warning: ", warning_lines(verdict), shown_warnings);
  append_coverage(out, verdict);
  append_line(out, set_up_line(verdict));
  append_line(out, verdict_line(verdict));
  return out;
}

}  // namespace onetrip
