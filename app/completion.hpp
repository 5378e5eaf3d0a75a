#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace onetrip {

/// bash, zsh, fish.
const std::vector<std::string>& completed_shells();

/// What one of these shells completes: verbs, flags, and what may be their values. All of it is
/// read off the command line's own tree. A program for that shell, ending with a line feed.
std::string completion_script(const std::string& shell, CLI::App& root);

}  // namespace onetrip
