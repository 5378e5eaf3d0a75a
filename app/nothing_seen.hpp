#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/vitals.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// What is known of a run in which perhaps nothing was seen.
struct SeenOfRun {
  Vitals vitals;
  Engine::Counters counters;
  std::vector<std::string> rewritten;  ///< variables that led to us
  /// Sessions that others opened at the server meanwhile; none: it was not told.
  std::optional<std::uint64_t> elsewhere;
};

/// No request at all.
bool is_empty(const Record& record);

/// Why a record is empty, one stage after the other, each with its remedy. Pure.
std::vector<std::string> why_nothing_was_seen(const Record& record, const SeenOfRun& seen);

/// Tests that opened a window into which no statement fell, where others lie outside; or nothing.
std::vector<std::string> windows_without_statements(const Record& record,
                                                    const Engine::Counters& counters);

}  // namespace onetrip
