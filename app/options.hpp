#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/config.hpp"

namespace onetrip {

/// What the process ends with; `exec` also with whatever its COMMAND ended with.
enum class Exit : int { fine = 0, broken = 1, usage = 2, unable = 75 };

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
  top,
  doctor,
  exec,
  check,
  baseline_update,
  baseline_diff,
  baseline_prune,
  report,
  diff,
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
  std::string interval = "2s";   ///< of top
  bool json = false, wait = false, once = false;

  // What is judged, and how it is told.
  std::vector<std::string> windows;  ///< --windows: recordings; BASE and HEAD of diff
  std::string budget, baseline;      ///< files; empty: those of this folder where there are any
  std::vector<std::string> reports;  ///< --report FORMAT[=PATH]; of report: FORMAT

  struct Exec {
    std::vector<std::string> command;
    std::vector<std::string> templates, rewrite;  ///< --env, --rewrite
    std::string save;
    bool ephemeral = false, allow_empty = false, partial = false;
  };
  Exec exec;
};

struct UsageError {
  std::string message;
};

/// Without the program's name.
std::variant<Options, UsageError> parse_options(const std::vector<std::string>& arguments);

}  // namespace onetrip
