#pragma once

#include <optional>
#include <string>

#include "analyzer/catalog.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Two tables of one FROM whose rows were paired each with each.
struct Product {
  std::string left, right;
  Confidence confidence = Confidence::likely;
};

/// Whether a result is a product: tables that nothing connects, with more than one row on both
/// sides. Proven when the result shows it, by two values of a key of each; likely when the catalog
/// estimates so of tables without conditions. None when one side may be a single row, or both are
/// asked for the same value.
std::optional<Product> product_of(const Trip& trip, const Catalog* catalog);

/// The cheap part of it: nothing connects two tables of the statement.
bool may_be_product(const Statement& statement);

}  // namespace onetrip
