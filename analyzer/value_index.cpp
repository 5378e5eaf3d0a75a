#include "analyzer/value_index.hpp"

namespace onetrip {

void ValueIndex::scan(const Window& window) {
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    const std::size_t width = trip.key_columns().size();
    for (std::size_t at = 0; at < trip.cells().size(); ++at) {
      if (trip.cells()[at] == no_value) continue;
      const auto wanted = spots_.find(trip.cells()[at]);
      if (wanted == spots_.end() || wanted->second.size() >= max_spots_of_value) continue;
      wanted->second.push_back(
          {t, static_cast<std::uint32_t>(at / width), static_cast<std::uint16_t>(at % width)});
    }
  }
}

std::span<const Occurrence> ValueIndex::find(ValueHash value) const {
  const auto found = spots_.find(value);
  if (found == spots_.end()) return {};
  return found->second;
}

ValueHash single_value(const Trip& trip, std::uint16_t slot) {
  if (slot >= trip.slots().size()) return no_value;
  const Slot& value = trip.slots()[slot];
  if (value.kind == Slot::Kind::scalar) return value.hash;
  const bool one = value.kind == Slot::Kind::array && value.count == 1 && value.elements == 1;
  return one && value.first_element < trip.elements().size() ? trip.elements()[value.first_element]
                                                             : no_value;
}

}  // namespace onetrip
