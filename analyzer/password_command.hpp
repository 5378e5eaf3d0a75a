#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace onetrip {

/// Runs a command that prints a password (a token that expires) and gives its first line. The
/// command is a list, program first, found in PATH; no shell looks at it. Its stdin is empty, its
/// stderr ours. Blocks. Throws std::runtime_error with a sentence that does not repeat what it
/// printed.
std::string run_password_command(const std::vector<std::string>& command,
                                 std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace onetrip
