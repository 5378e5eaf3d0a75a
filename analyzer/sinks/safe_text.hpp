#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace onetrip {

/// Text of outside bytes (SQL, labels, names) made fit for where it goes. Pure; any thread.

/// Invalid UTF-8 replaced by U+FFFD, one per bad byte; everything else as it is.
std::string valid_utf8(std::string_view bytes);

/// Fit for a terminal: control characters, invalid bytes, line and paragraph separators and the
/// characters that turn the writing direction become visible (`\x1b`, `\u{202e}`).
std::string printable(std::string_view bytes);

/// printable(), with each run of white space as one space, cut to about `longest` characters with
/// "…".
std::string one_line(std::string_view bytes, std::size_t longest);

}  // namespace onetrip
