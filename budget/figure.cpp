#include "budget/figure.hpp"

#include <array>
#include <cmath>

namespace onetrip {
namespace {

using Kind = Problem::Kind;
using Unit = Figure::Unit;
using Known = Baseline::Label;

std::uint64_t statements(const RecordEntry& entry) {
  return entry.statements;
}
std::uint64_t repeats(const RecordEntry& entry) {
  return entry.repeat ? entry.repeat->count : 0;
}
std::uint64_t rows(const RecordEntry& entry) {
  return entry.rows;
}
std::uint64_t bytes(const RecordEntry& entry) {
  return entry.bytes;
}
std::uint64_t db_time(const RecordEntry& entry) {
  constexpr double most_ms = 1e12;  // and what is no number is none
  if (!(entry.db_ms > 0)) return 0;
  return static_cast<std::uint64_t>(std::llround(std::fmin(entry.db_ms, most_ms) * 1000));
}

constexpr std::array<Figure, 5> all{{
    {"statements", "max_statements", Unit::count, Kind::statements, &BudgetLimits::max_statements,
     statements, &Known::statements},
    {"repeats", "max_repeats", Unit::count, Kind::repeats, &BudgetLimits::max_repeats, repeats,
     &Known::repeats},
    {"rows", "max_rows", Unit::count, Kind::rows, &BudgetLimits::max_rows, rows, &Known::rows},
    {"bytes", "max_bytes", Unit::bytes, Kind::bytes, &BudgetLimits::max_bytes, bytes,
     &Known::bytes},
    {"db_time", "max_db_time", Unit::time, Kind::db_time, &BudgetLimits::max_db_time, db_time,
     nullptr},
}};

}  // namespace

std::span<const Figure> figures() {
  return all;
}

}  // namespace onetrip
