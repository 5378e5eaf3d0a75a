#include "analyzer/bounds.hpp"

#include "analyzer/statement_trips.hpp"

namespace onetrip {

std::string text_of(const Bound& bound) {
  return counted(bound.count, bound.unit) + " " + std::string(bound.lost) + " (" +
         std::string(bound.key) + ")";
}

std::vector<Bound> bounds_of(const Engine::Counters& counters) {
  const WindowTable::Counters& windows = counters.windows;
  return {
      {"window.max_statements", "statement",
       "came after all that is kept of one request: no rule looked at what they ask",
       windows.dropped_trips},
      {"window.max_rows", "result",
       "came after all rows that are remembered of one request: a loop over further ones may "
       "lack its proof, or be missed",
       windows.unindexed_results},
      {"window.max_open", "request", "had to be judged before the end, to make room",
       windows.closed_early},
      {"window.memory", "request",
       "had to give back memory: a loop in one may lack its proof, or be missed", windows.shed},
      {"limits.indexed_rows", "result",
       "had more rows than are remembered: a loop over the further ones may lack its proof",
       counters.results_cut},
      {"limits.key_columns", "result",
       "had more columns that look like keys than are remembered: a loop that one of the others "
       "feeds may lack its proof, or be missed",
       counters.results_narrowed},
      {"limits.shape_cache", "statement shape",
       "had to be forgotten: each is parsed again when it comes, which takes time",
       counters.forgotten_shapes},
      {"limits.profile", "execution",
       "had no room in the profile of statements, where they stand together as `other`",
       counters.counted_together},
      {"limits.findings", "finding", "had to be forgotten, to make room for others",
       counters.forgotten_findings}};
}

}  // namespace onetrip
