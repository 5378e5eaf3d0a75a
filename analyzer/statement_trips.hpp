#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/dialect.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Trips of one statement in a window: what most rules that look at single statements report.
struct StatementTrips {
  StatementPtr statement;
  std::vector<std::uint32_t> trips;  ///< indices into Window::trips, ascending
};

/// Puts a trip to those of its statement.
void add_trip(const Window& window, std::uint32_t trip, std::vector<StatementTrips>& into);

/// The trips that `holds` of and whose comments do not accept `rule`, by statement, in the order in
/// which they come. Allocates nothing when there are none.
template <typename Holds>
std::vector<StatementTrips> trips_where(const Window& window, std::string_view rule, Holds holds) {
  std::vector<StatementTrips> found;
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    if (holds(trip) && trip.allowed() != rule) add_trip(window, t, found);
  }
  return found;
}

/// What all such findings have: the statement with the most rows that it gave, where it stands in
/// the program, how often it ran and how long that took, and the shape that makes its cause.
/// Confidence is proven: what a trip did is no guess.
Finding finding_of(const Window& window, const StatementTrips& found);

/// Tables and conditions: "book; book.author_id =". The part of a cause that says where.
std::string cause_shape(const Statement& statement);

/// Names of its tables as people know them: "book", "book, author"; the summary when it has none.
std::string tables_shown(const Statement& statement);

/// What the catalog estimates of a table of the statement; below zero: not known.
double estimated_rows(const Statement& statement, std::uint16_t table, const Catalog* catalog);

/// Whether its conditions name one row of some table: equality with all columns of a key.
bool names_one_row(const Statement& statement, const Catalog* catalog);

/// Whether its conditions pick rows by a column that belongs to some key, so that an index probably
/// finds them: equality, IN or ANY with a member of a unique or foreign key.
bool narrowed_by_key(const Statement& statement, const Catalog* catalog);

/// "1 row", "12 rows"; "3.4 MiB", "20 KiB".
std::string counted(std::uint64_t number, std::string_view singular);
std::string shown_size(std::uint64_t bytes);

/// The words of one ORM. They name nothing of the program, so they are always sure.
struct OrmPhrase {
  Orm orm;
  std::string_view code;
};
void add_phrase(const Window& window, const Statement& statement,
                std::span<const OrmPhrase> phrases, Advice& advice);

}  // namespace onetrip
