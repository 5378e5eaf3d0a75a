#include "app/analyze_report.hpp"

#include <boost/json.hpp>
#include <map>
#include <numeric>

#include "analyzer/bounds.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::string_view name_of(InputFormat format) {
  switch (format) {
    case InputFormat::csvlog:
      return "csvlog";
    case InputFormat::jsonlog:
      return "jsonlog";
    default:
      return "SQL text";
  }
}

std::string counted(std::uint64_t number, const std::string& one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

std::uint64_t sum(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t all, const auto& one) { return all + one.second; });
}

//   3 (2 cut, 1 not_csv)
std::string by_reason(const Counts& counts) {
  std::string reasons;
  for (const auto& [reason, number] : counts)
    reasons += (reasons.empty() ? "" : ", ") + std::to_string(number) + " " + reason;
  return std::to_string(sum(counts)) + " (" + reasons + ")";
}

std::uint64_t windows_of(const Analysis& analysis) {
  const auto& opened = analysis.engine.windows.opened;
  return std::accumulate(std::begin(opened), std::end(opened), std::uint64_t{0});
}

std::string time_of(Time time) {
  return rfc3339(time / std::chrono::milliseconds(1));
}

std::string catalog_sentence(const Analysis& analysis) {
  if (analysis.catalog.empty())
    return "No catalog was given, so nothing is known of keys: `onetrip catalog export --dsn URL "
           "-o "
           "FILE` writes one for --catalog FILE.";
  if (analysis.databases.contains(analysis.catalog)) return "";
  return "The catalog describes database " + analysis.catalog +
         ", of which nothing was read: nothing is known of the keys of what was.";
}

std::vector<std::string> totals(const Analysis& analysis) {
  const Engine::Counters& engine = analysis.engine;
  std::string first = counted(analysis.log.statements, "statement") + " of " +
                      counted(analysis.log.sessions, "session") + " in " +
                      counted(windows_of(analysis), "window") + ": " +
                      counted(analysis.findings.size(), "finding");
  std::vector<std::string> lines{std::move(first)};
  if (!analysis.faults.empty())
    lines.push_back("entries not understood: " + by_reason(analysis.faults));
  if (!engine.unparsable.empty())
    lines.push_back("statements not understood: " + by_reason(engine.unparsable));
  if (engine.set_up_windows != 0)
    lines.push_back(counted(engine.set_up_windows, "window") +
                    " with DDL or migrations: set-up, not judged");
  if (engine.ignored_executions != 0)
    lines.push_back(counted(engine.ignored_executions, "statement") +
                    " of sessions that [ignore] names: left out");
  if (engine.windows.saturated != 0)
    lines.push_back(counted(engine.windows.saturated, "window") +
                    " may hold several requests: tags in comments would tell them apart");
  for (const Bound& bound : bounds_of(engine)) {
    if (bound.count != 0) lines.push_back(text_of(bound));
  }
  return lines;
}

boost::json::object totals_json(const Analysis& analysis) {
  const auto counts_json = [](const Counts& counts) {
    boost::json::object out;
    for (const auto& [reason, number] : counts) out[reason] = number;
    return out;
  };
  const bool is_log = analysis.format != InputFormat::sql;
  boost::json::object out;
  out["entries"] = is_log ? boost::json::value(analysis.log.entries) : nullptr;
  out["statements"] = analysis.log.statements;
  out["with_duration"] = analysis.log.timed;
  out["sessions"] = analysis.log.sessions;
  out["windows"] = windows_of(analysis);
  out["set_up_windows"] = analysis.engine.set_up_windows;
  out["ignored_statements"] = analysis.engine.ignored_executions;
  out["entries_not_understood"] = counts_json(analysis.faults);
  out["statements_not_understood"] = counts_json(analysis.engine.unparsable);
  out["first"] = is_log ? boost::json::value(time_of(analysis.log.first)) : nullptr;
  out["last"] = is_log ? boost::json::value(time_of(analysis.log.last)) : nullptr;
  return out;
}

}  // namespace

std::vector<std::string> missing_facts(const Analysis& analysis) {
  std::vector<std::string> out;
  const bool is_log = analysis.format != InputFormat::sql;
  out.push_back(
      std::string(is_log ? "A log" : "SQL text") +
      " holds no result rows, no columns' identity, no row counts and no sizes of answers: "
      "nothing can be proven, what fed a loop is told by foreign keys alone, and rules "
      "about rows and bytes say nothing.");
  if (!is_log) {
    out.emplace_back(
        "It holds no times and no sessions either: all of it is taken for one request, unless "
        "comments tell requests apart, and costs are not known.");
  } else if (analysis.log.timed == 0) {
    out.emplace_back(
        "This log holds no durations (log_min_duration_statement = 0 writes them): what a finding "
        "costs is not known.");
  }
  if (is_log && analysis.log.without_values != 0)
    out.push_back("It holds no parameters of " + counted(analysis.log.without_values, "statement") +
                  " (log_parameter_max_length = -1 writes them): their values are not known.");
  if (std::string sentence = catalog_sentence(analysis); !sentence.empty())
    out.push_back(std::move(sentence));
  return out;
}

std::string analysis_text(const Analysis& analysis, Colour colour) {
  std::string out = printable(analysis.file) + ": " + std::string(name_of(analysis.format));
  if (analysis.format != InputFormat::sql)
    out += ", " + time_of(analysis.log.first) + " to " + time_of(analysis.log.last);
  out += "\n";
  for (const std::string& sentence : missing_facts(analysis)) out += printable(sentence) + "\n";
  for (const Finding& finding : analysis.findings) out += "\n" + finding_text(finding, colour);
  out += "\n";
  for (const std::string& line : totals(analysis)) out += printable(line) + "\n";
  return out;
}

std::string analysis_json(const Analysis& analysis) {
  boost::json::array missing, findings;
  for (const std::string& sentence : missing_facts(analysis)) missing.emplace_back(sentence);
  for (const Finding& finding : analysis.findings) findings.push_back(finding_json(finding));
  boost::json::object out;
  out["schema_version"] = 1;
  out["file"] = analysis.file;
  out["format"] = analysis.format == InputFormat::sql ? "sql" : name_of(analysis.format);
  out["missing"] = std::move(missing);
  out["totals"] = totals_json(analysis);
  out["findings"] = std::move(findings);
  return to_json_text(out) + "\n";
}

}  // namespace onetrip
