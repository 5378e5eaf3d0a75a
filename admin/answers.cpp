#include "admin/answers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

constexpr std::size_t most_rows = 100'000, longest_name = 1024;
constexpr double longest_life_s = 7 * 86'400.0;

std::optional<json::object> parse_object(const std::string& body) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  const json::value value = json::parse(body, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return value.get_object();
}

/// Takes a text member into `out`; false when it is another thing, or too long.
bool take_text(const json::value& value, std::string& out) {
  const json::string* text = value.if_string();
  if (text == nullptr || text->size() > longest_name) return false;
  out.assign(text->data(), text->size());
  return true;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

void add_cost(const CostFigures& cost, json::object& out) {
  out["calls"] = cost.calls;
  out["errors"] = cost.errors;
  json::object classes;
  for (const auto& [name, count] : cost.errors_by_class) classes[name] = count;
  out["errors_by_class"] = std::move(classes);
  out["rows"] = cost.rows;
  out["bytes"] = cost.bytes;
  out["total_ms"] = rounded_ms(cost.total_ms);
  out["first_answer_ms"] = rounded_ms(cost.first_answer_ms);
  out["mean_ms"] = rounded_ms(cost.mean_ms);
  out["p50_ms"] = rounded_ms(cost.p50_ms);
  out["p95_ms"] = rounded_ms(cost.p95_ms);
  out["p99_ms"] = rounded_ms(cost.p99_ms);
  out["share"] = cost.share;
}

json::object statement_row_json(const Profile::Row& row) {
  json::object out{{"fingerprint", row.fingerprint}, {"summary", row.summary}, {"text", row.text}};
  add_cost(row, out);
  out["windows"] = row.windows;
  out["think_ms"] = rounded_ms(row.think_ms);
  out["missed_at_most_ms"] = rounded_ms(row.missed_at_most_ms);
  return out;
}

/// What a window's figure does with the rows of its largest result, and what it would be at 1,000.
json::value trend_json(const RowTrend& trend) {
  const std::string_view verdict = trend.verdict();
  if (verdict.empty()) return nullptr;
  json::object out{{"is", verdict}};
  if (verdict == "constant") return out;
  out["per_row"] = rounded_ms(trend.per_row());
  out["at_1000_rows"] = rounded_ms(trend.at(1000));
  return out;
}

bool take_life(const json::value& value, Time& out) {
  boost::system::error_code error;
  const double seconds = value.to_number<double>(error);
  if (error || !(seconds > 0) || seconds > longest_life_s) return false;
  out = std::chrono::duration_cast<Time>(std::chrono::duration<double>(seconds));
  return true;
}

bool take_member(std::string_view name, const json::value& value, OpenRequest& out, bool& known) {
  if (name == "name") return take_text(value, out.named.name);
  if (name == "application_name") return take_text(value, out.named.application);
  if (name == "database") return take_text(value, out.named.database);
  if (name == "label") return take_text(value, out.named.label);
  if (name == "parent") return take_text(value, out.parent);
  if (name == "ttl_s") return take_life(value, out.named.ttl);
  if (name == "one_request") {
    out.named.one_request = value == json::value(true);
    return value.is_bool();
  }
  known = false;
  return false;
}

}  // namespace

AdminResponse json_answer(const json::value& value) {
  AdminResponse response;
  response.body = to_json_text(value) + "\n";
  return response;
}

json::object window_row_json(const Engine::WindowRow& row) {
  json::object out = window_json(row.summary);
  out["label"] = row.label;
  out["application"] = row.application;
  out["database"] = row.database;
  out["opened"] = row.opened;
  out["findings"] = row.findings;
  out["open"] = row.open;
  out["saturated"] = row.saturated;
  out["set_up"] = row.set_up;
  return out;
}

json::object window_detail_json(const Engine::WindowDetail& detail) {
  json::object out = window_row_json(detail.row);
  json::array executions;
  for (const Engine::TripRow& trip : detail.trips) {
    json::object one;
    one["offset_ms"] = rounded_ms(trip.offset_ms);
    one["server_ms"] = rounded_ms(trip.server_ms);
    one["rows"] = trip.rows;
    one["bytes"] = trip.bytes;
    one["fingerprint"] = trip.fingerprint;
    one["summary"] = trip.summary;
    one["finding"] = or_null(trip.finding);
    one["fed_by"] = or_null(trip.fed_by);
    one["connection"] = trip.connection;
    one["same_as"] = trip.same_as ? json::value(*trip.same_as) : json::value(nullptr);
    one["error"] = or_null(trip.sqlstate);
    executions.push_back(std::move(one));
  }
  out["executions"] = std::move(executions);
  json::array shapes;
  for (const StatementSummary& shape : detail.shapes)
    shapes.push_back(
        {{"fingerprint", shape.fingerprint}, {"summary", shape.summary}, {"text", shape.text}});
  out["shapes"] = std::move(shapes);
  return out;
}

json::array statements_json(const std::vector<Profile::Row>& rows) {
  json::array out;
  for (const Profile::Row& row : rows) out.push_back(statement_row_json(row));
  return out;
}

