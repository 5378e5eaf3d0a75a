#include "app/top_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numeric>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/finding_lines.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

using Column = TopTable::Column;
using Row = TopTable::Row;

constexpr std::size_t calls = 0, per_second = 1;  // columns of statements
constexpr std::size_t longest_title = 300, longest_text = 4000;

constexpr std::array<Column, 6> finding_columns{
    {{"LEVEL", 7}, {"COUNT", 6}, {"WASTED", 8}, {"REQUESTS", 8}, {"LAST", 8}, {"FINDING", 0}}};
constexpr std::array<Column, 10> statement_columns{{{"CALLS", 6},
                                                    {"PER S", 6},
                                                    {"TIME", 8},
                                                    {"SHARE", 6},
                                                    {"P50", 8},
                                                    {"P99", 8},
                                                    {"ROWS", 6},
                                                    {"ERRORS", 6},
                                                    {"REQUESTS", 8},
                                                    {"STATEMENT", 0}}};

/// "12", "3.4": two figures, or all before the point.
std::string figures(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f" : "%.0f", value);
  return text.data();
}

std::string share_text(double share) {
  return share > 0 && share < 0.001 ? "<0.1%" : figures(share * 100) + "%";
}

/// By two clocks, which may differ.
std::string age(std::int64_t ms) {
  return ms < 1000 ? "now" : short_time(static_cast<double>(ms));
}

Row finding_row(const JsonNode& node, std::int64_t now) {
  const Finding finding = read_finding(node);
  const std::int64_t last = unix_ms(finding.seen.last);
  const std::string label = finding.label.empty() ? "(no label)" : finding.label;
  Row row;
  row.key = finding.id;
  row.level = finding.severity;
  row.cells = {std::string(to_string(finding.severity)),
               short_count(static_cast<double>(finding.evidence.count)),
               short_time(finding.evidence.saved_ms),
               short_count(static_cast<double>(finding.seen.windows)),
               last > 0 ? age(now - last) : "",
               one_line(label + ": " + finding.title, longest_title)};
  row.weights = {static_cast<double>(finding.severity), static_cast<double>(finding.evidence.count),
                 finding.evidence.saved_ms, static_cast<double>(finding.seen.windows),
                 static_cast<double>(last)};
  row.details = finding_lines(finding);
  return row;
}

Row statement_row(const JsonNode& node) {
  const std::string summary = node["summary"].text();
  Row row;
  row.key = node["fingerprint"].text();
  row.weights = {node["calls"].number(), 0};
  for (const char* key : {"total_ms", "share", "p50_ms", "p99_ms", "rows", "errors", "windows"})
    row.weights.push_back(node[key].number());
  const auto& of = row.weights;
  row.cells = {short_count(of[0]), "",
               short_time(of[2]),  share_text(of[3]),
               short_time(of[4]),  short_time(of[5]),
               short_count(of[6]), short_count(of[7]),
               short_count(of[8]), one_line(summary.empty() ? row.key : summary, longest_title)};
  row.details = {{"statement", one_line(node["text"].text(), longest_text)},
                 {"fingerprint", one_line(row.key, longest_title)}};
  return row;
}

}  // namespace

TopTable findings_table(const boost::json::value& answer, std::int64_t now_unix_ms) {
  TopTable table;
  table.columns = finding_columns;
  for (const JsonNode& node : JsonNode(answer, "")["findings"].items())
    table.rows.push_back(finding_row(node, now_unix_ms));
  return table;
}

TopTable statements_table(const boost::json::value& answer) {
  TopTable table;
  table.columns = statement_columns;
  for (const JsonNode& node : JsonNode(answer, "")["statements"].items())
    table.rows.push_back(statement_row(node));
  return table;
}

void add_rates(TopTable& table, const TopTable& before, double seconds) {
  if (!(seconds > 0)) return;
  std::map<std::string_view, double> known;
  for (const Row& row : before.rows) known[row.key] = row.weights[calls];
  for (Row& row : table.rows) {
    const auto place = known.find(row.key);
    if (place == known.end() || place->second > row.weights[calls]) continue;  // it began anew
    row.weights[per_second] = (row.weights[calls] - place->second) / seconds;
    row.cells[per_second] = short_count(row.weights[per_second]);
  }
}

std::vector<std::size_t> order_by(const TopTable& table, std::size_t column) {
  std::vector<std::size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return table.rows[a].weights[column] > table.rows[b].weights[column];
  });
  return order;
}

std::string short_count(double count) {
  if (count < 9'999.5)
    return count == static_cast<double>(static_cast<std::int64_t>(count))
               ? std::to_string(static_cast<std::int64_t>(count))
               : figures(count);
  constexpr std::string_view units = "kMGTP";
  std::size_t unit = 0;
  count /= 1000;
  while (count >= 999.5 && unit + 1 < units.size()) {
    count /= 1000;
    ++unit;
  }
  return figures(count) + units[unit];
}

std::string short_time(double ms) {
  if (ms > 0 && ms < 0.095) return figures(ms * 1000) + " µs";
  if (ms < 999.5) return figures(ms) + " ms";
  const double seconds = ms / 1000;
  if (seconds < 119.5) return figures(seconds) + " s";
  if (seconds < 7170) return figures(seconds / 60) + " min";
  return short_count(seconds / 3600) + " h";
}

}  // namespace onetrip
