#include "analyzer/sinks/json_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <limits>

using namespace onetrip;
namespace json = boost::json;

TEST_CASE("numbers are written as people write them") {
  CHECK(to_json_text(json::array{48.1, 0.25, 51, std::uint64_t{18446744073709551615U}, -3}) ==
        "[48.1, 0.25, 51, 18446744073709551615, -3]");
  CHECK(to_json_text(json::array{0.0, 100.0}) == "[0, 100]");
}

TEST_CASE("what JSON cannot say is null") {
  CHECK(to_json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(to_json_text(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("keys keep their order") {
  json::object object;
  object["z"] = 1;
  object["a"] = json::object{};
  CHECK(to_json_text(object) == R"({"z": 1, "a": {}})");
}

TEST_CASE("any bytes make valid JSON", "[trap:invalid-utf8]") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<char>(byte));
  const std::string text = to_json_text(json::string(every));
  const json::value back = json::parse(text);
  const std::string decoded(back.as_string().data(), back.as_string().size());
  CHECK(decoded.substr(0, 128) == every.substr(0, 128));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
}
