#pragma once

#include <string>

#include "analyzer/finding.hpp"
#include "analyzer/sinks/message_text.hpp"

namespace onetrip {

/// A finding as people read it: what and where, then the statement, what fed it, the cost, the fix
/// and how to accept it, one line each, the last ending with a line feed. Safe on a terminal
/// whatever the statement holds.
std::string finding_text(const Finding& finding, Colour colour = Colour::off);

}  // namespace onetrip
