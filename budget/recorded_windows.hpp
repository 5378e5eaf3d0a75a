#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/window.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// A window as it was last judged.
struct RecordedWindow {
  std::uint64_t number = 0;
  std::uint64_t container = 0;  ///< number of the named window it lies in; 0 none
  WindowSource source = WindowSource::idle_gap;
  bool closed = false, set_up = false;
  Time last{};
  std::string name;   ///< of a named window
  RecordEntry entry;  ///< of the window alone; of a named one only the label and whose it is
  std::vector<CommentAllow> allowed;
};

/// Adds to the record what one test showed: all windows that lie in one another, or one that lies
/// in none. What a test does outside the requests that it makes is set-up, unless it makes none. A
/// request is a window told by its tags, or a named one inside another.
void add_family(const std::vector<const RecordedWindow*>& family, Record& record);

}  // namespace onetrip
