#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/shared.hpp"
#include "analyzer/statement.hpp"
#include "analyzer/tags.hpp"

namespace onetrip {

struct Resolved;

/// The values of a trip, in one piece of memory: its own, where they are few, as in most.
class TripValues {
 public:
  TripValues() = default;
  TripValues(const TripValues& other) { copy(other); }
  TripValues(TripValues&& other) noexcept { take(other); }
  TripValues& operator=(const TripValues& other) {
    if (this != &other) copy(other);
    return *this;
  }
  TripValues& operator=(TripValues&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~TripValues() = default;

  /// Copies; what is given may be what is held.
  void keep(std::span<const Slot> new_slots, std::span<const ValueHash> new_elements,
            std::span<const ValueHash> new_cells, std::span<const RowMark> new_marks);

  // Good until the next change, and no longer than the trip.
  std::span<const Slot> slots() const { return {at<Slot>(0), sizes_.slots}; }
  std::span<const ValueHash> elements() const {
    return {at<ValueHash>(slots().size_bytes()), sizes_.elements};
  }
  std::span<const ValueHash> cells() const {
    return {at<ValueHash>(slots().size_bytes() + elements().size_bytes()), sizes_.cells};
  }
  /// Empty when all rows came with the first answer.
  std::span<const RowMark> marks() const {
    return {at<RowMark>(bytes() - sizes_.marks * sizeof(RowMark)), sizes_.marks};
  }

 protected:
  /// Bytes of memory beside its own.
  std::size_t held() const { return many_ ? bytes() : 0; }

 private:
  using Few = std::array<std::byte, 64>;
  struct Sizes {
    std::uint32_t slots = 0, elements = 0, cells = 0, marks = 0;
  };

  std::size_t bytes() const {
    return sizes_.slots * sizeof(Slot) + sizes_.elements * sizeof(ValueHash) +
           sizes_.cells * sizeof(ValueHash) + sizes_.marks * sizeof(RowMark);
  }
  template <typename Part>
  const Part* at(std::size_t offset) const {
    return reinterpret_cast<const Part*>((many_ ? many_.get() : few_.data()) + offset);
  }
  void copy(const TripValues& other);
  void take(TripValues& other) noexcept;

  // Slots, elements, cells, marks, one list behind the other.
  std::unique_ptr<std::byte[]> many_;
  Sizes sizes_;
  alignas(8) Few few_;  ///< all of them, where they are not many
};

/// The column that carries most of a large result, among the rows whose sizes were counted.
struct WidestColumn {
  std::uint64_t bytes = 0;
  std::uint64_t of_bytes = 0;  ///< of those rows, headers included; 0: none was counted
  std::uint32_t rows = 0;      ///< counted, as ColumnSizes says
  std::uint16_t position = 0;  ///< from 0

  double share() const {
    return of_bytes == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(of_bytes);
  }
};

using SharedColumns = Shared<std::vector<ResultColumn>>;

/// An execution as the analyzer keeps it in its window: facts by pointer, values as hashes.
struct Trip : TripValues {
  StatementPtr statement;
  SessionId session = 0;
  std::uint64_t order = 0;  ///< over all sessions, in the order in which the worker saw them
  Time sent{}, begun{}, first_answer{}, complete{};
  std::uint64_t rows = 0, bytes = 0;
  RowHash row_hash;
  WidestColumn widest;
  std::uint16_t columns = 0;
  Outcome outcome = Outcome::completed;
  std::array<char, 5> sqlstate{};
  Protocol protocol = Protocol::simple;
  bool pipelined = false;
  bool answer_unseen = false;  ///< rows, bytes, columns and cells are not known, and zero
  bool in_transaction = false;
  bool profiled = false;          ///< the profile has counted its window
  std::uint64_t transaction = 0;  ///< that it ran in, unique in its session; 0 none
  /// How many conflicts its session had met before (is_conflict): what it repeats may be tried
  /// again.
  std::uint32_t attempt = 0;
  std::uint32_t surroundings = 0;  ///< that its session's settings made: SessionSettings
  std::uint32_t savepoint = 0;     ///< first-level one of its transaction that it ran under; 0 none
  std::uint64_t cursor = 0;  ///< FETCHes of one cursor, Executes of one portal: equal, non-zero

  SharedColumns shared_columns;  ///< its key columns, those of other trips of its statement, too
  SharedTags tags;               ///< shared by the trips whose comments say the same; may be null

  std::span<const ResultColumn> key_columns() const {
    return shared_columns ? std::span<const ResultColumn>(*shared_columns)
                          : std::span<const ResultColumn>();
  }
  Location location() const;  ///< file empty when no tag told
  /// The rule that its comment accepts: onetrip='allow:<rule>;<reason>'.
  std::string_view allowed() const;
  std::uint32_t indexed_rows() const {
    const std::size_t width = key_columns().size();
    return width == 0 ? 0U : static_cast<std::uint32_t>(cells().size() / width);
  }
  ValueHash cell(std::uint32_t row, std::size_t column) const {
    return cells()[row * key_columns().size() + column];
  }
  /// When row `row` had arrived.
  Time arrived(std::uint32_t row) const;
  /// Bytes of memory that it holds, its own included; not what it shares.
  std::size_t footprint() const;
};

/// Whether an execution ended in a way after which applications try again what they did: a
/// serialization failure, a deadlock, a lost connection (manual, appendix A: classes 40 and 08, and
/// 57P01 to 57P03).
bool is_conflict(Outcome outcome, const std::array<char, 5>& sqlstate);

/// What is kept of an execution. Session, order, transaction, attempt, surroundings, savepoint and
/// cursor are the window table's to fill in.
/// `columns` are those of the execution.
Trip make_trip(const Execution& execution, const Resolved& resolved, const SharedColumns& columns);

}  // namespace onetrip
