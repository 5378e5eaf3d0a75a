#include <algorithm>
#include <boost/json.hpp>

#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

std::string_view to_string(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::finding:
      return "finding";
    case Problem::Kind::statements:
      return "statements";
    case Problem::Kind::repeats:
      return "repeats";
    case Problem::Kind::rows:
      return "rows";
    case Problem::Kind::bytes:
      return "bytes";
    case Problem::Kind::db_time:
      return "db_time";
  }
  return "";
}

std::string_view to_string(Problem::News news) {
  switch (news) {
    case Problem::News::fresh:
      return "fresh";
    case Problem::News::new_label:
      return "new_label";
    case Problem::News::worsened:
      return "worsened";
  }
  return "";
}

std::string_view to_string(Accepted::By by) {
  switch (by) {
    case Accepted::By::budget:
      return "budget";
    case Accepted::By::comment:
      return "comment";
    case Accepted::By::baseline:
      return "baseline";
  }
  return "";
}

json::value known(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

/// A whole number is written as one.
json::value number(double value) {
  const double rounded = rounded_ms(value);
  if (rounded >= 0 && rounded < 9e15 &&
      rounded == static_cast<double>(static_cast<std::uint64_t>(rounded)))
    return static_cast<std::uint64_t>(rounded);
  return rounded;
}

json::array places_json(const std::vector<ProblemPlace>& places) {
  json::array out;
  for (const ProblemPlace& place : places)
    out.push_back({{"test", known(place.test)}, {"label", place.label}, {"count", place.count}});
  return out;
}

json::value limit_json(const Problem& problem) {
  if (problem.kind == Problem::Kind::finding && problem.limit <= 0 && problem.limit_line == 0)
    return nullptr;
  json::object out;
  out["value"] = number(problem.limit);
  out["text"] = known(problem.limit_text);
  out["file"] = known(problem.limit_file);
  out["line"] = problem.limit_line == 0 ? json::value(nullptr) : json::value(problem.limit_line);
  return out;
}

json::value repeat_json(const std::optional<Repeat>& repeat) {
  if (!repeat) return nullptr;
  return {{"fingerprint", repeat->fingerprint},
          {"summary", repeat->summary},
          {"text", repeat->text},
          {"count", repeat->count}};
}

json::object problem_json(const Problem& problem, const ReportContext& context) {
  json::object out;
  out["kind"] = to_string(problem.kind);
  out["rule"] = problem_rule(problem);
  out["level"] = onetrip::to_string(problem.level);
  out["news"] = to_string(problem.news);
  out["title"] = problem_title(problem);
  out["sum"] = problem.sum;
  out["value"] = problem.kind == Problem::Kind::finding
                     ? json::value(problem.places.empty() ? 0 : problem.places.front().count)
                     : number(problem.value);
  out["limit"] = limit_json(problem);
  out["baseline"] = problem.baseline ? number(*problem.baseline) : json::value(nullptr);
  out["repeat"] = repeat_json(problem.repeat);
  out["accept"] = problem_accept(problem, context);
  out["places"] = places_json(problem.places);
  out["finding"] = problem.finding ? json::value(finding_json(*problem.finding)) : nullptr;
  return out;
}

json::object totals_json(const Verdict& verdict) {
  const LevelCounts counts = level_counts(verdict);
  return {{"tests", verdict.tests},
          {"requests", verdict.requests},
          {"set_up_windows", verdict.set_up_windows},
          {"findings", verdict.findings},
          {"errors", counts.errors},
          {"warnings", counts.warnings},
          {"infos", counts.infos}};
}

json::array accepted_json(const std::vector<Accepted>& accepted) {
  json::array out;
  for (const Accepted& one : accepted) {
    out.push_back({{"by", to_string(one.by)},
                   {"rule", known(one.rule)},
                   {"cause", known(one.cause)},
                   {"reason", known(one.reason)},
                   {"places", one.places}});
  }
  return out;
}

json::object coverage_json(const Verdict& verdict) {
  const std::vector<Coverage::Row>& rows = verdict.coverage;
  json::array uncovered;
  for (const Coverage::Row& row : rows) {
    if (row.covered()) continue;
    uncovered.push_back(
        {{"label", row.label}, {"windows", row.windows}, {"most_rows", row.most_rows}});
  }
  return {{"summary", known(coverage_line(verdict))},
          {"labels", rows.size()},
          {"covered", rows.size() - uncovered.size()},
          {"uncovered", std::move(uncovered)}};
}

}  // namespace

std::string write_json(const Verdict& verdict, const ReportContext& context) {
  json::object out;
  out["schema_version"] = 1;
  out["verdict"] = verdict.broken() ? "broken" : "kept";
  out["version"] = known(context.version);
  out["budget"] = known(context.judged_by);
  out["baseline"] = known(context.baseline_file);
  out["totals"] = totals_json(verdict);
  json::array problems;
  for (const Problem& problem : verdict.problems)
    problems.push_back(problem_json(problem, context));
  out["problems"] = std::move(problems);
  out["accepted"] = accepted_json(verdict.accepted);
  json::array warnings;
  for (const std::string& warning : verdict.warnings) warnings.emplace_back(warning);
  out["warnings"] = std::move(warnings);
  out["coverage"] = coverage_json(verdict);
  out["shown"] = {{"counted", verdict.shown.counted},
                  {"baseline", json::parse(baseline_text(verdict.shown.baseline))}};
  return to_json_text(out) + "\n";
}

}  // namespace onetrip
