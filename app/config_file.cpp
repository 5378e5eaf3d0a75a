#include "app/config_file.hpp"

#include <algorithm>
#include <sstream>

#include "app/config_keys.hpp"
#include "budget/nearest.hpp"
#include "budget/toml.hpp"

namespace onetrip {
namespace {

/// Walks a parsed file along the table of keys.
class FileReader {
 public:
  FileReader(std::string file, LoadedConfig& loaded) : file_(std::move(file)), loaded_(loaded) {}

  void read(const toml::table& root) {
    for (const auto& [name, node] : root) {
      if (name.str() == "proxy") {
        read_pairs(node);
      } else {
        read_node(std::string(name.str()), node, name.source(), config_keys(), "");
      }
    }
  }

  void fail(const toml::source_region& where, std::string message) {
    loaded_.errors.push_back({place(where), std::move(message)});
  }

 private:
  std::string place(const toml::source_region& where) const {
    return file_ + ":" + std::to_string(where.begin.line) + ":" +
           std::to_string(where.begin.column);
  }

  /// A list of tables, one at least; null, and told, when it is something else.
  const toml::array* tables_in(const std::string& path, const toml::node& node) {
    const toml::array* list = node.as_array();
    const bool tables = list != nullptr && !list->empty() &&
                        std::all_of(list->begin(), list->end(),
                                    [](const toml::node& item) { return item.is_table(); });
    if (!tables) fail(node.source(), "`" + path + "` is a list of tables: write [[" + path + "]]");
    return tables ? list : nullptr;
  }

  /// `origin`: what its values are called, "proxy[0].".
  void read_table(const std::string& path, const toml::node& table,
                  const std::vector<ConfigKey>& keys, const std::string& origin) {
    for (const auto& [name, value] : *table.as_table())
      read_node(path + "." + std::string(name.str()), value, name.source(), keys, origin);
  }

  void read_pairs(const toml::node& node) {
    const toml::array* pairs = tables_in("proxy", node);
    if (pairs == nullptr) return;
    loaded_.config.proxies.assign(pairs->size(), Config::Pair{});
    for (std::size_t i = 0; i < pairs->size(); ++i)
      read_table("proxy", (*pairs)[i], pair_keys(i), "proxy[" + std::to_string(i) + "].");
  }

  void read_labels(const std::string& path, const std::string& rule, const toml::node& node) {
    const toml::array* labels = tables_in(path, node);
    if (labels == nullptr) return;
    std::vector<Config::RuleLabels>& read = loaded_.config.rules[rule].labels;
    read.assign(labels->size(), {});
    for (std::size_t i = 0; i < labels->size(); ++i) {
      read_table(path, (*labels)[i], label_keys(rule, i), label_place(rule, i));
      if (!read[i].match.empty()) continue;
      fail((*labels)[i].source(),
           "[[" + path + "]] does not say which labels: set match, as in \"GET /orders/*\"");
    }
  }

  void read_node(const std::string& path, const toml::node& node, const toml::source_region& where,
                 const std::vector<ConfigKey>& keys, const std::string& pair) {
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& k) { return k.path == path; });
    if (key != keys.end()) return read_value(*key, node, pair);
    for (const auto& [rule, settings] : loaded_.config.rules)
      if (path == "rules." + rule + ".labels") return read_labels(path, rule, node);
    const bool section = std::any_of(keys.begin(), keys.end(), [&](const ConfigKey& k) {
      return k.path.starts_with(path + ".");
    });
    if (!section) return unknown(path, where, keys);
    const toml::table* table = node.as_table();
    if (table == nullptr) return fail(where, "`" + path + "` is a section: write [" + path + "]");
    for (const auto& [name, value] : *table) {
      read_node(path + "." + std::string(name.str()), value, name.source(), keys, pair);
    }
  }

  void unknown(const std::string& path, const toml::source_region& where,
               const std::vector<ConfigKey>& keys) {
    std::vector<std::string> names;
    for (const ConfigKey& key : keys) {
      for (std::string name = key.path; names.empty() || names.back() != name;) {
        names.push_back(name);
        const std::size_t dot = name.rfind('.');
        if (dot == std::string::npos) break;
        name.resize(dot);
      }
    }
    names.emplace_back("proxy");
    for (const auto& [rule, settings] : loaded_.config.rules)
      names.push_back("rules." + rule + ".labels");
    fail(where, "unknown key `" + path + "`." + did_you_mean(path, names));
  }

  void read_value(const ConfigKey& key, const toml::node& node, const std::string& pair) {
    std::optional<RawValue> value = raw(node);
    if (!value) return fail(node.source(), "`" + key.path + "` takes " + expectation(key));
    if (auto error = assign(key, *value, loaded_.config)) return fail(node.source(), *error);
    loaded_.origins[pair.empty() ? key.path : pair + key.name()] = place(node.source());
  }

  static std::optional<RawValue> raw(const toml::node& node) {
    if (const auto* flag = node.as_boolean()) return RawValue(flag->get());
    if (const auto* number = node.as_integer()) return RawValue(number->get());
    if (const auto* number = node.as_floating_point()) return RawValue(number->get());
    if (const auto* text = node.as_string()) return RawValue(text->get());
    const toml::array* list = node.as_array();
    if (list == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const toml::node& item : *list) {
      const auto* text = item.as_string();
      if (text == nullptr) return std::nullopt;
      texts.push_back(text->get());
    }
    return RawValue(std::move(texts));
  }

  std::string file_;
  LoadedConfig& loaded_;
};

}  // namespace

void read_config_file(const std::string& name, const std::string& text, LoadedConfig& loaded) {
  FileReader reader(name, loaded);
  try {
    reader.read(toml::parse(text));
  } catch (const toml::parse_error& error) {
    reader.fail(error.source(), std::string(error.description()));
  }
}

}  // namespace onetrip
