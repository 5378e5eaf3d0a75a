#include "analyzer/view_rule.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever a server says a view's rule is: columns that can exist, or none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view rule(reinterpret_cast<const char*>(data), size);
  for (const auto& [attribute, column] : onetrip::view_columns(rule)) {
    if (attribute <= 0 || column.table == 0 || column.attribute <= 0) std::abort();
  }
  return 0;
}
