#include "analyzer/json_node.hpp"

#include <algorithm>

namespace onetrip {

namespace json = boost::json;

void JsonNode::refuse(const std::string& what) const {
  throw std::runtime_error((where_.empty() ? "the file" : where_) + " " + what);
}

bool JsonNode::has(std::string_view key) const {
  return value_.is_object() && value_.get_object().contains(key);
}

JsonNode JsonNode::operator[](std::string_view key) const {
  const json::value* found = value_.is_object() ? value_.get_object().if_contains(key) : nullptr;
  const std::string where = where_.empty() ? std::string(key) : where_ + "." + std::string(key);
  if (!found) throw std::runtime_error(where + " is missing");
  return {*found, where};
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::members() const {
  if (!value_.is_object()) refuse("must be an object");
  std::vector<std::pair<std::string, JsonNode>> members;
  for (const auto& [key, value] : value_.get_object()) {
    const std::string name(key);
    members.emplace_back(name, JsonNode(value, where_.empty() ? name : where_ + "." + name));
  }
  return members;
}

std::vector<JsonNode> JsonNode::items() const {
  if (!value_.is_array()) refuse("must be a list");
  std::vector<JsonNode> items;
  for (const json::value& item : value_.get_array()) {
    items.emplace_back(item, where_ + "[" + std::to_string(items.size()) + "]");
  }
  return items;
}

std::vector<JsonNode> JsonNode::items(std::size_t count) const {
  std::vector<JsonNode> items = this->items();
  if (items.size() != count) refuse("must be a list of " + std::to_string(count) + " items");
  return items;
}

std::string JsonNode::text() const {
  if (!value_.is_string()) refuse("must be a string");
  return std::string(value_.get_string());
}

std::string JsonNode::text_or_empty() const {
  return is_null() ? "" : text();
}

bool JsonNode::truth() const {
  if (!value_.is_bool()) refuse("must be true or false");
  return value_.get_bool();
}

double JsonNode::number() const {
  if (!value_.is_number()) refuse("must be a number");
  return value_.to_number<double>();
}

json::value parse_json(std::string_view text) {
  json::error_code error;
  json::parser parser;
  const std::size_t read = parser.write_some({text.data(), text.size()}, error);
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(read, text.size()));
  const std::string line = "line " + std::to_string(1 + std::count(text.begin(), end, '\n'));
  if (error) throw std::runtime_error(line + " is no JSON (" + error.message() + ")");
  if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
    throw std::runtime_error(line + " goes on after its end");
  }
  return parser.release();
}

}  // namespace onetrip
