#include "analyzer/trip.hpp"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

#include "analyzer/statement_cache.hpp"

namespace onetrip {

Time Trip::arrived(std::uint32_t row) const {
  const std::span<const RowMark> all = marks();
  const auto after =
      std::upper_bound(all.begin(), all.end(), row,
                       [](std::uint32_t wanted, const RowMark& mark) { return wanted < mark.row; });
  return after == all.begin() ? first_answer : std::prev(after)->time;
}

std::size_t Trip::footprint() const {
  return sizeof(Trip) + held();
}

void TripValues::keep(std::span<const Slot> new_slots, std::span<const ValueHash> new_elements,
                      std::span<const ValueHash> new_cells, std::span<const RowMark> new_marks) {
  static_assert(std::is_trivially_copyable_v<Slot> && std::is_trivially_copyable_v<RowMark>);
  static_assert(sizeof(Slot) % 8 == 0 && sizeof(RowMark) % 8 == 0 && alignof(Slot) <= 8);
  const std::size_t size = new_slots.size_bytes() + new_elements.size_bytes() +
                           new_cells.size_bytes() + new_marks.size_bytes();
  Few few;  // what is given may lie where it goes to
  std::unique_ptr<std::byte[]> many;
  if (size > few.size()) many = std::make_unique_for_overwrite<std::byte[]>(size);
  std::byte* to = many ? many.get() : few.data();
  const auto copy = [&](auto from) {
    to = std::copy_n(reinterpret_cast<const std::byte*>(from.data()), from.size_bytes(), to);
    return static_cast<std::uint32_t>(from.size());
  };
  sizes_.slots = copy(new_slots);
  sizes_.elements = copy(new_elements);
  sizes_.cells = copy(new_cells);
  sizes_.marks = copy(new_marks);
  if (!many) few_ = few;
  many_ = std::move(many);
}

void TripValues::copy(const TripValues& other) {
  keep(other.slots(), other.elements(), other.cells(), other.marks());
}

void TripValues::take(TripValues& other) noexcept {
  many_ = std::move(other.many_);
  if (!many_) few_ = other.few_;
  sizes_ = std::exchange(other.sizes_, {});
}

namespace {

//   allow:<rule>[;<reason>]
std::string_view allowed_rule(std::string_view comment) {
  constexpr std::string_view key = "allow:";
  if (!comment.starts_with(key)) return {};
  comment.remove_prefix(key.size());
  return comment.substr(0, comment.find(';'));
}

WidestColumn widest_of(const ColumnSizes& sizes) {
  const auto widest = std::max_element(sizes.bytes.begin(), sizes.bytes.end());
  if (widest == sizes.bytes.end()) return {};
  return {*widest, sizes.of_bytes, sizes.rows,
          static_cast<std::uint16_t>(widest - sizes.bytes.begin())};
}

}  // namespace

Location Trip::location() const {
  if (!tags || tags->file.empty()) return {};
  return {tags->file, tags->function, tags->location_source, tags->line};
}

std::string_view Trip::allowed() const {
  return tags ? allowed_rule(tags->allow) : std::string_view();
}

bool is_conflict(Outcome outcome, const std::array<char, 5>& sqlstate) {
  if (outcome == Outcome::cut) return true;
  if (outcome != Outcome::failed) return false;
  const std::string_view state(sqlstate.data(), sqlstate.size());
  return state.starts_with("40") || state.starts_with("08") || state.starts_with("57P0");
}

Trip make_trip(const Execution& execution, const Resolved& resolved, const SharedColumns& columns) {
  Trip trip;
  trip.statement = resolved.statement;
  trip.sent = execution.sent;
  trip.begun = execution.begun;
  trip.first_answer = execution.first_answer;
  trip.complete = execution.complete;
  trip.rows = execution.rows;
  trip.bytes = execution.bytes;
  trip.columns = execution.columns;
  trip.row_hash = execution.row_hash;
  trip.widest = widest_of(execution.sizes);
  trip.outcome = execution.outcome;
  trip.sqlstate = execution.sqlstate;
  trip.protocol = execution.protocol;
  trip.pipelined = execution.pipelined;
  trip.answer_unseen = execution.answer_unseen;
  trip.keep(resolved.slots, resolved.elements, execution.cells, execution.marks);
  trip.shared_columns = columns;
  trip.tags = resolved.tags;
  return trip;
}

}  // namespace onetrip
