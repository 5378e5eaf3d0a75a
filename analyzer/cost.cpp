#include "analyzer/cost.hpp"

#include <algorithm>

namespace onetrip {
namespace {

template <typename Run>
void count(const Run& run, Cost& cost) {
  const Time took = run.complete - run.begun;
  cost.durations.add(took);
  cost.total += took;
  cost.unanswered += std::max(Time::zero(), run.first_answer - run.begun);
  cost.rows += run.rows;
  cost.bytes += run.bytes;
  if (run.outcome != Outcome::failed) return;
  ++cost.errors;
  ++cost.errors_by_class[{run.sqlstate[0], run.sqlstate[1]}];
}

}  // namespace

void Cost::add(const Execution& execution) {
  count(execution, *this);
}

void Cost::add(const Trip& trip) {
  count(trip, *this);
}

Cost& Cost::operator+=(const Cost& other) {
  errors += other.errors;
  rows += other.rows;
  bytes += other.bytes;
  total += other.total;
  unanswered += other.unanswered;
  for (const auto& [name, count] : other.errors_by_class) errors_by_class[name] += count;
  durations += other.durations;
  return *this;
}

CostFigures figures_of(const Cost& cost, Time all) {
  CostFigures out;
  out.calls = cost.durations.count();
  out.errors = cost.errors;
  out.rows = cost.rows;
  out.bytes = cost.bytes;
  for (const auto& [name, count] : cost.errors_by_class)
    out.errors_by_class[std::string(name.data(), name.size())] = count;
  out.total_ms = milliseconds_of(cost.total);
  out.first_answer_ms = milliseconds_of(cost.unanswered);
  if (out.calls > 0) out.mean_ms = out.total_ms / static_cast<double>(out.calls);
  out.p50_ms = milliseconds_of(cost.durations.quantile(0.5));
  out.p95_ms = milliseconds_of(cost.durations.quantile(0.95));
  out.p99_ms = milliseconds_of(cost.durations.quantile(0.99));
  if (all > Time::zero()) out.share = out.total_ms / milliseconds_of(all);
  return out;
}

double figure(const CostFigures& cost, std::string_view sort) {
  if (sort == "calls") return static_cast<double>(cost.calls);
  if (sort == "rows") return static_cast<double>(cost.rows);
  if (sort == "bytes") return static_cast<double>(cost.bytes);
  if (sort == "errors") return static_cast<double>(cost.errors);
  if (sort == "p99") return cost.p99_ms;
  return cost.total_ms;
}

}  // namespace onetrip