json::array requests_json(const std::vector<RequestProfile::Row>& rows, const std::string& by) {
  json::array out;
  for (const RequestProfile::Row& row : rows) {
    json::object one{{by, row.name}};
    add_cost(row, one);
    one["windows"] = row.windows;
    one["think_ms"] = rounded_ms(row.think_ms);
    one["missed_at_most_ms"] = rounded_ms(row.missed_at_most_ms);
    one["statements_per_window"] = rounded_ms(row.statements_per_window);
    one["ms_per_window"] = rounded_ms(row.ms_per_window);
    one["growth"] =
        json::object{{"statements", trend_json(row.statements)}, {"ms", trend_json(row.ms)}};
    out.push_back(std::move(one));
  }
  return out;
}

json::object statement_detail_json(const Engine::StatementDetail& detail) {
  json::array callers, runs;
  for (const auto& caller : detail.callers)
    callers.push_back({{"label", caller.label},
                       {"windows", caller.windows},
                       {"calls", caller.calls},
                       {"total_ms", rounded_ms(caller.total_ms)}});
  for (const auto& run : detail.runs)
    runs.push_back({{"at", run.at},
                    {"server_ms", rounded_ms(run.server_ms)},
                    {"rows", run.rows},
                    {"window", run.window}});
  json::object out{{"schema_version", 1}, {"statement", statement_row_json(detail.row)}};
  out["callers"] = std::move(callers);
  out["runs"] = std::move(runs);
  return out;
}

json::array minutes_json(const StatementHistory& past) {
  json::array out;
  for (const StatementHistory::Minute& minute : past.minutes)
    out.push_back({{"at", rfc3339(minute.at_ms)},
                   {"calls", minute.calls},
                   {"errors", minute.errors},
                   {"rows", minute.rows},
                   {"bytes", minute.bytes},
                   {"total_ms", rounded_ms(minute.total_ms)},
                   {"p50_ms", rounded_ms(minute.p50_ms)},
                   {"p95_ms", rounded_ms(minute.p95_ms)},
                   {"p99_ms", rounded_ms(minute.p99_ms)}});
  return out;
}

json::object coverage_json(const Coverage& coverage) {
  json::array uncovered, labels;
  for (const Coverage::Row& row : coverage.rows()) {
    if (!row.covered()) uncovered.emplace_back(row.label);
    labels.push_back({{"label", row.label},
                      {"windows", row.windows},
                      {"most_rows", row.most_rows},
                      {"covered", row.covered()}});
  }
  json::object out{{"schema_version", 1}};
  out["uncovered"] = std::move(uncovered);
  out["labels"] = std::move(labels);
  out["windows_of_other_labels"] = coverage.windows_without_room();
  return out;
}

json::array findings_json(const std::vector<Finding>& findings) {
  json::array out;
  for (const Finding& finding : findings) out.push_back(finding_json(finding));
  return out;
}

std::string text_of(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::optional<std::size_t> limit_of(const Parameters& parameters, std::size_t otherwise) {
  const auto found = parameters.find("limit");
  if (found == parameters.end()) return otherwise;
  const std::string& text = found->second;
  std::size_t limit = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  if (limit == 0 || limit > most_rows) return std::nullopt;
  return limit;
}

std::variant<Engine::Query, std::string> findings_query(const Parameters& parameters,
                                                        const std::vector<std::string>& rules) {
  Engine::Query query;
  query.rule = text_of(parameters, "rule");
  if (!query.rule.empty() && std::find(rules.begin(), rules.end(), query.rule) == rules.end())
    return "no rule `" + query.rule + "`; there are: " + joined(rules);
  query.label = text_of(parameters, "label");
  query.window = text_of(parameters, "window");
  query.severity = text_of(parameters, "severity");
  query.cause = text_of(parameters, "cause");
  const std::string& severity = query.severity;
  if (!severity.empty() && severity != "info" && severity != "warning" && severity != "error") {
    return "`severity` is info, warning or error";
  }
  const auto limit = limit_of(parameters, query.limit);
  if (!limit) return "`limit` is a number from 1 to 100000";
  query.limit = *limit;
  return query;
}

std::variant<OpenRequest, std::string> open_request(const std::string& body) {
  const std::optional<json::object> object = parse_object(body);
  if (!object) return "the body must be a JSON object such as {\"name\": \"test_cart\"}";
  OpenRequest out;
  for (const auto& [key, value] : *object) {
    const std::string name(key.data(), key.size());
    bool known = true;
    if (take_member(name, value, out, known)) continue;
    if (!known) {
      return "unknown member `" + name +
             "`; there are: name, application_name, database, label, parent, ttl_s, one_request";
    }
    if (name == "ttl_s") return "`ttl_s` is a number of seconds, above 0 and up to a week";
    if (name == "one_request") return "`one_request` is true or false";
    return "`" + name + "` is a text of up to 1024 bytes";
  }
  if (out.named.name.empty()) return "`name` is missing";
  return out;
}

std::variant<AnalysisSwitch, std::string> analysis_switch(const std::string& body) {
  constexpr const char* expected =
      "the body must be {\"enabled\": true|false}, {\"sample\": 0 to 1}, or both";
  const std::optional<json::object> object = parse_object(body);
  if (!object || object->empty()) return expected;
  AnalysisSwitch out;
  for (const auto& [name, value] : *object) {
    boost::system::error_code error;
    if (name == "enabled" && value.is_bool()) {
      out.enabled = value.get_bool();
    } else if (name == "sample" && value.is_number()) {
      out.sample = value.to_number<double>(error);
      if (error || !(*out.sample >= 0 && *out.sample <= 1)) return "`sample` is from 0 to 1";
    } else {
      return expected;
    }
  }
  return out;
}

}  // namespace onetrip
