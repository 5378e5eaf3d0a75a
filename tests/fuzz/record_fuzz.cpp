#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "budget/record_json.hpp"
#include "budget/shown.hpp"

// Any bytes are a record or are refused with a sentence; one that was read reads the same once
// written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onetrip;
  parse_shown({reinterpret_cast<const char*>(data), size}, "fuzz");
  const auto read = parse_record({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (std::holds_alternative<BudgetError>(read)) return 0;
  const std::string text = record_text(std::get<Record>(read));
  const auto again = parse_record(text, "fuzz");
  if (!std::holds_alternative<Record>(again)) std::abort();
  if (record_text(std::get<Record>(again)) != text) std::abort();
  return 0;
}
