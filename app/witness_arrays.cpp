#include "app/witness_arrays.hpp"

namespace onetrip {

void WitnessArrays::add_window(const std::string& id, std::string_view json) {
  full_ = full_ || windows_.size() + json.size() > most_bytes;
  if (full_ || !known_.insert(id).second) return;
  windows_.append(windows_.empty() ? "" : ", ").append(json);
}

}  // namespace onetrip
