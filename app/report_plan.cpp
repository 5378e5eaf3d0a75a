#include "app/report_plan.hpp"

#include <algorithm>

#include "budget/nearest.hpp"

namespace onetrip {
namespace {

using Place = WantedReport::Place;

ReportError no_format(const std::string& name) {
  std::vector<std::string> names;
  std::string list;
  for (const std::string_view known : report_formats()) {
    names.emplace_back(known);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  return {"there is no report format `" + name + "`." + did_you_mean(name, names) +
          " There are: " + list};
}

void add_github(const Environment& environment, ReportPlan& plan) {
  if (variable(environment, "GITHUB_ACTIONS") != "true") return;
  if (!plan.has(ReportFormat::github) && !plan.has(Place::standard_output))
    plan.reports.push_back({ReportFormat::github, Place::standard_output, ""});
  const std::string summary = variable(environment, "GITHUB_STEP_SUMMARY");
  if (!summary.empty()) plan.reports.push_back({ReportFormat::markdown, Place::summary, summary});
}

void add_gitlab(const Environment& environment, ReportPlan& plan) {
  if (variable(environment, "GITLAB_CI").empty() || plan.has(ReportFormat::gitlab)) return;
  plan.hints.emplace_back(
      "a merge request shows this when the job says --report gitlab=gl-code-quality-report.json, "
      "and names that file in artifacts:reports:codequality");
}

}  // namespace

bool ReportPlan::has(Place place) const {
  return std::any_of(reports.begin(), reports.end(),
                     [&](const WantedReport& one) { return one.place == place; });
}

bool ReportPlan::has(ReportFormat format) const {
  return std::any_of(reports.begin(), reports.end(),
                     [&](const WantedReport& one) { return one.format == format; });
}

std::variant<ReportPlan, ReportError> plan_reports(const std::vector<std::string>& wanted,
                                                   const Environment& environment, TextPlace text) {
  ReportPlan plan;
  for (const std::string& one : wanted) {
    const std::size_t equals = one.find('=');
    const std::string name = one.substr(0, equals);
    const auto format = report_format(name);
    if (!format) return no_format(name);
    const std::string path = equals == std::string::npos ? "" : one.substr(equals + 1);
    if (path.empty() && equals != std::string::npos)
      return ReportError{"the report `" + one + "` names no file after ="};
    if (path.empty() && plan.has(Place::standard_output)) {
      return ReportError{
          "only one report can go to standard output: give the others a file, as in " + name +
          "=PATH"};
    }
    for (const WantedReport& other : plan.reports)
      if (!path.empty() && other.path == path)
        return ReportError{"two reports would go to " + path};
    plan.reports.push_back({*format, path.empty() ? Place::standard_output : Place::file, path});
  }
  const bool has_text = plan.has(ReportFormat::text);
  const bool free = !plan.has(Place::standard_output);
  if (text != TextPlace::nowhere) {
    add_github(environment, plan);
    add_gitlab(environment, plan);
  }
  // Last: it is what people see at the end.
  if (has_text || text == TextPlace::nowhere) return plan;
  const bool out = text == TextPlace::standard_output && free;
  plan.reports.push_back(
      {ReportFormat::text, out ? Place::standard_output : Place::standard_error, ""});
  return plan;
}

}  // namespace onetrip
