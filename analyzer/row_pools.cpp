#include "analyzer/row_pools.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {
namespace {

/// How many of the seeker's other values stand in the same row (composite keys: all come from one).
std::size_t agreement(const Trip& trip, std::uint32_t row, const Seeker& seeker) {
  std::size_t agreeing = 0;
  for (const ValueHash other : seeker.others) {
    for (std::size_t c = 0; c < trip.key_columns().size(); ++c)
      if (trip.cell(row, c) == other) {
        ++agreeing;
        break;
      }
  }
  return agreeing;
}

}  // namespace

void RowPools::put(Pool& pool, Row row) const {
  pool.rows.push_back(row);
  pool.first = std::min(pool.first, window_.trips[row.first].arrived(row.second));
}

void RowPools::add(ValueHash value, std::span<const Occurrence> spots) {
  std::pmr::vector<Pool>& pools = pools_[value];
  std::pmr::unordered_map<std::size_t, std::size_t> by_parent(memory_);
  for (const Occurrence& spot : spots) {
    const std::size_t parent = *parents_.of(spot.trip);
    std::size_t at = pools.size() - 1;
    if (pools.empty() || pools.back().parent != parent) {
      const auto [found, is_new] = by_parent.try_emplace(parent, pools.size());
      if (is_new) pools.emplace_back(parent, memory_);
      at = found->second;
    }
    Pool& pool = pools[at];
    const Row row{spot.trip, spot.row};
    if (pool.rows.empty() || pool.rows.back() != row) put(pool, row);
  }
}

/// The rows that also have most of the seeker's other values; the pool itself when none has any.
RowPools::Pool& RowPools::agreeing_pool(Pool& pool, const Seeker& seeker) const {
  if (seeker.others.empty()) return pool;
  const auto [found, is_new] = pool.agreeing.try_emplace(seeker.others);
  if (!is_new) return found->second ? *found->second : pool;
  std::size_t most = 0;
  for (const Row& row : pool.rows)
    most = std::max(most, agreement(window_.trips[row.first], row.second, seeker));
  if (most == 0) return pool;
  found->second = std::make_unique<Pool>(pool.parent, memory_);
  Pool& best = *found->second;
  for (const Row& row : pool.rows)
    if (agreement(window_.trips[row.first], row.second, seeker) == most) put(best, row);
  return best;
}

/// The parent's last row or the next one after it; else the first unused one; else any.
Row RowPools::pick(const Pool& pool, Time sent) const {
  const auto arrived = [&](const Row& row) {
    return window_.trips[row.first].arrived(row.second) <= sent;
  };
  const auto used = used_.find(pool.parent);
  if (used != used_.end() && used->second.last) {
    const auto next = pool.unused.lower_bound(*used->second.last);
    if (next != pool.unused.end() && arrived(*next)) return *next;
  }
  if (!pool.unused.empty() && arrived(*pool.unused.begin())) return *pool.unused.begin();
  return *std::find_if(pool.rows.begin(), pool.rows.end(), arrived);
}

std::optional<RowPools::Pick> RowPools::take(const Seeker& seeker) {
  const auto known = pools_.find(seeker.value);
  if (known == pools_.end()) return std::nullopt;
  const Time sent = window_.trips[seeker.trip].sent;
  std::pmr::vector<Pool>& pools = known->second;
  const auto newest = std::find_if(pools.rbegin(), pools.rend(),
                                   [&](const Pool& pool) { return pool.first <= sent; });
  if (newest == pools.rend()) return std::nullopt;
  Pool* pool = &agreeing_pool(*newest, seeker);
  if (pool->first > sent) pool = &*newest;
  if (!std::exchange(pool->opened, true)) pool->unused.insert(pool->rows.begin(), pool->rows.end());
  const Row row = pick(*pool, sent);
  pool->unused.erase(row);
  Used& used = used_.try_emplace(pool->parent, memory_).first->second;
  used.last = row;
  used.rows.insert(row);
  return Pick{pool->parent, row, pool->rows.front()};
}

}  // namespace onetrip
