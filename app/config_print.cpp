#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "analyzer/sinks/json_text.hpp"
#include "app/config_keys.hpp"
#include "app/url.hpp"
#include "budget/quantity.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

using Kind = ConfigKey::Kind;
namespace json = boost::json;

/// A JSON string is a TOML basic string: the same escapes, and control characters always escaped.
std::string quoted(const std::string& text) {
  return to_json_text(json::string(text));
}

std::string list_text(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return to_json_text(out);
}

/// The shortest that reads back as the same; "1.0" and not "1", which TOML takes for another type.
std::string share_text(double share) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), share);
  std::string out(text.data(), end.ptr);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

std::string line(const ConfigKey& key, const std::string& origin_name, const LoadedConfig& loaded,
                 Config& config) {
  const auto origin = loaded.origins.find(origin_name);
  std::string out = key.name() + " = " + value_text(key, config);
  if (origin != loaded.origins.end()) out += "  # " + origin->second;
  return out + "\n";
}

json::object value_schema(const ConfigKey& key) {
  const json::object text{{"type", "string"}};
  switch (key.kind) {
    case Kind::flag:
      return {{"type", "boolean"}};
    case Kind::share:
      return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    case Kind::count:
      return {{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
    case Kind::text:
    case Kind::secret:
      return text;
    case Kind::texts:
      return {{"type", "array"}, {"items", text}};
    case Kind::choice: {
      json::array choices;
      for (const std::string& choice : key.choices) choices.emplace_back(choice);
      return {{"enum", choices}};
    }
    case Kind::duration: {
      const std::string number = R"([0-9]+(\.[0-9]+)? ?(ns|us|ms|s|m|h))";
      const std::string pattern = key.may_be_off ? "^(off|" + number + ")$" : "^" + number + "$";
      return {{"type", "string"}, {"pattern", pattern}};
    }
    case Kind::size: {
      const json::object size{
          {"type", "string"},
          {"pattern", R"(^([0-9]+|[0-9]+(\.[0-9]+)? ?(B|kB|MB|GB|KiB|MiB|GiB))$)"}};
      const json::object bytes{{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
      return {{"anyOf", json::array{size, bytes}}};
    }
    case Kind::listen: {
      const json::object list{{"type", "array"}, {"items", text}, {"minItems", 1}};
      return {{"anyOf", json::array{text, list}}};
    }
  }
  return text;
}

json::object section_schema() {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", json::object{}}};
}

/// The object of a dotted path, made on the way.
json::object& section_at(json::object& root, std::string path) {
  json::object* at = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string name = path.substr(0, dot);
    path = dot == std::string::npos ? "" : path.substr(dot + 1);
    json::object& properties = at->at("properties").as_object();
    if (!properties.contains(name)) properties[name] = section_schema();
    at = &properties.at(name).as_object();
  }
  return *at;
}

void add_schema(json::object& section, const ConfigKey& key) {
  json::object schema = value_schema(key);
  schema["description"] = key.about;
  section.at("properties").as_object()[key.name()] = std::move(schema);
}

/// JSON with line feeds, two blanks per level: the schema is read and compared by people.
void append_pretty(std::string& out, const json::value& value, std::size_t depth) {
  const auto* object = value.if_object();
  if (object == nullptr || object->empty()) {
    out += to_json_text(value);
    return;
  }
  out += "{\n";
  std::size_t left = object->size();
  for (const auto& [name, item] : *object) {
    out += std::string(2 * (depth + 1), ' ') + to_json_text(json::string(name)) + ": ";
    append_pretty(out, item, depth + 1);
    out += --left != 0 ? ",\n" : "\n";
  }
  out += std::string(2 * depth, ' ') + "}";
}

}  // namespace

std::string value_text(const ConfigKey& key, Config& config) {
  const ConfigKey::Field field = key.field(config);
  if (const auto* flag = std::get_if<bool*>(&field)) return **flag ? "true" : "false";
  if (const auto* share = std::get_if<double*>(&field)) return share_text(**share);
  if (const auto* list = std::get_if<std::vector<std::string>*>(&field)) return list_text(**list);
  if (const auto* time = std::get_if<Time*>(&field)) {
    const bool off = key.may_be_off && (*time)->count() == 0;
    return quoted(off ? "off" : format_duration(**time));
  }
  if (const auto* text = std::get_if<std::string*>(&field)) {
    return quoted(key.kind == Kind::secret ? masked(**text) : **text);
  }
  const std::int64_t number = *std::get<std::int64_t*>(field);
  return key.kind == Kind::size ? quoted(format_size(number)) : std::to_string(number);
}

std::string print_config(const LoadedConfig& loaded) {
  Config config = loaded.config;
  std::string out;
  for (const ConfigKey& key : config_keys())
    if (key.section().empty()) out += line(key, key.path, loaded, config);
  for (std::size_t i = 0; i < config.proxies.size(); ++i) {
    out += "\n[[proxy]]\n";
    for (const ConfigKey& key : pair_keys(i)) {
      out += line(key, "proxy[" + std::to_string(i) + "]." + key.name(), loaded, config);
    }
  }
  std::string section;
  for (const ConfigKey& key : config_keys()) {
    if (key.section().empty()) continue;
    if (key.section() != section) out += "\n[" + (section = key.section()) + "]\n";
    out += line(key, key.path, loaded, config);
  }
  for (const auto& [rule, settings] : loaded.config.rules) {
    for (std::size_t i = 0; i < settings.labels.size(); ++i) {
      out += "\n[[rules." + rule + ".labels]]\n";
      for (const ConfigKey& key : label_keys(rule, i))
        out += line(key, label_place(rule, i) + key.name(), loaded, config);
    }
  }
  return out;
}

std::string config_schema() {
  json::object root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                    {"title", "onetrip.toml"}};
  for (auto& [name, value] : section_schema()) root[name] = value;
  json::object pair = section_schema();
  for (const ConfigKey& key : pair_keys(0)) add_schema(pair, key);
  root["properties"].as_object()["proxy"] =
      json::object{{"type", "array"}, {"minItems", 1}, {"items", pair}};
  for (const ConfigKey& key : config_keys()) add_schema(section_at(root, key.section()), key);
  for (const std::string_view name : rule_names()) {
    const std::string rule(name);
    json::object labels = section_schema();
    for (const ConfigKey& key : label_keys(rule, 0)) add_schema(labels, key);
    labels["required"] = json::array{"match"};
    section_at(root, "rules." + rule).at("properties").as_object()["labels"] =
        json::object{{"type", "array"}, {"minItems", 1}, {"items", labels}};
  }
  std::string out;
  append_pretty(out, root, 0);
  return out + "\n";
}

}  // namespace onetrip
