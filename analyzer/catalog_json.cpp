#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <map>
#include <stdexcept>

#include "analyzer/catalog.hpp"

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

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw std::runtime_error("not a catalog of onetrip: " + where + " " + what);
}

/// A value of the file with the way that leads to it, so that errors can say where.
class Node {
 public:
  Node(const json::value& value, std::string where) : value_(value), where_(std::move(where)) {}

  Node operator[](std::string_view key) const {
    const json::value* found = value_.is_object() ? value_.get_object().if_contains(key) : nullptr;
    const std::string where = where_.empty() ? std::string(key) : where_ + "." + std::string(key);
    if (!found) refuse(where, "is missing");
    return {*found, where};
  }

  std::vector<Node> items() const {
    if (!value_.is_array()) refuse(where_, "must be a list");
    std::vector<Node> items;
    for (const json::value& item : value_.get_array()) {
      items.emplace_back(item, where_ + "[" + std::to_string(items.size()) + "]");
    }
    return items;
  }

  std::vector<Node> items(std::size_t count) const {
    std::vector<Node> items = this->items();
    if (items.size() != count) {
      refuse(where_, "must be a list of " + std::to_string(count) + " items");
    }
    return items;
  }

  std::string text() const {
    if (!value_.is_string()) refuse(where_, "must be a string");
    return std::string(value_.get_string());
  }

  bool truth() const {
    if (!value_.is_bool()) refuse(where_, "must be true or false");
    return value_.get_bool();
  }

  double number() const {
    if (!value_.is_number()) refuse(where_, "must be a number");
    return value_.to_number<double>();
  }

  template <typename Integer>
  Integer integer() const {
    const std::int64_t* found = value_.if_int64();
    if (!found || *found < std::numeric_limits<Integer>::min() ||
        *found > std::numeric_limits<Integer>::max()) {
      refuse(where_, "must be an integer that fits");
    }
    return static_cast<Integer>(*found);
  }

  std::vector<std::int16_t> attributes() const {
    std::vector<std::int16_t> attributes;
    for (const Node& item : items()) attributes.push_back(item.integer<std::int16_t>());
    return attributes;
  }

  const std::string& where() const { return where_; }

 private:
  const json::value& value_;
  std::string where_;
};

Catalog::Table read_table(const Node& node) {
  Catalog::Table table;
  table.oid = node["oid"].integer<std::uint32_t>();
  table.schema = node["schema"].text();
  table.name = node["name"].text();
  table.root = node["root"].integer<std::uint32_t>();
  table.in_search_path = node["in_search_path"].truth();
  table.estimated_rows = std::clamp(node["estimated_rows"].number(), -1.0, most_rows);
  for (const Node& item : node["columns"].items()) {
    const std::vector<Node> pair = item.items(2);
    table.columns.emplace_back(pair[0].integer<std::int16_t>(), pair[1].text());
  }
  std::sort(table.columns.begin(), table.columns.end());
  for (const Node& key : node["unique_keys"].items()) table.unique_keys.push_back(key.attributes());
  table.is_view = node["is_view"].truth();
  for (const Node& item : node["view_columns"].items()) {
    const std::vector<Node> three = item.items(3);
    table.view_columns[three[0].integer<std::int16_t>()] = {three[1].integer<std::uint32_t>(),
                                                            three[2].integer<std::int16_t>()};
  }
  return table;
}

ForeignKey read_key(const Node& node) {
  ForeignKey key;
  key.name = node["name"].text();
  key.table = node["table"].integer<std::uint32_t>();
  key.columns = node["columns"].attributes();
  key.referenced = node["referenced"].integer<std::uint32_t>();
  key.referenced_columns = node["referenced_columns"].attributes();
  if (key.columns.size() != key.referenced_columns.size()) {
    refuse(node.where(), "must have as many columns as referenced_columns");
  }
  return key;
}

json::value parse(std::string_view text) {
  json::error_code error;
  json::parser parser;
  const std::size_t read = parser.write_some({text.data(), text.size()}, error);
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(read, text.size()));
  const std::string line = "line " + std::to_string(1 + std::count(text.begin(), end, '\n'));
  if (error) refuse(line, "is no JSON (" + error.message() + ")");
  if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
    refuse(line, "goes on after its end");
  }
  return parser.release();
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

Catalog::Snapshot catalog_from_json(std::string_view text) {
  const json::value value = parse(text);
  const Node root(value, "");
  if (root["onetrip_catalog"].integer<std::int64_t>() != format_version) {
    refuse("onetrip_catalog", "must be 1; this file is of another version");
  }
  Catalog::Snapshot snapshot;
  snapshot.database = root["database"].text();
  for (const Node& table : root["tables"].items()) snapshot.tables.push_back(read_table(table));
  for (const Node& key : root["foreign_keys"].items()) {
    snapshot.foreign_keys.push_back(read_key(key));
  }
  return snapshot;
}

}  // namespace onetrip
