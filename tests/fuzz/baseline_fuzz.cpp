#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "budget/baseline.hpp"

using namespace onetrip;

/// Any bytes are a baseline or are refused with a sentence; one that was read reads the same once
/// written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_baseline(text, "b.json");
  if (const auto* error = std::get_if<BudgetError>(&parsed)) {
    if (error->message.empty()) std::abort();
    return 0;
  }
  const Baseline& baseline = std::get<Baseline>(parsed);
  const auto again = parse_baseline(baseline_text(baseline), "b.json");
  const Baseline* read = std::get_if<Baseline>(&again);
  if (read == nullptr || *read != baseline) std::abort();
  if (!differences(baseline, *read).empty()) std::abort();
  return 0;
}
