#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/skeleton.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

/// What a string, number or name token stands for: quotes off, escapes resolved, an unquoted name
/// in lower case. The view is of the token itself or of `scratch`, which is overwritten.
std::string_view token_value(std::string_view token, TokenKind kind, std::string& scratch);

/// The slot of a literal: scalar, or array when a string is an array's text. Elements are appended.
Slot literal_slot(std::string_view text, const SlotSource& source, const ValueHasher& hasher,
                  std::string& scratch, std::vector<ValueHash>& elements);

/// The hash of a literal as a scalar.
ValueHash literal_hash(std::string_view text, const SlotSource& source, const ValueHasher& hasher,
                       std::string& scratch);

}  // namespace onetrip
