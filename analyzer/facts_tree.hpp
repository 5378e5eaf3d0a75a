#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

/// Reading libpg_query's JSON. A node is an object of one member, named for its type:
/// {"ColumnRef": {"fields": …}}. What is zero, false or empty is left out, so everything may be
/// missing. These names are the same from libpg_query 15 to 17.
namespace onetrip::tree {

using boost::json::array;
using boost::json::object;
using boost::json::value;

inline const value* member(const object& from, std::string_view name) {
  return from.if_contains(name);
}

inline const object* object_in(const object& from, std::string_view name) {
  const value* found = from.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

/// An empty list where there is none.
const array& list_in(const object& from, std::string_view name);

inline std::string text_in(const object& from, std::string_view name) {
  const value* found = from.if_contains(name);
  const boost::json::string* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

inline bool flag_in(const object& from, std::string_view name) {
  const value* found = from.if_contains(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

/// The node's content when it is of that type.
inline const object* as(const value& node, std::string_view type) {
  const object* wrapper = node.if_object();
  return wrapper == nullptr ? nullptr : object_in(*wrapper, type);
}
inline const object* as(const value* node, std::string_view type) {
  return node == nullptr ? nullptr : as(*node, type);
}

/// The text of a String node.
std::optional<std::string> string_of(const value& node);

/// The last name of a list of String nodes: `lower` of pg_catalog.lower.
std::string last_name(const array& names);

}  // namespace onetrip::tree
