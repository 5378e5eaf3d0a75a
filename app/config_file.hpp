#pragma once

#include <string>

#include "app/config.hpp"

namespace onetrip {

/// Reads a TOML file into `loaded`: every fault is noted with its line and column, and what is
/// right is taken nevertheless.
void read_config_file(const std::string& name, const std::string& text, LoadedConfig& loaded);

}  // namespace onetrip
