#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onetrip {

/// A value of a JSON file with the way that leads to it, so that errors can say where. Whatever is
/// not as asked for is thrown as std::runtime_error: "tables[3].name must be a string".
class JsonNode {
 public:
  JsonNode(const boost::json::value& value, std::string where)
      : value_(value), where_(std::move(where)) {}

  bool has(std::string_view key) const;
  JsonNode operator[](std::string_view key) const;  ///< it must be there
  std::vector<std::pair<std::string, JsonNode>> members() const;
  std::vector<JsonNode> items() const;
  std::vector<JsonNode> items(std::size_t count) const;  ///< exactly so many

  bool is_null() const { return value_.is_null(); }
  std::string text() const;
  std::string text_or_empty() const;  ///< null is empty
  bool truth() const;
  double number() const;

  template <typename Integer>
  Integer integer() const {
    const auto limit = std::numeric_limits<Integer>::max();
    const std::int64_t* found = value_.if_int64();
    if (!found || *found < static_cast<std::int64_t>(std::numeric_limits<Integer>::min()) ||
        (*found > 0 && static_cast<std::uint64_t>(*found) > static_cast<std::uint64_t>(limit))) {
      refuse("must be an integer that fits");
    }
    return static_cast<Integer>(*found);
  }

  const std::string& where() const { return where_; }
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  const boost::json::value& value_;
  std::string where_;
};

/// The one JSON value that a text is. Throws std::runtime_error: "line 3 is no JSON (…)".
boost::json::value parse_json(std::string_view text);

}  // namespace onetrip
