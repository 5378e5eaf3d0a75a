#include "app/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analyzer/sinks/safe_text.hpp"
#include "app/config_file.hpp"

namespace onetrip {

Environment read_environment() {
  Environment out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

bool read_file(const std::string& name, std::string& out) {
  std::error_code unknown;  // a folder on the way that is not for us
  if (std::filesystem::is_directory(name, unknown)) return false;
  std::ifstream file(name, std::ios::binary);
  if (!file) return false;
  out.assign(std::istreambuf_iterator<char>(file), {});
  return !file.bad();
}

bool read_token(const std::string& name, std::string& token) {
  token.clear();
  if (name.empty()) return true;
  if (!read_file(name, token)) return false;
  token.resize(std::min(token.find_first_of("\r\n"), token.size()));
  return true;
}

namespace {

/// Its name and text go to `sources`. False: it is named, or there, and cannot be read.
bool read_config(const Options& options, ConfigSources& sources) {
  const bool named = !options.config_file.empty();
  const std::string name = named ? options.config_file : "onetrip.toml";
  if (read_file(name, sources.file_text)) {
    sources.file_name = name;
    return true;
  }
  std::error_code ignored;
  return !named && !std::filesystem::exists(name, ignored);
}

ConfigError unreadable(const Options& options) {
  if (options.config_file.empty()) return {"onetrip.toml", "cannot read the file"};
  return {"--config", "cannot read the file `" + options.config_file + "`"};
}

}  // namespace

LoadedConfig load_for(const Options& options, const Environment& environment) {
  ConfigSources sources;
  sources.environment = environment;
  sources.flags = options.flags;
  const bool read = read_config(options, sources);
  LoadedConfig loaded = load_config(sources);
  if (!read) loaded.errors.insert(loaded.errors.begin(), unreadable(options));
  return loaded;
}

std::vector<ConfigError> faults_of_file(const Options& options) {
  ConfigSources sources;
  if (!read_config(options, sources)) return {unreadable(options)};
  LoadedConfig loaded;
  if (!sources.file_name.empty()) read_config_file(sources.file_name, sources.file_text, loaded);
  return loaded.errors;
}

bool print_errors(const LoadedConfig& loaded) {
  for (const ConfigError& error : loaded.errors) {
    std::cerr << "onetrip: " << printable(error.text()) << "\n";
  }
  return loaded.errors.empty();
}

}  // namespace onetrip
