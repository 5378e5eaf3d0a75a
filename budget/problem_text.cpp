#include "budget/problem_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "analyzer/sinks/finding_lines.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "budget/project_path.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_name = 120, longest_title = 300, longest_sql = 240;
/// Of what is compared and not only read: as long as a tag may be.
constexpr std::size_t longest_label = 1024;
constexpr std::size_t shown_places = 5;

struct KindWords {
  std::string_view limit, one, many;
};

KindWords words_of(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::finding:
      break;
    case Problem::Kind::statements:
      return {"max_statements", " statement", " statements"};
    case Problem::Kind::repeats:
      return {"max_repeats", " read", " reads"};
    case Problem::Kind::rows:
      return {"max_rows", " row", " rows"};
    case Problem::Kind::bytes:
      return {"max_bytes", " byte", " bytes"};
    case Problem::Kind::db_time:
      return {"max_db_time", " ms of database time", " ms of database time"};
  }
  return {"", " statement", " statements"};
}

/// "12", "95.417": whole where it is, at most three digits behind the point.
std::string number_text(double number) {
  std::array<char, 400> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rounded_ms(number),
                                 std::chars_format::fixed);
  return {digits.data(), end.ptr};
}

std::string figure(Problem::Kind kind, double number) {
  const KindWords words = words_of(kind);
  return number_text(number).append(number == 1 ? words.one : words.many);
}

std::string name_text(std::string_view name) {
  return one_line(name, longest_name);
}

/// A basic string of TOML.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string at_line(std::string_view file, unsigned line) {
  std::string out = name_text(file);
  if (line != 0) out += ":" + std::to_string(line);
  return out;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

/// Of what a test did outside requests, or in all of them together, the label is the test's name.
bool is_whole_test(const ProblemPlace& place) {
  return !place.test.empty() && place.label == place.test;
}

const ProblemPlace* worst_place(const Problem& problem) {
  return problem.places.empty() ? nullptr : &problem.places.front();
}

std::string place_text(const ProblemPlace& place, Problem::Kind kind) {
  std::string out = name_text(is_whole_test(place) ? std::string_view() : place.label);
  if (!place.test.empty()) out.append(out.empty() ? "" : " in ").append(name_text(place.test));
  if (out.empty()) out = "a request without a label";
  return out + ": " + figure(kind, static_cast<double>(place.count));
}

void add_places(std::vector<MessageLine>& lines, const Problem& problem, std::string_view label) {
  std::size_t seen = 0;
  for (const ProblemPlace& place : problem.places) {
    if (!label.empty() && place.label != label) continue;
    if (++seen > shown_places) continue;
    lines.push_back({seen == 1 ? "seen in" : "", place_text(place, problem.kind)});
  }
  if (seen > shown_places)
    lines.push_back({"", "and " + std::to_string(seen - shown_places) + " more"});
}

std::string repeat_text(const Problem& problem) {
  if (!problem.repeat) return "";
  return std::to_string(problem.repeat->count) +
         " times: " + one_line(problem.repeat->text, longest_sql);
}

/// A bare number, but for times.
std::string limit_figure(const Problem& problem) {
  const std::string number = number_text(problem.limit);
  return problem.kind == Problem::Kind::db_time ? number + " ms" : number;
}

/// `max_bytes = "1MiB", so 1048576`; `max_rows = 2000`.
std::string written_limit(const Problem& problem) {
  const std::string number = limit_figure(problem);
  const std::string text = name_text(problem.limit_text);
  std::string out(words_of(problem.kind).limit);
  out += " = ";
  if (text.empty() || text == number) return out + number;
  return out + (is_number(text) ? text : toml_string(text)) + ", so " + number;
}

/// The limit that would let it pass: whole, and written as the budget writes it.
std::string wider_limit(const Problem& problem) {
  const double whole = std::ceil(problem.value);
  std::string out(words_of(problem.kind).limit);
  out += " = " + number_text(whole);
  if (problem.kind != Problem::Kind::db_time) return out;
  return std::string(words_of(problem.kind).limit) + " = \"" + number_text(whole) + "ms\"";
}

std::string_view level_words(Severity level) {
  switch (level) {
    case Severity::error:
      return "an error";
    case Severity::warning:
      return "a warning";
    case Severity::info:
      break;
  }
  return "info";
}

/// What it is that took so much.
std::string_view taken_by(const Problem& problem) {
  if (problem.sum) return " in all requests of one test";
  const ProblemPlace* place = worst_place(problem);
  return place != nullptr && is_whole_test(*place) ? " in one test" : " in one request";
}

/// "none allowed: n-plus-one is an error"; "12 statements, as the baseline has".
std::string finding_limit(const Problem& problem) {
  if (problem.limit <= 0) {
    return "none allowed: " +
           problem_rule(problem).append(" is ").append(level_words(problem.level));
  }
  return figure(problem.kind, problem.limit) + ", as the baseline has";
}

/// The worst place's label, uncut.
std::string_view whole_label(const Problem& problem) {
  const ProblemPlace* place = worst_place(problem);
  if (place != nullptr) return place->label.empty() ? place->test : place->label;
  return problem.finding ? std::string_view(problem.finding->label) : std::string_view();
}

