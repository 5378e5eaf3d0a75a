#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <map>
#include <stdexcept>

#include "analyzer/catalog.hpp"
#include "analyzer/json_node.hpp"

namespace onetrip {

// {"onetrip_catalog": 1, "database": "shop",
//  "tables": [{"oid": 16385, "schema": "public", "name": "book", "root": 16385,
//              "in_search_path": true, "estimated_rows": 1200,
//              "columns": [[1, "id"], [2, "author_id"]], "unique_keys": [[1]],
//              "is_view": false,
//              "view_columns": [[1, 16385, 2]]}],            attribute, base table, its attribute
//  "foreign_keys": [{"name": "book_author_id_fkey", "table": 16385, "columns": [2],
//                    "referenced": 16390, "referenced_columns": [1]}]}

namespace {

namespace json = boost::json;

constexpr std::int64_t format_version = 1;
constexpr double most_rows = 1e15;

std::vector<std::int16_t> attributes(const JsonNode& node) {
  std::vector<std::int16_t> attributes;
  for (const JsonNode& item : node.items()) attributes.push_back(item.integer<std::int16_t>());
  return attributes;
}

Catalog::Table read_table(const JsonNode& node) {
  Catalog::Table table;
  table.oid = node["oid"].integer<std::uint32_t>();
  table.schema = node["schema"].text();
  table.name = node["name"].text();
  table.root = node["root"].integer<std::uint32_t>();
  table.in_search_path = node["in_search_path"].truth();
  table.estimated_rows = std::clamp(node["estimated_rows"].number(), -1.0, most_rows);
  for (const JsonNode& item : node["columns"].items()) {
    const std::vector<JsonNode> pair = item.items(2);
    table.columns.emplace_back(pair[0].integer<std::int16_t>(), pair[1].text());
  }
  std::sort(table.columns.begin(), table.columns.end());
  for (const JsonNode& key : node["unique_keys"].items())
    table.unique_keys.push_back(attributes(key));
  table.is_view = node["is_view"].truth();
  for (const JsonNode& item : node["view_columns"].items()) {
    const std::vector<JsonNode> three = item.items(3);
    table.view_columns[three[0].integer<std::int16_t>()] = {three[1].integer<std::uint32_t>(),
                                                            three[2].integer<std::int16_t>()};
  }
  return table;
}

ForeignKey read_key(const JsonNode& node) {
  ForeignKey key;
  key.name = node["name"].text();
  key.table = node["table"].integer<std::uint32_t>();
  key.columns = attributes(node["columns"]);
  key.referenced = node["referenced"].integer<std::uint32_t>();
  key.referenced_columns = attributes(node["referenced_columns"]);
  if (key.columns.size() != key.referenced_columns.size()) {
    node.refuse("must have as many columns as referenced_columns");
  }
  return key;
}

json::array list(const std::vector<std::int16_t>& attributes) {
  return json::array(attributes.begin(), attributes.end());
}

json::object write_table(const Catalog::Table& table) {
  json::array columns, unique_keys, view_columns;
  for (const auto& [attribute, name] : table.columns) columns.push_back({attribute, name});
  for (const auto& key : table.unique_keys) unique_keys.push_back(list(key));
  const std::map<std::int16_t, Column> sorted(table.view_columns.begin(), table.view_columns.end());
  for (const auto& [attribute, base] : sorted) {
    view_columns.push_back({attribute, base.table, base.attribute});
  }
  return {{"oid", table.oid},
          {"schema", table.schema},
          {"name", table.name},
          {"root", table.root},
          {"in_search_path", table.in_search_path},
          {"estimated_rows", static_cast<std::int64_t>(table.estimated_rows)},
          {"columns", std::move(columns)},
          {"unique_keys", std::move(unique_keys)},
          {"is_view", table.is_view},
          {"view_columns", std::move(view_columns)}};
}

json::object write_key(const ForeignKey& key) {
  return {{"name", key.name},
          {"table", key.table},
          {"columns", list(key.columns)},
          {"referenced", key.referenced},
          {"referenced_columns", list(key.referenced_columns)}};
}

// One item a line, so that two exports can be compared.
template <typename Items, typename Write>
void append_lines(std::string& text, const Items& items, Write write) {
  const char* separator = "\n  ";
  for (const auto& item : items) {
    text += separator;
    text += json::serialize(write(item));
    separator = ",\n  ";
  }
}

}  // namespace

std::string to_json(const Catalog::Snapshot& snapshot) {
  std::string text = "{\"onetrip_catalog\": " + std::to_string(format_version) +
                     ", \"database\": " + json::serialize(json::string(snapshot.database)) +
                     ",\n \"tables\": [";
  append_lines(text, snapshot.tables, write_table);
  text += "],\n \"foreign_keys\": [";
  append_lines(text, snapshot.foreign_keys, write_key);
  text += "]}\n";
  return text;
}

Catalog::Snapshot catalog_from_json(std::string_view text) try {
  const json::value value = parse_json(text);
  const JsonNode root(value, "");
  const JsonNode version = root["onetrip_catalog"];
  if (version.integer<std::int64_t>() != format_version) {
    version.refuse("must be 1; this file is of another version");
  }
  Catalog::Snapshot snapshot;
  snapshot.database = root["database"].text();
  for (const JsonNode& table : root["tables"].items()) snapshot.tables.push_back(read_table(table));
  for (const JsonNode& key : root["foreign_keys"].items()) {
    snapshot.foreign_keys.push_back(read_key(key));
  }
  return snapshot;
} catch (const std::runtime_error& error) {
  throw std::runtime_error(std::string("not a catalog of onetrip: ") + error.what());
}

}  // namespace onetrip
