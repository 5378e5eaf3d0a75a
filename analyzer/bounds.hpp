#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine.hpp"

namespace onetrip {

/// A bound of the configuration, and what lay beyond it.
struct Bound {
  std::string_view key;   ///< of the configuration
  std::string_view unit;  ///< what is counted: "statement"
  std::string_view lost;  ///< what became of these, and what is not seen for it
  std::uint64_t count = 0;
};

/// "3 results had more rows … (limits.indexed_rows)".
std::string text_of(const Bound& bound);

/// All bounds of the analysis, those that nothing reached, too.
std::vector<Bound> bounds_of(const Engine::Counters& counters);

}  // namespace onetrip
