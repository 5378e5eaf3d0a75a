#pragma once

#include <string>

namespace onetrip {

/// What libpg_query says of a text.
struct ParseTree {
  std::string json;         ///< its parse tree; empty when it did not understand the text
  std::string fingerprint;  ///< its own, 16 hex digits
};

/// Asks libpg_query. The caller has bounded the text's length and depth (statement_depth.hpp): both
/// calls recurse over the tree, and nothing in them watches the stack. Any thread.
ParseTree parse(const std::string& sql);

}  // namespace onetrip
