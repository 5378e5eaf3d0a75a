#include "app/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analyzer/sinks/safe_text.hpp"

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
  if (std::filesystem::is_directory(name)) return false;
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

LoadedConfig load_for(const Options& options, const Environment& environment) {
  ConfigSources sources;
  sources.environment = environment;
  sources.flags = options.flags;
  const bool named = !options.config_file.empty();
  const std::string name = named ? options.config_file : "onetrip.toml";
  const bool read = read_file(name, sources.file_text);
  if (read) sources.file_name = name;
  LoadedConfig loaded = load_config(sources);
  if (named && !read) {
    loaded.errors.insert(loaded.errors.begin(),
                         {"--config", "cannot read the file `" + name + "`"});
  }
  return loaded;
}

bool print_errors(const LoadedConfig& loaded) {
  for (const ConfigError& error : loaded.errors) {
    std::cerr << "onetrip: " << printable(error.text()) << "\n";
  }
  return loaded.errors.empty();
}

}  // namespace onetrip
