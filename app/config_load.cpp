#include <algorithm>
#include <cctype>

#include "app/config_file.hpp"
#include "app/config_keys.hpp"
#include "app/config_steps.hpp"
#include "budget/nearest.hpp"

namespace onetrip {
namespace {

/// "window.idle_gap" → "ONETRIP_WINDOW__IDLE_GAP"
std::string variable_of(const std::string& path) {
  std::string out = "ONETRIP_";
  for (const char c : path) {
    if (c == '.') {
      out += "__";
    } else {
      out.push_back(c == '-' ? '_'
                             : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    }
  }
  return out;
}

std::vector<ConfigKey> all_keys() {
  std::vector<ConfigKey> keys = pair_keys(0);
  keys.insert(keys.end(), config_keys().begin(), config_keys().end());
  return keys;
}

std::string origin_name(const ConfigKey& key) {
  return key.section() == "proxy" ? "proxy[0]." + key.name() : key.path;
}

/// An unknown name is an error only with `__`: Kubernetes makes ONETRIP_SERVICE_HOST and the like.
void read_environment(const std::map<std::string, std::string>& environment, LoadedConfig& loaded) {
  const std::vector<ConfigKey> keys = all_keys();
  std::vector<std::string> names;
  for (const ConfigKey& key : keys) names.push_back(variable_of(key.path));
  for (const auto& [name, text] : environment) {
    if (!name.starts_with("ONETRIP_")) continue;
    const auto known = std::find(names.begin(), names.end(), name);
    if (known == names.end()) {
      if (name.find("__") == std::string::npos) continue;
      loaded.errors.push_back(
          {name, "no such key of the configuration." + did_you_mean(name, names)});
      continue;
    }
    const ConfigKey& key = keys[static_cast<std::size_t>(known - names.begin())];
    if (auto error = assign_text(key, text, loaded.config)) {
      loaded.errors.push_back({name, *error});
    } else {
      loaded.origins[origin_name(key)] = name;
    }
  }
}

void read_flags(const std::vector<FlagValue>& flags, LoadedConfig& loaded) {
  const std::vector<ConfigKey> keys = all_keys();
  for (const FlagValue& flag : flags) {
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& k) { return k.path == flag.key; });
    if (key == keys.end() || flag.values.empty()) continue;
    const bool is_list =
        key->kind == ConfigKey::Kind::listen || key->kind == ConfigKey::Kind::texts;
    auto error = is_list ? assign(*key, flag.values, loaded.config)
                         : assign_text(*key, flag.values.back(), loaded.config);
    if (error) {
      loaded.errors.push_back({flag.flag, *error});
    } else {
      loaded.origins[origin_name(*key)] = flag.flag;
    }
  }
}

/// What labels do not set is as for all.
void inherit_options(LoadedConfig& loaded) {
  for (auto& [name, rule] : loaded.config.rules) {
    for (std::size_t i = 0; i < rule.labels.size(); ++i) {
      for (const auto& [option, value] : rule.options) {
        if (!loaded.origins.contains(label_place(name, i) + option))
          rule.labels[i].options[option] = value;
      }
    }
  }
}

}  // namespace

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  for (const ConfigKey& key : config_keys()) key.field(loaded.config);  // every rule has its entry
  if (!sources.file_name.empty()) read_config_file(sources.file_name, sources.file_text, loaded);
  read_environment(sources.environment, loaded);
  read_flags(sources.flags, loaded);
  inherit_options(loaded);
  borrow_upstream(sources.environment, loaded);
  borrow_store(sources.environment, loaded);
  check_values(loaded);
  return loaded;
}

}  // namespace onetrip
