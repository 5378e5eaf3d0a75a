#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

struct Resolved;

/// An execution as the analyzer keeps it in its window: facts by pointer, values as hashes.
struct Trip {
  StatementPtr statement;
  SessionId session = 0;
  std::uint64_t order = 0;  ///< over all sessions, in the order in which the worker saw them
  Time sent{}, begun{}, first_answer{}, complete{};
  std::uint64_t rows = 0, bytes = 0;
  std::uint16_t columns = 0;
  Outcome outcome = Outcome::completed;
  std::array<char, 5> sqlstate{};
  Protocol protocol = Protocol::simple;
  bool pipelined = false;
  bool in_transaction = false;
  std::uint32_t savepoint = 0;  ///< first-level one of its transaction that it ran under; 0 none
  std::uint64_t cursor = 0;     ///< FETCHes of one cursor, Executes of one portal: equal, non-zero

  std::vector<Slot> slots;
  std::vector<ValueHash> elements;
  std::vector<ResultColumn> key_columns;
  std::vector<ValueHash> cells;
  std::vector<RowMark> marks;
  Location location;    ///< file empty when no tag told
  std::string allowed;  ///< the rule that its comment accepts: onetrip='allow:<rule>;<reason>'

  std::uint32_t indexed_rows() const {
    return key_columns.empty() ? 0U : static_cast<std::uint32_t>(cells.size() / key_columns.size());
  }
  ValueHash cell(std::uint32_t row, std::size_t column) const {
    return cells[row * key_columns.size() + column];
  }
  /// When row `row` had arrived.
  Time arrived(std::uint32_t row) const;
  /// Bytes of memory that it holds, its own included; not the statement, which is shared.
  std::size_t footprint() const;
};

/// What is kept of an execution. Session, order, transaction, savepoint and cursor are the window
/// table's to fill in.
Trip make_trip(const Execution& execution, const Resolved& resolved);

}  // namespace onetrip