/// "onetrip-budget.toml"; "ci/budget.toml:14, or onetrip baseline update".
std::string accept_place(const Problem& problem, const ReportContext& context) {
  const bool here = problem.limit_file.empty() || problem.finding;
  std::string out = at_line(here ? context.budget_file : problem.limit_file,
                            problem.finding ? 0 : problem.limit_line);
  return problem.baseline && !problem.finding ? out + ", or onetrip baseline update" : out;
}

/// Each line of a text as one of a message.
void add_lines(std::vector<MessageLine>& lines, std::string_view key, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back({key, std::string(text.substr(0, end))});
    key = "";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::string problem_rule(const Problem& problem) {
  if (problem.kind != Problem::Kind::finding) return std::string(words_of(problem.kind).limit);
  return problem.finding ? name_text(problem.finding->rule) : std::string("finding");
}

std::string problem_label(const Problem& problem) {
  return name_text(whole_label(problem));
}

std::string problem_title(const Problem& problem) {
  if (problem.finding) return one_line(problem.finding->title, longest_title);
  std::string out = figure(problem.kind, problem.value);
  if (problem.kind == Problem::Kind::repeats && problem.repeat) {
    const Repeat& repeat = *problem.repeat;
    out = name_text(repeat.summary.empty() ? repeat.text : repeat.summary) + " was read " +
          number_text(problem.value) + " times";
  }
  out += taken_by(problem);
  return out + "; the limit is " + limit_figure(problem);
}

std::string problem_count(const Problem& problem) {
  if (problem.kind != Problem::Kind::finding) return figure(problem.kind, problem.value);
  const ProblemPlace* place = worst_place(problem);
  if (place != nullptr) return figure(problem.kind, static_cast<double>(place->count));
  if (!problem.finding) return "";
  return figure(problem.kind, static_cast<double>(problem.finding->evidence.count));
}

std::string problem_limit(const Problem& problem) {
  std::string out =
      problem.kind == Problem::Kind::finding ? finding_limit(problem) : written_limit(problem);
  const std::string where = at_line(problem.limit_file, problem.limit_line);
  return where.empty() ? out : out + " (" + where + ")";
}

std::string problem_baseline(const Problem& problem, const ReportContext& context) {
  const std::string file = name_text(context.baseline_file);
  const std::string of_file = file.empty() ? "" : " (" + file + ")";
  if (problem.baseline) return figure(problem.kind, *problem.baseline) + of_file;
  // Of a limit that rests on no baseline, nothing was looked up.
  if (file.empty() || problem.kind != Problem::Kind::finding) return "";
  if (problem.news == Problem::News::new_label)
    return "knows it, but not under this label" + of_file;
  return "knows nothing of it" + of_file;
}

std::string problem_accept(const Problem& problem, const ReportContext& context) {
  const std::string place = "# " + accept_place(problem, context) + "\n";
  if (problem.finding) {
    return place + "[[allow]]\ncause = " + toml_string(name_text(problem.finding->cause)) +
           "\nreason = \"say why\"";
  }
  if (problem.limit_line != 0) return place + wider_limit(problem);
  return place + "[[budget]]\nmatch = { label = " +
         toml_string(one_line(whole_label(problem), longest_label)) + " }\n" + wider_limit(problem);
}

Location problem_location(const Problem& problem, const ReportContext& context) {
  Location at;
  if (problem.finding && problem.finding->location && !problem.finding->location->file.empty()) {
    at = *problem.finding->location;
  } else {
    at.file = problem.limit_file.empty() ? context.budget_file : problem.limit_file;
    at.line = problem.limit_line;
  }
  at.file = project_path(at.file, context);
  at.line = std::max(at.line, 1U);
  return at;
}

std::string problem_key(const Problem& problem) {
  if (problem.finding) return name_text(problem.finding->cause);
  if (problem.sum) return problem_rule(problem) + " of tests";
  return problem_rule(problem) + " " + one_line(whole_label(problem), longest_label);
}

std::vector<MessageLine> problem_lines(const Problem& problem, const ReportContext& context,
                                       std::string_view label) {
  std::vector<MessageLine> lines;
  if (problem.finding) lines = finding_lines(*problem.finding);
  lines.push_back({"repeated", repeat_text(problem)});
  add_places(lines, problem, label);
  lines.push_back({"limit", problem_limit(problem)});
  lines.push_back({"baseline", problem_baseline(problem, context)});
  add_lines(lines, "accept", problem_accept(problem, context));
  std::erase_if(lines, [](const MessageLine& line) { return line.text.empty(); });
  return lines;
}

std::string problem_text(const Problem& problem, const ReportContext& context,
                         std::string_view label, Colour colour) {
  const std::string rule = problem_rule(problem), title = problem_title(problem);
  const std::string shown = label.empty() ? problem_label(problem) : name_text(label);
  return message_text({problem.level, rule, shown, title}, problem_lines(problem, context, label),
                      colour);
}

}  // namespace onetrip
