#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "budget/problem_text.hpp"
#include "budget/report_writers.hpp"
#include "budget/verdict_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

std::string_view level_name(Severity level) {
  switch (level) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "note";
}

/// A message's text. `[a](b)` would be a link in it.
json::object message(std::string text) {
  for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at))
    text.insert(at + 1, " ");
  return {{"text", std::move(text)}};
}

bool is_plain_in_uri(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

/// A path as a URI reference: relative to the sources, or file:// where it is absolute.
std::string uri_of(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  while (path.starts_with("./")) path.remove_prefix(2);
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (is_plain_in_uri(c)) {
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

json::object location_json(const Problem& problem, const ReportContext& context) {
  const Location at = problem_location(problem, context);
  json::object artifact{{"uri", uri_of(at.file)}};
  if (!at.file.starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  json::object out;
  out["physicalLocation"] = {{"artifactLocation", std::move(artifact)},
                             {"region", {{"startLine", at.line}}}};
  const std::string label = problem_label(problem);
  if (!label.empty()) out["logicalLocations"] = json::array{{{"fullyQualifiedName", label}}};
  return out;
}

/// The title as a first sentence, since lists of results show no more; below it all the rest.
std::string message_of(const Problem& problem, const ReportContext& context) {
  const std::string label = problem_label(problem);
  std::string out = (label.empty() ? "" : label + ": ") + problem_title(problem) + ".";
  const std::string block = problem_text(problem, context);
  out += block.substr(block.find('\n'));
  out.pop_back();
  return out;
}

/// What a rule's page says under "What it detects", as one line; empty without a page.
std::string detects(std::string_view page) {
  constexpr std::string_view title = "## What it detects\n";
  const std::size_t at = page.find(title);
  if (at == std::string_view::npos) return "";
  page.remove_prefix(at + title.size());
  return one_line(page.substr(0, page.find("\n\n")), 1000);
}

/// Up to the first full stop or colon.
std::string first_sentence(const std::string& text) {
  const std::size_t end = std::min({text.find(". "), text.find(": "), text.size()});
  std::string out = text.substr(0, end);
  return out.empty() || out.ends_with('.') ? out : out + ".";
}

std::string limit_detects(const std::string& rule) {
  return "One request took more than " + rule + " of its budget allows.";
}

std::string limit_help(const std::string& rule) {
  return "Let the request take less, or raise " + rule +
         " where the budget has it. A limit that rests on the baseline is raised by `onetrip "
         "baseline "
         "update`.";
}

json::object rule_json(const Problem& problem, const ReportContext& context) {
  const std::string rule = problem_rule(problem);
  const bool limit = problem.kind != Problem::Kind::finding;
  const std::string page(context.rule_page == nullptr ? "" : context.rule_page(rule));
  const std::string help = limit ? limit_help(rule) : page;
  std::string full = limit ? limit_detects(rule) : detects(page);
  if (full.empty()) full = rule + ".";
  json::object out;
  out["id"] = rule;
  out["shortDescription"] = {{"text", first_sentence(full)}};
  out["fullDescription"] = {{"text", full}};
  if (!help.empty()) out["help"] = {{"text", help}, {"markdown", help}};
  out["defaultConfiguration"] = {{"level", level_name(problem.level)}};
  return out;
}

/// The rules of a verdict, each once, and where in the list each stands.
class Rules {
 public:
  Rules(const Verdict& verdict, const ReportContext& context) {
    for (const Problem& problem : verdict.problems)
      if (places_.try_emplace(problem_rule(problem), list_.size()).second)
        list_.push_back(rule_json(problem, context));
  }
  std::size_t place(const std::string& rule) const { return places_.at(rule); }
  json::array take() { return std::move(list_); }

 private:
  std::map<std::string, std::size_t> places_;
  json::array list_;
};

json::object result_json(const Problem& problem, const Rules& rules, const ReportContext& context) {
  const std::string rule = problem_rule(problem);
  json::object out;
  out["ruleId"] = rule;
  out["ruleIndex"] = rules.place(rule);
  out["level"] = level_name(problem.level);
  out["message"] = message(message_of(problem, context));
  out["locations"] = json::array{location_json(problem, context)};
  out["partialFingerprints"] = {{"onetripCause/v1", problem_key(problem)}};
  out["occurrenceCount"] = std::max<std::size_t>(problem.places.size(), 1);
  return out;
}

/// What belongs to no result: warnings, what is accepted, coverage.
json::array notifications(const Verdict& verdict) {
  json::array out;
  const auto add = [&out](std::string_view level, std::string text) {
    if (!text.empty()) out.push_back({{"level", level}, {"message", message(std::move(text))}});
  };
  for (std::string& warning : warning_lines(verdict)) add("warning", std::move(warning));
  std::string accepted = accepted_line(verdict);
  if (!accepted.empty()) accepted = "Accepted: " + accepted;
  for (const std::string& reason : accepted_reasons(verdict)) accepted += "\n" + reason;
  add("note", std::move(accepted));
  std::string coverage = coverage_line(verdict);
  for (const std::string& label : uncovered_labels(verdict)) coverage += "\n" + label;
  add("note", std::move(coverage));
  add("note", verdict_line(verdict));
  return out;
}

}  // namespace

std::string write_sarif(const Verdict& verdict, const ReportContext& context) {
  Rules rules(verdict, context);
  json::array results;
  for (const Problem& problem : verdict.problems)
    results.push_back(result_json(problem, rules, context));
  json::object driver{{"name", "Onetrip"}};
  if (!context.version.empty()) driver["version"] = context.version;
  driver["rules"] = rules.take();
  json::object run;
  run["tool"] = {{"driver", std::move(driver)}};
  run["invocations"] = json::array{
      {{"executionSuccessful", true}, {"toolExecutionNotifications", notifications(verdict)}}};
  run["results"] = std::move(results);
  json::object out;
  out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = json::array{std::move(run)};
  return to_json_text(out) + "\n";
}

}  // namespace onetrip
