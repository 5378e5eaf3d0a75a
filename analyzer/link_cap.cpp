#include "analyzer/link_cap.hpp"

#include <algorithm>
#include <unordered_map>

#include "analyzer/loops.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

/// The results that fed a loop, in the order in which they came, and which of them one request is
/// known to have asked for: on one connection requests follow each other, so a round that took its
/// value from an earlier result than the last holds together all that came between.
class Sources {
 public:
  Sources(const Window& window, const LoopLink& link, const Loop& loop)
      : window_(window), link_(link), loop_(loop) {}

  /// How many requests there may have been.
  std::size_t requests() {
    if (link_.parent.trips.size() < 2) return 1;
    auto child = link_.children.begin();
    for (const std::uint32_t result : link_.parent.trips) {
      for (; child != link_.children.end() && *child < result; ++child) take_round(*child);
      take_result(result);
    }
    for (; child != link_.children.end(); ++child) take_round(*child);
    return 1 + static_cast<std::size_t>(std::count(parted_.begin(), parted_.end(), true));
  }

 private:
  void take_result(std::uint32_t t) {
    const Trip& trip = window_.trips[t];
    if (last_ != nullptr) parted_.push_back(!belong_together(*last_, trip));
    last_ = &trip;
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      for (const FeedingColumn& column : link_.columns)
        if (column.key_column < trip.key_columns().size())
          latest_[trip.cell(row, column.key_column)] = parted_.size();
  }

  void take_round(std::uint32_t t) {
    const ValueHash value = single_value(window_.trips[t], loop_.fed()[link_.predicate].slot);
    const auto from = value == no_value ? latest_.end() : latest_.find(value);
    if (from == latest_.end()) return;
    std::fill(parted_.begin() + static_cast<std::ptrdiff_t>(from->second), parted_.end(), false);
  }

  /// Pieces of one cursor's result, or of one transaction.
  static bool belong_together(const Trip& one, const Trip& next) {
    const bool cursor = one.cursor != 0 && one.cursor == next.cursor;
    return cursor || (one.transaction != 0 && one.transaction == next.transaction);
  }

  const Window& window_;
  const LoopLink& link_;
  const Loop& loop_;
  const Trip* last_ = nullptr;
  std::vector<bool> parted_;  ///< each result but the first from the one before it
  std::unordered_map<ValueHash, std::size_t> latest_;  ///< the result that had a value last
};

std::string doubt(const Window& window, const Links& links, const LoopLink& link) {
  if (window.source != WindowSource::idle_gap)
    return window.saturated ? "not all statements of the request were kept" : "";
  if (window.saturated) return "requests on this connection cannot be told apart without tags";
  const LoopLink* outermost = &link;
  while (outermost->outer) outermost = &links.links[*outermost->outer];
  const std::size_t requests = Sources(window, *outermost, links.loops[outermost->loop]).requests();
  if (requests == 1) return "";
  return "it may be " + std::to_string(requests) +
         " requests, which followed each other too soon to be told apart without tags";
}

}  // namespace

void cap_links(const Window& window, Links& links) {
  for (LoopLink& link : links.links) {
    if (link.confidence < Confidence::proven) continue;
    link.capped = doubt(window, links, link);
    if (!link.capped.empty()) link.confidence = Confidence::likely;
  }
}

}  // namespace onetrip
