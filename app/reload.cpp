#include "app/reload.hpp"

#include "app/config_keys.hpp"

namespace onetrip {
namespace {

/// Compares what the fields hold, since print masks passwords.
bool same(const ConfigKey& key, Config& a, Config& b) {
  return std::visit([&](auto* value) { return *value == *std::get<decltype(value)>(key.field(b)); },
                    key.field(a));
}

void compare(const ConfigKey& key, const std::string& name, Config& before, Config& after,
             std::vector<ConfigChange>& out) {
  if (same(key, before, after)) return;
  out.push_back({name, value_text(key, before), value_text(key, after),
                 key.change == ConfigKey::Change::reload});
}

}  // namespace

std::vector<ConfigChange> config_changes(Config before, Config after) {
  std::vector<ConfigChange> out;
  const std::size_t pairs = before.proxies.size();
  if (pairs != after.proxies.size()) {
    out.push_back(
        {"[[proxy]]", std::to_string(pairs), std::to_string(after.proxies.size()), false});
  } else {
    for (std::size_t i = 0; i < pairs; ++i) {
      for (const ConfigKey& key : pair_keys(i))
        compare(key, "proxy[" + std::to_string(i) + "]." + key.name(), before, after, out);
    }
  }
  for (const ConfigKey& key : config_keys()) compare(key, key.path, before, after, out);
  return out;
}

void take_live_values(Config& running, Config next) {
  for (const ConfigKey& key : config_keys()) {
    if (key.change != ConfigKey::Change::reload) continue;
    std::visit([&](auto* value) { *value = *std::get<decltype(value)>(key.field(next)); },
               key.field(running));
  }
}

}  // namespace onetrip
