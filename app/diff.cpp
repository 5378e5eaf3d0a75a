#include <iostream>

#include "analyzer/sinks/safe_text.hpp"
#include "app/gate.hpp"
#include "app/verbs.hpp"
#include "budget/comparison.hpp"

namespace onetrip {

Exit compare_recordings(const Options& options) {
  const auto base = read_records({options.windows[0]});
  const auto head = base ? read_records({options.windows[1]}) : std::nullopt;
  if (!head) return Exit::unable;
  std::cout << comparison_text(compare(baseline_of(*base), baseline_of(*head)));
  return Exit::fine;
}

}  // namespace onetrip
