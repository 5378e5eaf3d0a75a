#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace onetrip {

/// Values by numbers that are given out in ascending order, from 1. Most of those that are held are
/// among the latest `Young`: these lie next to one another in the order of their numbers, so that
/// who goes through thousands of them touches little memory. One whose place another takes goes to
/// a hash table.
template <typename Value, std::size_t Young>
class NumberTable {
 public:
  /// A number that is not held.
  void add(std::uint64_t number, Value value) {
    Place& place = young_[number % young_.size()];
    if (place.number != 0) old_.emplace(place.number, place.value);
    place = {number, value};
  }

  /// Null when it is not held; good until the next change.
  const Value* find(std::uint64_t number) const {
    const Place& place = young_[number % young_.size()];
    if (place.number == number) return number == 0 ? nullptr : &place.value;
    if (old_.empty()) return nullptr;
    const auto found = old_.find(number);
    return found == old_.end() ? nullptr : &found->second;
  }

  void erase(std::uint64_t number) {
    Place& place = young_[number % young_.size()];
    if (place.number == number) {
      place = {};
    } else {
      old_.erase(number);
    }
  }

  void clear() { *this = {}; }

 private:
  struct Place {
    std::uint64_t number = 0;  ///< 0: free
    Value value{};
  };
  std::vector<Place> young_ = std::vector<Place>(Young);
  boost::unordered_flat_map<std::uint64_t, Value> old_;
};

}  // namespace onetrip
