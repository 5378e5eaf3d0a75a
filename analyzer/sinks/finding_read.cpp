#include <algorithm>
#include <array>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"

namespace onetrip {
namespace {

template <typename Enum, std::size_t Count>
Enum one_of(const JsonNode& node, const std::array<Enum, Count>& values) {
  const std::string text = node.text();
  const auto found =
      std::find_if(values.begin(), values.end(), [&](Enum one) { return to_string(one) == text; });
  if (found == values.end()) node.refuse("is `" + text + "`, which is not known");
  return *found;
}

Severity severity(const JsonNode& node) {
  return one_of(node, std::array{Severity::info, Severity::warning, Severity::error});
}

Confidence confidence(const JsonNode& node) {
  return one_of(node, std::array{Confidence::possible, Confidence::likely, Confidence::proven});
}

Direction direction(const JsonNode& node) {
  return one_of(node, std::array{Direction::forward, Direction::reverse, Direction::many_to_many,
                                 Direction::refetch});
}

WindowSource source(const JsonNode& node) {
  return one_of(node, std::array{WindowSource::trace, WindowSource::tag, WindowSource::savepoint,
                                 WindowSource::idle_gap, WindowSource::named});
}

std::vector<std::string> texts(const JsonNode& node) {
  std::vector<std::string> out;
  for (const JsonNode& item : node.items()) out.push_back(item.text());
  return out;
}

StatementSummary statement(const JsonNode& node) {
  return {node["fingerprint"].text(), node["summary"].text(), node["text"].text(),
          node.has("rows") ? node["rows"].integer<std::uint64_t>() : 0};
}

WindowSummary window(const JsonNode& node) {
  WindowSummary out;
  out.id = node["id"].text();
  if (node.has("name")) out.name = node["name"].text();
  if (node.has("trace")) out.trace = node["trace"].text();
  out.source = source(node["source"]);
  out.connections = node["connections"].integer<std::uint32_t>();
  out.statements = node["statements"].integer<std::uint32_t>();
  out.duration_ms = node["duration_ms"].number();
  return out;
}

Link link(const JsonNode& node) {
  Link out;
  out.parent_column = node["parent_column"].text();
  out.parent_columns = texts(node["parent_columns"]);
  out.child_column = node["child_column"].text();
  out.matched = node["matched"].integer<std::uint64_t>();
  out.distinct = node["distinct"].integer<std::uint64_t>();
  out.in_row_order = node["in_row_order"].truth();
  out.foreign_key = node["foreign_key"].text_or_empty();
  if (!node["direction"].is_null()) out.direction = direction(node["direction"]);
  if (node.has("alternatives")) out.alternatives = texts(node["alternatives"]);
  return out;
}

Location location(const JsonNode& node) {
  return {node["file"].text(), node["function"].text_or_empty(), node["source"].text_or_empty(),
          node["line"].integer<unsigned>()};
}

Evidence evidence(const JsonNode& node) {
  Evidence out;
  out.count = node["count"].integer<std::uint64_t>();
  out.distinct_values = node["distinct_values"].integer<std::uint64_t>();
  out.rows = node["rows"].integer<std::uint64_t>();
  out.total_ms = node["total_ms"].number();
  out.saved_ms = node["saved_ms"].number();
  for (const JsonNode& one : node["what_if"].items())
    out.what_if.push_back({one["latency_ms"].number(), one["saved_ms"].number()});
  out.growth = node["growth"].text_or_empty();
  if (node.has("count_at_1000_rows"))
    out.count_at_1000_rows = node["count_at_1000_rows"].integer<std::uint64_t>();
  if (!node.has("sizes")) return out;
  for (const JsonNode& size : node["sizes"].items())
    out.sizes.push_back(
        {size["rows"].integer<std::uint64_t>(), size["count"].integer<std::uint64_t>()});
  return out;
}

Advice advice(const JsonNode& node) {
  return {node["sql"].text_or_empty(), node["orm"].text_or_empty(), node["code"].text_or_empty(),
          node["sure"].truth(), node["why"].text_or_empty()};
}

Seen seen(const JsonNode& node) {
  return {node["windows"].integer<std::uint64_t>(), node["first"].text_or_empty(),
          node["last"].text_or_empty(), node["worst_count"].integer<std::uint64_t>(),
          texts(node["examples"])};
}

}  // namespace

Finding read_finding(const JsonNode& node) {
  Finding finding;
  finding.id = node["id"].text();
  finding.cause = node["cause"].text();
  finding.rule = node["rule"].text();
  finding.severity = severity(node["severity"]);
  finding.confidence = confidence(node["confidence"]);
  if (node.has("capped")) finding.capped = node["capped"].text_or_empty();
  finding.title = node["title"].text();
  finding.label = node["label"].text();
  finding.window = window(node["window"]);
  finding.statement = statement(node["statement"]);
  if (!node["parent"].is_null()) finding.parent = statement(node["parent"]);
  if (!node["link"].is_null()) finding.link = link(node["link"]);
  for (const JsonNode& parent : node["chain"].items()) finding.chain.push_back(statement(parent));
  if (!node["location"].is_null()) finding.location = location(node["location"]);
  finding.evidence = evidence(node["evidence"]);
  finding.advice = advice(node["advice"]);
  finding.seen = seen(node["seen"]);
  return finding;
}

}  // namespace onetrip
