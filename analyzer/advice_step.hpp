#pragma once

#include <string>
#include <vector>

#include "analyzer/advice_case.hpp"

namespace onetrip {

/// From a model over a relation to another model, as an ORM by custom spells them. Several
/// relations where two keys lead to one table.
struct Step {
  std::string model, other;
  std::vector<std::string> relations;
  bool to_one = false, forward = false;

  const std::string& relation() const { return relations.front(); }
};

/// What the bare relation cannot do: rows that more than the link decides, the first ones of each
/// parent, or a value for each. Empty when the ORM has no words that would do it in one statement.
/// advice_per_row.cpp
std::string advise_per_row(Orm orm, const LoopCase& loop, const Step& step);

}  // namespace onetrip
