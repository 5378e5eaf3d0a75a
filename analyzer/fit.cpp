#include "analyzer/fit.hpp"

#include <algorithm>
#include <tuple>

namespace onetrip {
namespace {

/// What counts of two that nearly explain as much: the order of rows, where both reasons are
/// strong; then the better reason, the order of rows, how much of the parent was used. Above 0: a.
int compare(const Fit& a, const Fit& b) {
  const std::size_t most = std::max(a.candidate.children.size(), b.candidate.children.size());
  const auto points = [&](const Fit& fit) {
    const Candidate& candidate = fit.candidate;
    const bool explains = candidate.children.size() * 10 >= most * 9;
    const bool anywhere = candidate.scattered && candidate.tie() == Tie::same_column;
    const Tie reason = anywhere ? Tie::none : candidate.tie();
    const bool told = candidate.in_row_order && !candidate.scattered && reason >= Tie::sibling;
    return std::tuple(explains, told, reason, candidate.in_row_order, candidate.coverage >= 0.5);
  };
  const auto left = points(a), right = points(b);
  return left == right ? 0 : (left > right ? 1 : -1);
}

/// Columns that `other` would have named, as alternatives: but not those of the same name.
void tell_beside(Candidate& chosen, const Candidate& other) {
  if (other.children != chosen.children) return;
  for (const FeedingColumn& column : other.columns) {
    const auto same = [&](const FeedingColumn& told) {
      return told.origin.shown() == column.origin.shown();
    };
    if (std::none_of(chosen.columns.begin(), chosen.columns.end(), same) &&
        std::none_of(chosen.alternatives.begin(), chosen.alternatives.end(), same))
      chosen.alternatives.push_back(column);
  }
}

}  // namespace

std::optional<Fit> best_of(std::vector<Fit> fits) {
  if (fits.empty()) return std::nullopt;
  const auto worse = [](const Fit& a, const Fit& b) {
    const int order = compare(a, b);
    if (order != 0) return order < 0;
    return a.candidate.parent.trips.back() < b.candidate.parent.trips.back();
  };
  const auto best = std::max_element(fits.begin(), fits.end(), worse);
  for (const Fit& other : fits)
    if (&other != &*best && other.predicate == best->predicate && compare(other, *best) == 0)
      tell_beside(best->candidate, other.candidate);
  return std::move(*best);
}

}  // namespace onetrip
