#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "budget/report.hpp"

namespace onetrip {

/// The requests that a page is to show, the worst problem's first: those of findings by the id of
/// their window; of limits that are not kept, by label, one with the most statements.
struct WantedRequests {
  std::vector<std::string> windows, labels;
};

/// Puts a witness together, up to what a browser opens at once.
class WitnessArrays {
 public:
  static constexpr std::size_t most_rows = 500;        ///< of a profile
  static constexpr std::size_t looked_at = 1000;       ///< windows of a label, the newest
  static constexpr std::size_t most_bytes = 8U << 20;  ///< of windows: about 30,000 executions

  /// A JSON object. It is taken once, and left out where there is no room.
  void add_window(const std::string& id, std::string_view json);
  bool full() const { return full_; }  ///< a window was left out
  /// `profiles`: what stands beside the windows.
  Witness witness(Witness profiles) const {
    profiles.windows = "[" + windows_ + "]";
    return profiles;
  }

 private:
  std::set<std::string> known_;
  std::string windows_;
  bool full_ = false;
};

}  // namespace onetrip
