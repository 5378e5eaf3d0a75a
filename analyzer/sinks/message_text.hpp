#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.hpp"

namespace onetrip {

enum class Colour : std::uint8_t { off, on };

/// A line below a message: "fed by", "SELECT book: …". One without a key goes on with the line
/// before it; one without a text is not shown.
struct MessageLine {
  std::string_view key;
  std::string text;
};

/// What a message says first: "error[n-plus-one] GET /books: author was fetched 50 times …".
struct MessageHead {
  Severity level = Severity::error;
  std::string_view rule, label, title;
};

/// A message in the manner of compilers, each line ending with a line feed. The head is made safe
/// for a terminal here, the lines are safe already.
std::string message_text(const MessageHead& head, const std::vector<MessageLine>& lines,
                         Colour colour = Colour::off);

}  // namespace onetrip
