#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "analyzer/histogram.hpp"
#include "analyzer/trip.hpp"

namespace onetrip {

/// What executions cost together.
struct Cost {
  std::uint64_t errors = 0, rows = 0, bytes = 0;
  Time total{};
  Time unanswered{};  ///< of it, before the first message of the answers
  std::map<std::array<char, 2>, std::uint64_t> errors_by_class;  ///< of SQLSTATE
  Histogram durations;                                           ///< of each; their number

  void add(const Execution& execution);
  void add(const Trip& trip);
  Cost& operator+=(const Cost& other);
};

/// The same, as it is shown.
struct CostFigures {
  std::uint64_t calls = 0, errors = 0, rows = 0, bytes = 0;
  std::map<std::string, std::uint64_t> errors_by_class;  ///< of SQLSTATE
  double total_ms = 0, first_answer_ms = 0, mean_ms = 0, p50_ms = 0, p95_ms = 0, p99_ms = 0;
  double share = 0;  ///< of the total time of all
};
CostFigures figures_of(const Cost& cost, Time all);

/// What rows of a profile are sorted by, the largest first: "total" (also when empty), "calls",
/// "rows", "bytes", "errors" or "p99".
double figure(const CostFigures& cost, std::string_view sort);

}  // namespace onetrip
