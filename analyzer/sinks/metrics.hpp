#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/finding_counts.hpp"
#include "analyzer/sinks/vitals.hpp"

namespace onetrip {

/// What one scrape shows. Gathered on the worker thread, so that all figures are of one moment.
struct MetricsInput {
  const Vitals& vitals;
  const Engine::Counters& engine;
  const FindingCounts& findings;
  const std::vector<std::string>& rules;                      ///< their series exist from the start
  const std::map<std::string, std::uint64_t>& open_findings;  ///< by rule
};

enum class MetricsFormat : std::uint8_t {
  prometheus,  ///< text format 0.0.4
  openmetrics  ///< 1.0, with exemplars: ids of windows
};

/// Series known in advance are there from the start with 0. No SQL text.
std::string metrics_text(const MetricsInput& input,
                         MetricsFormat format = MetricsFormat::prometheus);

}  // namespace onetrip
