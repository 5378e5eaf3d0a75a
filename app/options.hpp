#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/config.hpp"

namespace onetrip {

/// What the process ends with.
enum class Exit : int { fine = 0, usage = 2, unable = 75 };

enum class Verb : std::uint8_t {
  run,
  config_check,
  config_print,
  config_schema,
  fingerprint,
  catalog_export,
  explain,
  analyze,
  status,
  doctor,
  show_text,  ///< help or version: print `text`
};

/// A command line, understood.
struct Options {
  Verb verb = Verb::show_text;
  std::string text;
  std::string config_file;       ///< --config; empty: onetrip.toml where there is one
  std::vector<FlagValue> flags;  ///< those that stand for keys of the configuration
  std::string argument;          ///< SQL, RULE, FILE
  std::string dsn, output, api;  ///< --dsn, -o, --api
  std::string format = "auto";   ///< of analyze
  std::string catalog;           ///< --catalog
  std::string timeout = "60s";   ///< of status --wait
  bool json = false, wait = false;
};

struct UsageError {
  std::string message;
};

/// Without the program's name.
std::variant<Options, UsageError> parse_options(const std::vector<std::string>& arguments);

}  // namespace onetrip
