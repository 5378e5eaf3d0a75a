#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.hpp"
#include "analyzer/sinks/message_text.hpp"

namespace onetrip {

/// What `onetrip top` lists. All columns but the last are numbers that one can sort by; the last is
/// a text and takes the room that is left. Texts are fit for a terminal.
struct TopTable {
  struct Column {
    std::string_view name;
    std::size_t width;
  };
  struct Row {
    std::string key;  ///< stays the same from one answer to the next
    std::vector<std::string> cells;
    std::vector<double> weights;    ///< largest first; of all columns but the last
    std::optional<Severity> level;  ///< of a finding
    std::vector<MessageLine> details;
  };
  std::span<const Column> columns;
  std::vector<Row> rows;
};

/// Of the answers to GET /api/v1/findings and /api/v1/statements. They throw std::runtime_error
/// when these are no such answers.
TopTable findings_table(const boost::json::value& answer, std::int64_t now_unix_ms);
TopTable statements_table(const boost::json::value& answer);
/// Of statements: how many calls came in each of the `seconds` since `before` was.
void add_rates(TopTable& table, const TopTable& before, double seconds);

/// Places of rows, largest first by that column; what weighs the same stays as it is.
std::vector<std::size_t> order_by(const TopTable& table, std::size_t column);

/// "1234", "56k", "8.9M".
std::string short_count(double count);
/// "0.4 ms", "12 ms", "3.4 s", "5.6 min", "7.8 h".
std::string short_time(double ms);

}  // namespace onetrip
