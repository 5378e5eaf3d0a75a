#include "analyzer/sinks/finding_json.hpp"

#include <boost/json.hpp>

#include "analyzer/sinks/json_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

json::value known(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

json::object statement_json(const StatementSummary& statement) {
  return {{"fingerprint", statement.fingerprint},
          {"summary", statement.summary},
          {"text", statement.text}};
}

json::object result_json(const StatementSummary& statement) {
  json::object out = statement_json(statement);
  out["rows"] = statement.rows;
  return out;
}

json::object link_json(const Link& link) {
  json::object out;
  out["parent_column"] = link.parent_column;
  out["parent_columns"] = texts(link.parent_columns);
  out["child_column"] = link.child_column;
  out["matched"] = link.matched;
  out["distinct"] = link.distinct;
  out["in_row_order"] = link.in_row_order;
  out["foreign_key"] = known(link.foreign_key);
  out["direction"] = link.direction ? known(to_string(*link.direction)) : json::value(nullptr);
  if (!link.alternatives.empty()) out["alternatives"] = texts(link.alternatives);
  return out;
}

json::object location_json(const Location& location) {
  return {{"file", location.file},
          {"line", location.line},
          {"function", known(location.function)},
          {"source", known(location.source)}};
}

json::object evidence_json(const Evidence& evidence) {
  json::object out{{"count", evidence.count},
                   {"distinct_values", evidence.distinct_values},
                   {"rows", evidence.rows},
                   {"total_ms", rounded_ms(evidence.total_ms)},
                   {"saved_ms", rounded_ms(evidence.saved_ms)}};
  json::array what_if;
  for (const WhatIf& one : evidence.what_if)
    what_if.push_back({{"latency_ms", one.latency_ms}, {"saved_ms", rounded_ms(one.saved_ms)}});
  out["what_if"] = std::move(what_if);
  out["growth"] = known(evidence.growth);
  if (evidence.count_at_1000_rows > 0) out["count_at_1000_rows"] = evidence.count_at_1000_rows;
  if (evidence.sizes.empty()) return out;
  json::array sizes;
  for (const GrowthSize& size : evidence.sizes)
    sizes.push_back({{"rows", size.rows}, {"count", size.count}});
  out["sizes"] = std::move(sizes);
  return out;
}

json::object advice_json(const Advice& advice) {
  return {{"sql", known(advice.sql)},
          {"orm", known(advice.orm)},
          {"code", known(advice.code)},
          {"sure", advice.sure},
          {"why", known(advice.why)}};
}

json::object seen_json(const Seen& seen) {
  return {{"windows", seen.windows},
          {"first", known(seen.first)},
          {"last", known(seen.last)},
          {"worst_count", seen.worst_count},
          {"examples", texts(seen.examples)}};
}

template <typename Value, typename Write>
json::value or_null(const std::optional<Value>& value, Write write) {
  return value ? json::value(write(*value)) : json::value(nullptr);
}

}  // namespace

json::object window_json(const WindowSummary& window) {
  json::object out;
  out["id"] = window.id;
  if (!window.name.empty()) out["name"] = window.name;
  if (!window.trace.empty()) out["trace"] = window.trace;
  out["source"] = to_string(window.source);
  out["connections"] = window.connections;
  out["statements"] = window.statements;
  out["duration_ms"] = rounded_ms(window.duration_ms);
  return out;
}

json::object finding_json(const Finding& finding) {
  json::object out;
  out["schema_version"] = 1;
  out["id"] = finding.id;
  out["cause"] = finding.cause;
  out["rule"] = finding.rule;
  out["severity"] = to_string(finding.severity);
  out["confidence"] = to_string(finding.confidence);
  if (!finding.capped.empty()) out["capped"] = finding.capped;
  out["title"] = finding.title;
  out["label"] = finding.label;
  out["window"] = window_json(finding.window);
  out["statement"] = statement_json(finding.statement);
  out["parent"] = or_null(finding.parent, result_json);
  out["link"] = or_null(finding.link, link_json);
  json::array chain;
  for (const StatementSummary& parent : finding.chain) chain.push_back(result_json(parent));
  out["chain"] = std::move(chain);
  out["location"] = or_null(finding.location, location_json);
  out["evidence"] = evidence_json(finding.evidence);
  out["advice"] = advice_json(finding.advice);
  out["seen"] = seen_json(finding.seen);
  return out;
}

}  // namespace onetrip
