#include <iostream>

#include "app/environment.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"
#include "budget/comparison.hpp"

namespace onetrip {
namespace {

/// None when it cannot be read, which was said.
std::optional<Shown> read_shown(const std::string& file) {
  std::string text;
  if (!read_file(file, text)) {
    say("cannot read " + file);
    return std::nullopt;
  }
  auto parsed = parse_shown(text, file);
  if (auto* shown = std::get_if<Shown>(&parsed)) return std::move(*shown);
  say(std::get<BudgetError>(parsed).text());
  return std::nullopt;
}

}  // namespace

Exit compare_runs(const Options& options) {
  const auto base = read_shown(options.windows[0]);
  const auto head = base ? read_shown(options.windows[1]) : std::nullopt;
  if (!head) return Exit::unable;
  std::cout << comparison_text(compare(*base, *head)) << left_out_text(*base, *head);
  return Exit::fine;
}

}  // namespace onetrip
