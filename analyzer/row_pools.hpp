#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/candidate.hpp"

namespace onetrip {

/// Gives each child the row that fed it: of the newest result that had its value, the next row not
/// used yet. Children of one value cost a logarithm each, however many rows share it.
class RowPools {
 public:
  RowPools(const Window& window, const Parents& parents) : window_(window), parents_(parents) {}

  /// Where a value stands, in the order of trips and rows; once for each value.
  void add(ValueHash value, const std::vector<Occurrence>& spots);
  bool has(ValueHash value) const { return pools_.contains(value); }

  struct Pick {
    std::size_t parent = 0;
    Row row;
  };
  /// Asked in the order of the children. None when no row with its value had arrived before.
  std::optional<Pick> take(const Seeker& seeker);

  /// By parent: the row that was given last, and all that were.
  struct Used {
    std::optional<Row> last;
    std::set<Row> rows;
  };
  const std::map<std::size_t, Used>& used() const { return used_; }

 private:
  struct Pool {
    std::size_t parent = 0;
    Time first = Time::max();  ///< when the first of its rows had arrived
    std::vector<Row> rows;     ///< ascending
    std::set<Row> unused;      ///< made when the first row is taken
    bool opened = false;
    std::map<std::vector<ValueHash>, std::vector<Pool>> agreeing;  ///< composite keys, by the rest
  };

  Pool& agreeing_pool(Pool& pool, const Seeker& seeker) const;
  Row pick(const Pool& pool, Time sent) const;
  void put(Pool& pool, Row row) const;

  const Window& window_;
  const Parents& parents_;
  std::unordered_map<ValueHash, std::vector<Pool>> pools_;
  std::map<std::size_t, Used> used_;
};

}  // namespace onetrip
