#include "analyzer/trip.hpp"

#include <algorithm>
#include <string_view>

#include "analyzer/statement_cache.hpp"

namespace onetrip {

Time Trip::arrived(std::uint32_t row) const {
  const auto after =
      std::upper_bound(marks.begin(), marks.end(), row,
                       [](std::uint32_t wanted, const RowMark& mark) { return wanted < mark.row; });
  return after == marks.begin() ? first_answer : std::prev(after)->time;
}

std::size_t Trip::footprint() const {
  std::size_t size = sizeof(Trip) + location.file.size() + location.function.size();
  size += allowed.size();
  size += slots.capacity() * sizeof(Slot) + elements.capacity() * sizeof(ValueHash);
  size += cells.capacity() * sizeof(ValueHash) + marks.capacity() * sizeof(RowMark);
  size += key_columns.capacity() * sizeof(ResultColumn);
  for (const ResultColumn& column : key_columns) size += column.name.size();
  return size;
}

namespace {

//   allow:<rule>[;<reason>]
std::string_view allowed_rule(std::string_view comment) {
  constexpr std::string_view key = "allow:";
  if (!comment.starts_with(key)) return {};
  comment.remove_prefix(key.size());
  return comment.substr(0, comment.find(';'));
}

}  // namespace

Trip make_trip(const Execution& execution, const Resolved& resolved) {
  Trip trip;
  trip.statement = resolved.statement;
  trip.sent = execution.sent;
  trip.begun = execution.begun;
  trip.first_answer = execution.first_answer;
  trip.complete = execution.complete;
  trip.rows = execution.rows;
  trip.bytes = execution.bytes;
  trip.columns = execution.columns;
  trip.outcome = execution.outcome;
  trip.sqlstate = execution.sqlstate;
  trip.protocol = execution.protocol;
  trip.pipelined = execution.pipelined;
  trip.slots = resolved.slots;
  trip.elements = resolved.elements;
  trip.key_columns = execution.key_columns;
  trip.cells = execution.cells;
  trip.marks = execution.marks;
  if (!resolved.tags) return trip;
  const Tags& tags = *resolved.tags;
  trip.allowed = allowed_rule(tags.allow);
  trip.location = Location{tags.file, tags.function, tags.location_source, tags.line};
  return trip;
}

}  // namespace onetrip
