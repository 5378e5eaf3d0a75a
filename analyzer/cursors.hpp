#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/statement_cache.hpp"
#include "analyzer/trip.hpp"

namespace onetrip {

/// The cursors and SQL-level prepared statements of one session, so that FETCH and EXECUTE, which
/// only name them, are known by what they run.
class Cursors {
 public:
  /// Takes DECLARE, CLOSE, PREPARE and DEALLOCATE.
  void follow(const Resolved& resolved, std::uint64_t& last_number);
  /// Gives a FETCH, an EXECUTE or a resumed portal its cursor number, statement and slots.
  void complete(const Execution& execution, const Resolved& resolved, std::uint64_t& last_number,
                Trip& trip);

 private:
  struct Declared {
    std::uint64_t number = 0;
    StatementPtr statement;
    std::vector<Slot> slots;
    std::vector<ValueHash> elements;
  };

  std::unordered_map<std::string, Declared> declared_;
  std::unordered_map<std::string, StatementPtr> prepared_;
};

}  // namespace onetrip
