#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "analyzer/window.hpp"

namespace onetrip {

/// What earlier windows of each label were like, as far as rules that look at more than one window
/// ask. Bounded: of further labels, statements and chains nothing is kept. Worker thread.
class LabelHistory {
 public:
  static constexpr std::size_t max_labels = 1000, max_results = 64, max_chains = 64;
  /// Smaller results are not followed.
  static constexpr std::uint64_t least_rows = 100;

  /// Takes in a window that has closed, once.
  void record(Window& window);
  void clear() { labels_.clear(); }

  std::uint64_t windows(const std::string& label) const;
  /// The largest result of a statement grew, each time that it changed, over the last five sizes,
  /// by half or more.
  bool grows(const std::string& label, std::uint64_t statement) const;

  struct ChainCount {
    std::uint64_t windows = 0;     ///< that had it
    std::uint64_t new_values = 0;  ///< … with another value than the one before
    std::uint64_t last_value = 0;
  };
  /// By Chain::key.
  ChainCount chain(const std::string& label, std::uint64_t key) const;

 private:
  struct Sizes {
    std::array<std::uint64_t, 5> rows{};  ///< latest last; zeros before the first
  };
  struct Label {
    std::uint64_t windows = 0;
    std::unordered_map<std::uint64_t, Sizes> results;
    std::unordered_map<std::uint64_t, ChainCount> chains;
  };
  static void record_results(const Window& window, Label& label);
  static void record_chains(const Window& window, Label& label);

  std::unordered_map<std::string, Label> labels_;
};

}  // namespace onetrip
