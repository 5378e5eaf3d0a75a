#pragma once

#include <string>
#include <vector>

#include "analyzer/advice_case.hpp"
#include "analyzer/dialect.hpp"

namespace onetrip {

/// What is done to many rows at once.
enum class Deed : std::uint8_t {
  look_up,
  insert,
  update,       ///< each row gets values of its own
  update_same,  ///< all rows get the same
  remove,
};

/// The rows are those whose `column` has one of many values. `changed`: columns that an update
/// sets.
struct Bulk {
  Deed deed = Deed::look_up;
  TableName table;
  std::string column;
  bool primary_key = false;
  std::vector<std::string> changed;
};

/// The ORM's words for it; no code where it has none that make one statement of it.
OrmWords bulk_words(Orm orm, const Bulk& bulk, const Catalog* catalog);

}  // namespace onetrip
