#include "app/reload.hpp"

#include "app/config_keys.hpp"
#include "rules/rule.hpp"

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

void compare_labels(const std::string& rule, Config& before, Config& after,
                    std::vector<ConfigChange>& out) {
  const std::size_t size = before.rules[rule].labels.size();
  if (size != after.rules[rule].labels.size()) {
    out.push_back({"[[rules." + rule + ".labels]]", std::to_string(size),
                   std::to_string(after.rules[rule].labels.size()), true});
    return;
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (const ConfigKey& key : label_keys(rule, i))
      compare(key, label_place(rule, i) + key.name(), before, after, out);
  }
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
  for (const std::string_view rule : rule_names())
    compare_labels(std::string(rule), before, after, out);
  return out;
}

void take_live_values(Config& running, Config next) {
  for (const ConfigKey& key : config_keys()) {
    if (key.change != ConfigKey::Change::reload) continue;
    std::visit([&](auto* value) { *value = *std::get<decltype(value)>(key.field(next)); },
               key.field(running));
  }
  for (auto& [name, rule] : next.rules) running.rules[name].labels = std::move(rule.labels);
}

}  // namespace onetrip
