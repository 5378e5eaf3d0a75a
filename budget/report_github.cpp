#include <algorithm>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

/// GitHub shows so many of a step; where there are more, the last one speaks for the rest.
constexpr std::size_t most_shown = 10;
constexpr std::size_t most_named = 10, longest_path = 1024;

struct Annotation {
  Severity level = Severity::info;
  std::string file;  ///< empty: of no line
  unsigned line = 0;
  std::string title, message;
};

/// Workflow commands write what they take for themselves as %XX.
std::string escaped(std::string_view text, std::string_view special) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

std::string message_value(std::string_view text) {
  return escaped(text, "%\r\n");
}

std::string property_value(std::string_view text) {
  return escaped(text, "%\r\n:,");
}

std::string_view command_of(Severity level) {
  switch (level) {
    case Severity::error:
      return "::error ";
    case Severity::warning:
      return "::warning ";
    case Severity::info:
      break;
  }
  return "::notice ";
}

void append(std::string& out, const Annotation& annotation) {
  out += command_of(annotation.level);
  if (!annotation.file.empty()) {
    out += "file=" + property_value(annotation.file) + ",line=" + std::to_string(annotation.line) +
           ",";
  }
  out += "title=" + property_value(annotation.title) + "::" + message_value(annotation.message);
  out += "\n";
}

Annotation annotation_of(const Problem& problem, const ReportContext& context) {
  const Location at = problem_location(problem, context);
  std::string message = problem_text(problem, context);
  message.pop_back();  // its last line feed
  return {problem.level, one_line(at.file, longest_path), at.line,
          problem_rule(problem) + ": " + problem_label(problem), std::move(message)};
}

std::vector<Annotation> annotations_of(const Verdict& verdict, const ReportContext& context) {
  std::vector<Annotation> out;
  for (const Problem& problem : verdict.problems) out.push_back(annotation_of(problem, context));
  for (std::string& warning : warning_lines(verdict))
    out.push_back({Severity::warning, "", 0, "onetrip", std::move(warning)});
  std::stable_sort(out.begin(), out.end(),
                   [](const Annotation& a, const Annotation& b) { return a.level > b.level; });
  return out;
}

/// What is silent and proves nothing; empty when all labels speak.
std::string coverage_message(const Verdict& verdict, const ReportContext& context) {
  const std::vector<std::string> silent = uncovered_labels(verdict);
  if (silent.empty()) return "";
  // The step's summary has all of them; where none is written, this has to.
  const std::size_t named = context.summary ? std::min(silent.size(), most_named) : silent.size();
  std::string out = coverage_line(verdict) + ":";
  for (std::size_t i = 0; i < named; ++i) out += "\n  " + silent[i];
  if (silent.size() > named)
    out += "\n  and " + std::to_string(silent.size() - named) + " more, in the step's summary";
  return out;
}

}  // namespace

std::string write_github(const Verdict& verdict, const ReportContext& context) {
  const std::vector<Annotation> all = annotations_of(verdict, context);
  const std::string coverage = coverage_message(verdict, context);
  const std::size_t lines = all.size() + (coverage.empty() ? 0 : 1);
  const std::size_t shown = lines <= most_shown ? all.size() : most_shown - 1;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) append(out, all[i]);

  Annotation last{Severity::info, "", 0, "onetrip", ""};
  if (shown < all.size()) {
    last.level = all[shown].level;
    last.message = std::to_string(all.size() - shown) + " more; " + verdict_line(verdict);
  }
  if (!coverage.empty()) last.message += (last.message.empty() ? "" : "\n") + coverage;
  if (!last.message.empty()) append(out, last);
  return out.empty() ? "\n" : out;
}

}  // namespace onetrip
