#pragma once

#include <cstdint>

#include "analyzer/histogram.hpp"
#include "analyzer/trip.hpp"

namespace onetrip {

/// What executions cost together.
struct Cost {
  std::uint64_t errors = 0, rows = 0, bytes = 0;
  Time total{};
  Histogram durations;  ///< of each; their number

  void add(const Execution& execution);
  void add(const Trip& trip);
  Cost& operator+=(const Cost& other);
};

/// The same, as it is shown.
struct CostFigures {
  std::uint64_t calls = 0, errors = 0, rows = 0, bytes = 0;
  double total_ms = 0, p50_ms = 0, p95_ms = 0, p99_ms = 0;
  double share = 0;  ///< of the total time of all
};
CostFigures figures_of(const Cost& cost, Time all);

/// What rows of a profile are sorted by, the largest first: "total" (also when empty), "calls",
/// "rows", "bytes", "errors" or "p99".
double figure(const CostFigures& cost, std::string_view sort);

}  // namespace onetrip
