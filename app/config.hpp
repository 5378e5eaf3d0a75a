#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyzer/rule_options.hpp"

namespace onetrip {

/// What can be configured, with its defaults. Plain values: config_keys.cpp says how each is
/// written, which values it takes and what it means.
struct Config {
  struct Pair {
    std::vector<std::string> listen{"127.0.0.1:6532"};
    std::string upstream;  ///< as written; may hold a password
  };
  struct ListenTls {
    std::string mode = "off";
    std::string certificate, key, client_ca;
    bool demand_client_certificate = false;
    std::string min_version = "1.2";
  };
  struct UpstreamTls {
    std::string mode = "prefer";
    std::string ca, crl, certificate, key;
    std::string min_version = "1.2";
  };
  struct Analysis {
    bool enabled = true;
    double sample = 1.0;  ///< share of the sessions that are looked at
  };
  struct Limits {
    std::int64_t io_threads = 1, clients = 1000;
    bool io_uring = true;
    Time startup = std::chrono::seconds(60), connect = std::chrono::seconds(10);
    Time linger = std::chrono::seconds(2);
    Time keepalive_idle = std::chrono::seconds(60), keepalive_interval = std::chrono::seconds(10);
    std::int64_t keepalive_probes = 6;
    std::int64_t statement_text = 64 << 10;
    std::int64_t pipeline = 4 << 20, prepared = 4 << 20, portals = 4 << 20;
    std::int64_t ring_events = 65'536, ring_memory = 32 << 20;
    std::int64_t text_cache = 16 << 20, shape_cache = 64 << 20;
    std::int64_t indexed_rows = 1000, key_columns = 8;
    std::int64_t profile = 2000, findings = 10'000;
  };
  struct Window {
    Time idle_gap = std::chrono::milliseconds(100);  ///< zero: off
    Time silence = std::chrono::seconds(2), max_age = std::chrono::seconds(60);
    std::int64_t max_statements = 10'000, max_rows = 1'000'000;
    std::int64_t max_open = 10'000, memory = 256 << 20;
  };
  struct Ignore {
    std::vector<std::string> applications{"pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup",
                                          "pg_receivewal"};
    std::vector<std::string> users, databases;
  };
  /// What a rule says, and from where on.
  struct RuleCase {
    std::string level = "default", proven = "default", likely = "default", possible = "default";
    OptionValues options;  ///< every option of the rule has its entry
  };
  /// Of windows whose label matches, instead of what holds for all; "default": as for all.
  struct RuleLabels : RuleCase {
    std::string match;  ///< a glob
  };
  struct Rule : RuleCase {
    std::vector<RuleLabels> labels;  ///< the first that matches is taken
  };
  struct Catalog {
    std::string dsn, file;
    std::vector<std::string> password_command;  ///< program and arguments
    Time patience = std::chrono::seconds(5);
  };
  struct Admin {
    std::string listen = "127.0.0.1:9188";  ///< "off": none
    std::string token_file;
    std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
    bool quit = false;
  };
  struct Log {
    std::string format = "auto", level = "info", colour = "auto";
  };
  struct Metrics {
    std::int64_t label_values = 200;
  };
  struct Store {
    std::string path = "off";  ///< "off": none
    std::int64_t max_size = 256 << 20;
    Time max_age = std::chrono::hours(24 * 30);
  };
  struct Drain {
    Time min_delay{}, limit = std::chrono::seconds(30);
  };

  std::string budget;                 ///< file; empty: none was named
  std::vector<Pair> proxies{Pair{}};  ///< at least one
  ListenTls listen_tls;               ///< of every pair
  UpstreamTls upstream_tls;           ///< of every pair whose URL does not say otherwise
  Limits limits;
  Analysis analysis;
  Window window;
  Ignore ignore;
  std::map<std::string, Rule> rules;  ///< every rule has its entry
  Catalog catalog;
  Admin admin;
  Log log;
  Metrics metrics;
  Store store;
  Drain drain;
};

/// What is wrong, and where: "onetrip.toml:3:1: unknown key …".
struct ConfigError {
  std::string place;  ///< file:line:column, or the variable or flag; empty when nothing was written
  std::string message;  ///< a sentence that says what to do
  std::string text() const { return place.empty() ? message : place + ": " + message; }
};

/// Where a value came from, by key ("window.idle_gap", "proxy[0].listen"): a place as in
/// ConfigError. Keys that are not in it have their default.
using Origins = std::map<std::string, std::string>;

/// One value given on the command line.
struct FlagValue {
  std::string key, flag;  ///< "proxy.listen", "--listen"
  std::vector<std::string> values;
};

struct ConfigSources {
  std::string file_name, file_text;  ///< empty name: no file
  std::map<std::string, std::string> environment;
  std::vector<FlagValue> flags;
};

struct LoadedConfig {
  Config config;
  Origins origins;
  std::vector<ConfigError> errors;  ///< of all sources, in order; empty: the config may be used
};

/// Defaults < file < ONETRIP_* environment < flags. Pure: sources are given.
LoadedConfig load_config(const ConfigSources& sources);

/// What the files that the configuration names are like: one error for each that cannot be used.
/// Reads them, and nothing else.
std::vector<ConfigError> check_files(const LoadedConfig& loaded);

/// The effective values as TOML that reads back as the same, secrets as `***`; each that is not a
/// default says where it came from.
std::string print_config(const LoadedConfig& loaded);

/// JSON Schema of the file, made of the same table of keys as the parser.
std::string config_schema();

}  // namespace onetrip
