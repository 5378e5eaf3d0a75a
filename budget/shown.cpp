#include "budget/shown.hpp"

#include <stdexcept>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "budget/record_json.hpp"

namespace onetrip {
namespace {

using Parsed = std::variant<Shown, BudgetError>;

Parsed of_record(std::string_view text, const std::string& file) {
  const auto record = parse_record(text, file);
  if (const auto* error = std::get_if<BudgetError>(&record)) return *error;
  return Shown{baseline_of(std::get<Record>(record)), std::get<Record>(record).counted};
}

// {"schema_version": 1, "verdict": …, …, "shown": {"counted": true, "baseline": {…}}}

Parsed of_report(const JsonNode& root, const boost::json::object& report, const std::string& file) {
  const JsonNode version = root["schema_version"];
  if (version.integer<std::int64_t>() > 1)
    version.refuse("is not 1: a newer onetrip wrote this report; upgrade onetrip");
  if (!root.has("shown"))
    root.refuse("is a report that does not hold what was shown: write it again with this onetrip");
  const JsonNode shown = root["shown"];
  const bool counted = shown["counted"].truth();
  shown["baseline"].members();  // it must be there
  const auto baseline = parse_baseline(to_json_text(report.at("shown").at("baseline")), file);
  if (const auto* error = std::get_if<BudgetError>(&baseline)) return *error;
  return Shown{std::get<Baseline>(baseline), counted};
}

}  // namespace

Parsed parse_shown(std::string_view text, const std::string& file) try {
  const boost::json::value value = parse_json(text);
  const JsonNode root(value, "");
  if (root.has("onetrip_record")) return of_record(text, file);
  if (root.has("schema_version") && root.has("verdict"))
    return of_report(root, value.get_object(), file);
  root.refuse("is neither a recording of `onetrip exec --save` nor a report of `--report json`");
} catch (const std::runtime_error& error) {
  return BudgetError{file, 0, 0, error.what()};
}

}  // namespace onetrip
