#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// A name cut into words in lower case: order_items, orderItems, OrderItems → order, items.
using NameWords = std::vector<std::string>;
NameWords words_of_name(std::string_view name);

std::string lower(std::string_view text);
/// By English endings only: an irregular plural is not known, and comes back as it is.
std::string singular(std::string word);
std::string plural(std::string word);
bool is_plural(std::string_view name);  ///< its last word ends as plurals do

std::string snake(const NameWords& words);   ///< order_item
std::string camel(const NameWords& words);   ///< orderItem
std::string pascal(const NameWords& words);  ///< OrderItem
/// The class that an ORM by custom makes of a table's name: order_items → OrderItem.
std::string model_name(std::string_view table);

/// What a lone aggregate computes: count(*), avg("review"."rating").
struct Aggregate {
  std::string function;  ///< in lower case; empty when the select list is no such call
  bool star = false;
  std::string column;  ///< empty when its argument is no plain column
};
Aggregate read_aggregate(const Statement& statement);

bool is_primary_key(const Origin& origin, const Catalog* catalog);
std::string join(const std::vector<std::string>& parts, std::string_view between);

}  // namespace onetrip
