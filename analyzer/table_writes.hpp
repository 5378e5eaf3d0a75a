#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/window.hpp"

namespace onetrip {

/// Which trips of a window may have changed what others read. Made for one judgement.
class TableWrites {
 public:
  explicit TableWrites(const Window& window);

  /// The trips that may have changed the tables of `reader`, ascending: writes to one of them, row
  /// locks on them (what comes after is read again on purpose), and all of which it is not known
  /// what they write.
  std::vector<std::uint32_t> touching(const Statement& reader) const;

 private:
  struct Write {
    std::uint32_t trip;
    const Statement* statement;
  };
  std::vector<Write> writes_;
};

}  // namespace onetrip
