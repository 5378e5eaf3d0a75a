#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/options.hpp"

namespace onetrip {

using Environment = std::map<std::string, std::string>;

/// The variables of this process.
Environment read_environment();

std::string variable(const Environment& environment, const std::string& name);

/// The configuration of a command line: its file, or onetrip.toml of this folder when there is one.
/// A file that is named, or there, and cannot be read is an error like any other.
LoadedConfig load_for(const Options& options, const Environment& environment);

/// What is wrong in that file by itself, for those who need no server.
std::vector<ConfigError> faults_of_file(const Options& options);

/// Prints every error to stderr, one line each. True when there was none.
bool print_errors(const LoadedConfig& loaded);

/// A whole file; none when it cannot be read.
bool read_file(const std::string& name, std::string& out);

/// What callers of an admin port show: the first line of its file; empty when no file is named.
/// False when it cannot be read.
bool read_token(const std::string& name, std::string& token);

}  // namespace onetrip
