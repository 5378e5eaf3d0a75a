#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace onetrip {

/// A window that fell into a bucket of a histogram: where a graph's reader can look.
struct Exemplar {
  std::string window;  ///< id; empty: none
  double value = 0;
};

/// A family, and the exemplars of its histograms: by metric, by bucket; shorter where there are
/// none.
struct MetricPage {
  prometheus::MetricFamily family;
  std::vector<std::vector<Exemplar>> exemplars;
};

/// OpenMetrics 1.0 text, which prometheus-cpp does not write: counters, gauges, histograms.
std::string openmetrics_text(const std::vector<MetricPage>& pages);

}  // namespace onetrip
