#pragma once

#include <string_view>

namespace onetrip {

/// "onetrip: <sentence>" on stderr, fit for a terminal.
void say(std::string_view sentence);

}  // namespace onetrip
