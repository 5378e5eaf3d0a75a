#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/candidate.hpp"

namespace onetrip {

/// Gives each child the row that fed it: of the newest result that had its value, the next row not
/// used yet. Children of one value cost a logarithm each, however many rows share it.
class RowPools {
 public:
  RowPools(const Window& window, const Parents& parents, std::pmr::memory_resource* memory)
      : window_(window), parents_(parents), memory_(memory) {}

  /// Where a value stands, in the order of trips and rows; once for each value.
  void add(ValueHash value, std::span<const Occurrence> spots);
  bool has(ValueHash value) const { return pools_.contains(value); }

  struct Pick {
    std::size_t parent = 0;
    Row row;
    Row first;  ///< of those with its value
  };
  /// Asked in the order of the children. None when no row with its value had arrived before.
  std::optional<Pick> take(const Seeker& seeker);

  /// By parent: the row that was given last, and all that were.
  struct Used {
    explicit Used(std::pmr::memory_resource* memory) : rows(memory) {}
    std::optional<Row> last;
    std::pmr::set<Row> rows;
  };
  const std::pmr::map<std::size_t, Used>& used() const { return used_; }

 private:
  struct Pool {
    Pool(std::size_t of, std::pmr::memory_resource* memory)
        : parent(of), rows(memory), unused(memory), agreeing(memory) {}
    std::size_t parent;
    Time first = Time::max();    ///< when the first of its rows had arrived
    std::pmr::vector<Row> rows;  ///< ascending
    std::pmr::set<Row> unused;   ///< made when the first row is taken
    bool opened = false;
    /// Composite keys, by the rest; null where the pool itself is as good.
    std::pmr::map<std::vector<ValueHash>, std::unique_ptr<Pool>> agreeing;
  };

  Pool& agreeing_pool(Pool& pool, const Seeker& seeker) const;
  Row pick(const Pool& pool, Time sent) const;
  void put(Pool& pool, Row row) const;

  const Window& window_;
  const Parents& parents_;
  std::pmr::memory_resource* memory_;
  std::pmr::unordered_map<ValueHash, std::pmr::vector<Pool>> pools_{memory_};
  std::pmr::map<std::size_t, Used> used_{memory_};
};

}  // namespace onetrip
