#include "app/witness_arrays.hpp"

namespace onetrip {
namespace {

void append(std::string& array, std::string_view json) {
  array.append(array.empty() ? "" : ", ").append(json);
}

}  // namespace

void WitnessArrays::add_window(const std::string& id, std::string_view json) {
  full_ = full_ || windows_.size() + json.size() > most_bytes;
  if (!full_ && known_.insert(id).second) append(windows_, json);
}

void WitnessArrays::add_statement(std::string_view json) {
  append(statements_, json);
}

}  // namespace onetrip
