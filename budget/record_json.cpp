#include "budget/record_json.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"

namespace onetrip {

// {"onetrip_record": 1, "full": true, "set_up_windows": 3, "lost_entries": 0, "not_checked": [],
//  "allowed": [{"rule": …, "reason": …, "label": …, "statements": 4}],
//  "coverage": [{"label": …, "windows": 4, "most_rows": 50}],
//  "entries": [{"test": …, "label": …, "application": …, "database": …, "sum": false, "windows": 1,
//               "statements": 51, "rows": 100, "bytes": 8192, "db_ms": 41.2,
//               "repeat": {"fingerprint": …, "summary": …, "text": …, "count": 50},
//               "findings": [a finding as the API gives it]}]}

namespace {

namespace json = boost::json;

constexpr std::int64_t format_version = 1;

json::object write(const CommentAllow& allow) {
  return {{"rule", allow.rule},
          {"reason", allow.reason},
          {"label", allow.label},
          {"statements", allow.statements}};
}

json::object write(const Coverage::Row& row) {
  return {{"label", row.label}, {"windows", row.windows}, {"most_rows", row.most_rows}};
}

json::value write(const std::optional<Repeat>& repeat) {
  if (!repeat) return nullptr;
  return json::object{{"fingerprint", repeat->fingerprint},
                      {"summary", repeat->summary},
                      {"text", repeat->text},
                      {"count", repeat->count}};
}

json::object write(const RecordEntry& entry) {
  json::array findings;
  for (const Finding& finding : entry.findings) findings.emplace_back(finding_json(finding));
  return {{"test", entry.test},
          {"label", entry.label},
          {"application", entry.application},
          {"database", entry.database},
          {"sum", entry.sum},
          {"windows", entry.windows},
          {"statements", entry.statements},
          {"rows", entry.rows},
          {"bytes", entry.bytes},
          {"db_ms", rounded_ms(entry.db_ms)},
          {"repeat", write(entry.repeat)},
          {"findings", std::move(findings)}};
}

/// One item a line, so that two records can be compared.
template <typename Items>
void append_lines(std::string& text, std::string_view name, const Items& items) {
  text += ",\n\"" + std::string(name) + "\": [";
  const char* separator = "\n  ";
  for (const auto& item : items) {
    text += separator + to_json_text(write(item));
    separator = ",\n  ";
  }
  text += "]";
}

std::uint64_t count(const JsonNode& node) {
  return node.integer<std::uint64_t>();
}

RecordEntry read_entry(const JsonNode& node) {
  RecordEntry entry;
  entry.test = node["test"].text();
  entry.label = node["label"].text();
  entry.application = node["application"].text();
  entry.database = node["database"].text();
  entry.sum = node["sum"].truth();
  entry.windows = count(node["windows"]);
  entry.statements = count(node["statements"]);
  entry.rows = count(node["rows"]);
  entry.bytes = count(node["bytes"]);
  entry.db_ms = node["db_ms"].number();
  if (const JsonNode repeat = node["repeat"]; !repeat.is_null())
    entry.repeat = Repeat{repeat["fingerprint"].text(), repeat["summary"].text(),
                          repeat["text"].text(), count(repeat["count"])};
  for (const JsonNode& item : node["findings"].items()) {
    entry.findings.push_back(read_finding(item));
    entry.findings.back().application = entry.application;
    entry.findings.back().database = entry.database;
  }
  return entry;
}

Record read_record(const JsonNode& root) {
  if (!root.has("onetrip_record")) root.refuse("is no record of `onetrip exec --save`");
  const JsonNode version = root["onetrip_record"];
  if (version.integer<std::int64_t>() != format_version)
    version.refuse("is not 1: the file was written by another version of onetrip; record again");
  Record record;
  record.full = root["full"].truth();
  record.set_up_windows = count(root["set_up_windows"]);
  record.lost_entries = count(root["lost_entries"]);
  for (const JsonNode& item : root["not_checked"].items())
    record.not_checked.push_back(item.text());
  for (const JsonNode& item : root["allowed"].items())
    record.allowed.push_back({item["rule"].text(), item["reason"].text(), item["label"].text(),
                              count(item["statements"])});
  for (const JsonNode& item : root["coverage"].items())
    record.coverage.push_back(
        {item["label"].text(), count(item["windows"]), count(item["most_rows"])});
  for (const JsonNode& item : root["entries"].items()) record.entries.push_back(read_entry(item));
  normalize(record);
  return record;
}

}  // namespace

std::string record_text(const Record& record) {
  json::array not_checked(record.not_checked.begin(), record.not_checked.end());
  std::string text = "{\"onetrip_record\": " + std::to_string(format_version) +
                     ", \"full\": " + (record.full ? "true" : "false") +
                     ", \"set_up_windows\": " + std::to_string(record.set_up_windows) +
                     ", \"lost_entries\": " + std::to_string(record.lost_entries) +
                     ",\n\"not_checked\": " + to_json_text(not_checked);
  append_lines(text, "allowed", record.allowed);
  append_lines(text, "coverage", record.coverage);
  append_lines(text, "entries", record.entries);
  return text + "}\n";
}

std::variant<Record, BudgetError> parse_record(std::string_view text, const std::string& file) try {
  const json::value value = parse_json(text);
  return read_record(JsonNode(value, ""));
} catch (const std::runtime_error& error) {
  return BudgetError{file, 0, 0, error.what()};
}

}  // namespace onetrip
