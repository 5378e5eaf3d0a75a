#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onetrip {

/// Prepared statements come and go by SQL too. These find the names in a text of one or several
/// statements, of which the nth (from 0) that begins with the keyword is meant.

/// DEALLOCATE [ PREPARE ] name
std::optional<std::string> deallocated_name(std::string_view text, unsigned nth);

/// PREPARE name [ ( types ) ] AS statement
struct SqlPrepare {
  std::string name;
  std::string_view statement;  ///< within the text, up to its semicolon
};
std::optional<SqlPrepare> sql_prepare(std::string_view text, unsigned nth);

}  // namespace onetrip
