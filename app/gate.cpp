#include "app/gate.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "app/say.hpp"
#include "app/version.hpp"
#include "app/whole_file.hpp"
#include "budget/record_json.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

using Place = WantedReport::Place;

/// The file that is named, else the one of this folder when it is there; empty: none.
std::string chosen(const std::string& named, const char* standard) {
  if (!named.empty()) return named;
  std::error_code ignored;
  return std::filesystem::exists(standard, ignored) ? standard : "";
}

/// --budget, else what the configuration names; empty: none is named. A configuration that is wrong
/// may have meant one.
std::optional<std::string> named_budget(const Options& options, const Environment& environment) {
  if (!options.budget.empty()) return options.budget;
  const std::vector<ConfigError> faults = faults_of_file(options);
  for (const ConfigError& fault : faults) say(fault.text());
  if (!faults.empty()) return std::nullopt;
  return load_for(options, environment).config.budget;
}

std::optional<std::string> read_or_say(const std::string& file) {
  std::string text;
  if (read_file(file, text)) return text;
  say("cannot read " + file);
  return std::nullopt;
}

std::optional<Budget> read_budget(const std::string& file) {
  const auto text = file.empty() ? std::optional<std::string>("version = 1") : read_or_say(file);
  if (!text) return std::nullopt;
  auto parsed = parse_budget(*text, file, rule_names());
  if (auto* budget = std::get_if<Budget>(&parsed)) return std::move(*budget);
  for (const BudgetError& error : std::get<std::vector<BudgetError>>(parsed)) say(error.text());
  return std::nullopt;
}

std::chrono::year_month_day today() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

/// Files by their own way, whatever links lead there; as it is where there is no such file.
std::string real_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

/// The project's folder, which its pipeline names, else this one.
std::string project_folder(const Environment& environment) {
  for (const char* name : {"CI_PROJECT_DIR", "GITHUB_WORKSPACE"})
    if (const std::string folder = variable(environment, name); !folder.empty())
      return real_path(folder);
  return real_path(".");
}

WantedRequests wanted_requests(const Verdict& verdict) {
  WantedRequests out;
  const auto add = [](std::vector<std::string>& list, const std::string& one) {
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
  };
  for (const Problem& problem : verdict.problems) {
    if (problem.finding) {
      add(out.windows, problem.finding->window.id);
    } else if (!problem.places.empty() && !problem.places.front().label.empty()) {
      add(out.labels, problem.places.front().label);
    }
  }
  return out;
}

}  // namespace

std::variant<Gate, Exit> Gate::open(const Options& options, const Environment& environment,
                                    TextPlace text) {
  Gate gate;
  auto plan = plan_reports(options.reports, environment, text);
  if (const auto* error = std::get_if<ReportError>(&plan)) {
    say(error->message);
    return Exit::usage;
  }
  gate.plan_ = std::get<ReportPlan>(std::move(plan));
  const auto named = named_budget(options, environment);
  if (!named) return Exit::usage;
  auto budget = read_budget(chosen(*named, default_budget_file));
  if (!budget) return Exit::usage;
  gate.budget_ = std::move(*budget);
  gate.baseline_file_ = chosen(options.baseline, default_baseline_file);
  if (!gate.baseline_file_.empty()) {
    gate.baseline_ = read_baseline(gate.baseline_file_);
    if (!gate.baseline_) return Exit::usage;
  }
  gate.project_ = project_folder(environment);
  gate.no_color_ = !variable(environment, "NO_COLOR").empty();
  try {
    for (const WantedReport& report : gate.plan_.reports)
      if (report.place == Place::file) check_writable(report.path);
  } catch (const std::runtime_error& error) {
    say(error.what());
    return Exit::unable;
  }
  return gate;
}

Gate::Outcome Gate::judge(const Record& record, const AskWitness& ask) const {
  const Verdict verdict =
      onetrip::judge(record, budget_, baseline_ ? &*baseline_ : nullptr, today());
  ReportContext told = context();
  if (ask && plan_.has(ReportFormat::html)) told.witness = ask(wanted_requests(verdict));
  bool all = true;
  for (const WantedReport& report : plan_.reports) all = write(report, verdict, told) && all;
  for (const std::string& hint : plan_.hints) say(hint);
  return {verdict.broken(), all};
}

bool Gate::coloured(Place place) const {
  if (no_color_ || place == Place::file || place == Place::summary) return false;
  return ::isatty(place == Place::standard_output ? STDOUT_FILENO : STDERR_FILENO) != 0;
}

ReportContext Gate::context() const {
  ReportContext out;
  if (!budget_.file.empty()) out.budget_file = budget_.file;
  out.judged_by = budget_.file;
  out.baseline_file = baseline_file_;
  out.version = version;
  out.project = project_;
  out.folder = real_path(".");
  out.summary = plan_.has(Place::summary);
  out.rule_page = rule_page;
  return out;
}

bool Gate::write(const WantedReport& report, const Verdict& verdict, ReportContext& context) const {
  context.colour = coloured(report.place);
  const std::string text = write_report(report.format, verdict, context);
  if (report.place == Place::file) return write_or_say(report.path, text);
  try {
    if (report.place == Place::summary) {
      append_to(report.path, text);
    } else {
      write_to(report.place == Place::standard_output ? STDOUT_FILENO : STDERR_FILENO, text);
    }
  } catch (const std::runtime_error& error) {
    say(error.what());
    return false;
  }
  return true;
}

std::optional<Record> read_records(const std::vector<std::string>& files) {
  std::vector<Record> records;
  for (const std::string& file : files) {
    const auto text = read_or_say(file);
    if (!text) return std::nullopt;
    auto parsed = parse_record(*text, file);
    if (const auto* error = std::get_if<BudgetError>(&parsed)) {
      say(error->text());
      return std::nullopt;
    }
    records.push_back(std::get<Record>(std::move(parsed)));
  }
  return merge(records);
}

std::optional<Baseline> read_baseline(const std::string& file) {
  const auto text = read_or_say(file);
  if (!text) return std::nullopt;
  auto parsed = parse_baseline(*text, file);
  if (auto* baseline = std::get_if<Baseline>(&parsed)) return std::move(*baseline);
  say(std::get<BudgetError>(parsed).text());
  return std::nullopt;
}

bool write_or_say(const std::string& file, std::string_view content) {
  try {
    write_whole(file, content);
    return true;
  } catch (const std::runtime_error& error) {
    say(error.what());
    return false;
  }
}

}  // namespace onetrip
