#pragma once

#include <vector>

#include "analyzer/finding.hpp"
#include "analyzer/sinks/message_text.hpp"

namespace onetrip {

/// What a finding says below its title: the statement, what fed it, the proof, the cost, the fix
/// and where, in this order, safe on a terminal. How to accept it is the reader's: logs and reports
/// differ in it.
std::vector<MessageLine> finding_lines(const Finding& finding);

}  // namespace onetrip
