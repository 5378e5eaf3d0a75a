#pragma once

#include <string>
#include <string_view>

namespace onetrip {

/// Text as XML 1.0 and HTML hold it, between tags and in attributes with double quotes: markup
/// escaped; control characters, which XML forbids, made visible; line feeds kept.
std::string markup(std::string_view text);

}  // namespace onetrip
