#include "analyzer/statement_trips.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "analyzer/origin.hpp"
#include "analyzer/orm.hpp"

namespace onetrip {
namespace {

std::vector<std::string> table_names(const Statement& statement) {
  std::vector<std::string> names;
  for (const TableUse& use : statement.tables) {
    std::string name =
        use.schema.empty() || use.schema == "public" ? use.name : use.schema + "." + use.name;
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace

void add_trip(const Window& window, std::uint32_t trip, std::vector<StatementTrips>& into) {
  const StatementPtr& statement = window.trips[trip].statement;
  const auto known = std::find_if(into.begin(), into.end(), [&](const StatementTrips& one) {
    return one.statement->id == statement->id;
  });
  if (known != into.end()) return known->trips.push_back(trip);
  into.push_back({statement, {trip}});
}

Finding finding_of(const Window& window, const StatementTrips& found) {
  const Statement& statement = *found.statement;
  Finding finding;
  finding.confidence = Confidence::proven;
  finding.shape = cause_shape(statement);
  finding.statement = {statement.fingerprint, statement.summary, statement.normalized, 0};
  Time total{};
  for (const std::uint32_t t : found.trips) {
    const Trip& trip = window.trips[t];
    total += trip.complete - trip.begun;
    finding.statement.rows = std::max(finding.statement.rows, trip.rows);
    if (finding.location) continue;
    if (Location location = trip.location(); !location.file.empty())
      finding.location = std::move(location);
  }
  finding.evidence.count = found.trips.size();
  finding.evidence.rows = finding.statement.rows;
  finding.evidence.total_ms = milliseconds_of(total);
  return finding;
}

std::string cause_shape(const Statement& statement) {
  std::vector<std::string> names = table_names(statement);
  std::sort(names.begin(), names.end());
  return joined(names) + "; " + predicate_shape(statement);
}

std::string tables_shown(const Statement& statement) {
  const std::vector<std::string> names = table_names(statement);
  return names.empty() ? statement.summary : joined(names);
}

double estimated_rows(const Statement& statement, std::uint16_t table, const Catalog* catalog) {
  if (catalog == nullptr || table >= statement.tables.size()) return -1;
  const TableUse& use = statement.tables[table];
  const Catalog::Table* known = catalog->table(use.schema, use.name);
  return known == nullptr || known->is_view ? -1 : known->estimated_rows;
}

bool names_one_row(const Statement& statement, const Catalog* catalog) {
  if (catalog == nullptr) return false;
  std::vector<Column> named;
  for (const Predicate& predicate : statement.predicates) {
    if (predicate.op != Predicate::Op::equal) continue;
    if (const auto column = origin_of(predicate.column, statement, catalog).column)
      named.push_back(*column);
  }
  const auto is_named = [&](std::uint32_t table, std::int16_t attribute) {
    return std::find(named.begin(), named.end(), Column{table, attribute}) != named.end();
  };
  return std::any_of(named.begin(), named.end(), [&](const Column& column) {
    const Catalog::Table* table = catalog->table(column.table);
    return table != nullptr &&
           std::any_of(table->unique_keys.begin(), table->unique_keys.end(), [&](const auto& key) {
             return !key.empty() && std::all_of(key.begin(), key.end(), [&](std::int16_t part) {
               return is_named(column.table, part);
             });
           });
  });
}

bool narrowed_by_key(const Statement& statement, const Catalog* catalog) {
  if (catalog == nullptr) return false;
  const auto is_key = [catalog](const Column& column) {
    const Catalog::Table* table = catalog->table(column.table);
    const bool unique =
        table != nullptr &&
        std::any_of(table->unique_keys.begin(), table->unique_keys.end(), [&](const auto& key) {
          return std::find(key.begin(), key.end(), column.attribute) != key.end();
        });
    if (unique) return true;
    const std::vector<Column> referenced = catalog->referenced_by(column);
    return std::any_of(referenced.begin(), referenced.end(),
                       [&](const Column& other) { return !(other == column); });
  };
  return std::any_of(
      statement.predicates.begin(), statement.predicates.end(), [&](const Predicate& predicate) {
        const bool picks = predicate.op == Predicate::Op::equal ||
                           predicate.op == Predicate::Op::in_list ||
                           predicate.op == Predicate::Op::any_array;
        const auto column =
            picks ? origin_of(predicate.column, statement, catalog).column : std::nullopt;
        return column && is_key(*column);
      });
}

std::string counted(std::uint64_t number, std::string_view singular) {
  return std::to_string(number) + " " + std::string(singular) + (number == 1 ? "" : "s");
}

std::string shown_size(std::uint64_t bytes) {
  constexpr double kib = 1024, mib = 1024 * kib;
  const auto size = static_cast<double>(bytes);
  std::array<char, 32> text{};
  if (size >= mib) {
    std::snprintf(text.data(), text.size(), "%.1f MiB", size / mib);
  } else {
    std::snprintf(text.data(), text.size(), "%.0f KiB", size / kib);
  }
  return text.data();
}

void add_phrase(const Window& window, const Statement& statement,
                std::span<const OrmPhrase> phrases, Advice& advice) {
  const Orm orm = guess_orm(window, statement);
  const auto phrase = std::find_if(phrases.begin(), phrases.end(),
                                   [orm](const OrmPhrase& one) { return one.orm == orm; });
  advice.orm = to_string(orm);
  if (phrase == phrases.end()) return;
  advice.code = phrase->code;
  advice.sure = true;
}

}  // namespace onetrip
