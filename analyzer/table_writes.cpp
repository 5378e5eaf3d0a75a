#include "analyzer/table_writes.hpp"

#include <algorithm>
#include <unordered_map>

namespace onetrip {
namespace {

enum class Reach : std::uint8_t { nothing, its_tables, anything };

Reach reach_of(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::select:
      if (statement.impure || !statement.parsed) return Reach::anything;
      return statement.data_modifying_cte || statement.locking ? Reach::its_tables : Reach::nothing;
    case StatementKind::insert:
    case StatementKind::update:
    case StatementKind::delete_:
    case StatementKind::merge:
    case StatementKind::copy:
      return statement.parsed && !statement.impure && !statement.tables.empty() ? Reach::its_tables
                                                                                : Reach::anything;
    case StatementKind::execute:
    case StatementKind::ddl:
    case StatementKind::lock:
    case StatementKind::other:
      return Reach::anything;
    default:
      return Reach::nothing;
  }
}

/// Names decide: two tables of one name in different schemas are taken for one.
bool touches(const Statement& writer, const Statement& reader) {
  if (reach_of(writer) == Reach::anything) return true;
  const bool all = writer.locking || writer.kind == StatementKind::copy;
  return std::any_of(writer.tables.begin(), writer.tables.end(), [&](const TableUse& written) {
    if (!written.written && !all) return false;
    return std::any_of(reader.tables.begin(), reader.tables.end(),
                       [&](const TableUse& read) { return read.name == written.name; });
  });
}

}  // namespace

TableWrites::TableWrites(const Window& window) {
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Statement* statement = window.trips[t].statement.get();
    if (reach_of(*statement) != Reach::nothing) writes_.push_back({t, statement});
  }
}

std::vector<std::uint32_t> TableWrites::touching(const Statement& reader) const {
  std::vector<std::uint32_t> trips;
  std::unordered_map<std::uint64_t, bool> known;
  for (const Write& write : writes_) {
    const auto [verdict, is_new] = known.try_emplace(write.statement->id, false);
    if (is_new) verdict->second = touches(*write.statement, reader);
    if (verdict->second) trips.push_back(write.trip);
  }
  return trips;
}

}  // namespace onetrip
