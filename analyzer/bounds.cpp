#include "analyzer/bounds.hpp"

namespace onetrip {

std::string text_of(const Bound& bound) {
  return std::to_string(bound.count) + " " + std::string(bound.unit) + " " +
         std::string(bound.lost) + " (" + std::string(bound.key) + ")";
}

std::vector<Bound> bounds_of(const Engine::Counters& counters) {
  const WindowTable::Counters& windows = counters.windows;
  return {{"window.max_statements", "statements", "were not kept of their request",
           windows.dropped_trips},
          {"window.max_rows", "results",
           "came when enough rows of their request were indexed: what they fed is not seen",
           windows.unindexed_results},
          {"window.max_open", "requests", "were judged before they ended", windows.closed_early},
          {"window.memory", "requests", "lost values, or all that was kept of them", windows.shed},
          {"limits.indexed_rows", "results",
           "had more rows than are indexed: what the further ones fed is not seen",
           counters.results_cut},
          {"limits.key_columns", "results",
           "had more columns that might be keys: what the others fed is not seen",
           counters.results_narrowed},
          {"limits.shape_cache", "statement shapes",
           "were forgotten, and are parsed again when they come", counters.forgotten_shapes},
          {"limits.profile", "executions", "are profiled together, as `other`",
           counters.counted_together},
          {"limits.findings", "findings", "were forgotten", counters.forgotten_findings}};
}

}  // namespace onetrip
