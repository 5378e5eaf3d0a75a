#include "analyzer/question.hpp"

namespace onetrip {

std::optional<std::uint64_t> values_of(const Trip& trip) {
  RowHash hash;
  for (const Slot& slot : trip.slots()) {
    const bool whole =
        slot.count == slot.elements && slot.first_element + slot.elements <= trip.elements().size();
    if (slot.kind == Slot::Kind::null) {
      hash.add(1, 1);
    } else if (slot.kind == Slot::Kind::scalar && slot.hash != no_value) {
      hash.add(slot.hash, 1);
    } else if (slot.kind == Slot::Kind::array && whole) {
      hash.add(slot.count, 1);
      for (std::uint32_t i = 0; i < slot.elements; ++i) {
        const ValueHash element = trip.elements()[slot.first_element + i];
        if (element == no_value) return std::nullopt;
        hash.add(element, 1);
      }
    } else {
      return std::nullopt;
    }
  }
  return hash.value;
}

}  // namespace onetrip
