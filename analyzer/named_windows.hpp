#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/window.hpp"

namespace onetrip {

/// The named windows that are open, and which sessions each one holds.
class NamedWindows {
 public:
  struct Open {
    std::uint64_t number = 0;
    WindowTable::Named named;
    bool from_session =
        false;  ///< opened by SET onetrip.request: closes when its last session leaves
    std::size_t sessions = 0;
    Time opened{};
  };

  Open& add(Open open);
  void remove(std::uint64_t number);
  Open* find(std::uint64_t number);
  /// One of that name that holds such sessions.
  Open* find(std::string_view name, const SessionFacts& facts);
  bool overlaps(const WindowTable::Named& named) const;
  /// The latest one opened from outside that holds such a session; 0 when none does.
  std::uint64_t innermost(const SessionFacts& facts) const;
  /// Changes whenever innermost() may say something else.
  std::uint64_t version() const { return version_; }
  void clear();

 private:
  std::vector<Open> open_;  ///< few, in the order of opening
  std::uint64_t version_ = 1;
};

/// Whether a named window's filters let such a session in.
bool holds(const WindowTable::Named& named, const SessionFacts& facts);

}  // namespace onetrip
