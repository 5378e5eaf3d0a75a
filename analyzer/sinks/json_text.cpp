#include "analyzer/sinks/json_text.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <string_view>

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

void append_escaped(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte != 0x7F) {
    out.push_back(c);
    return;
  }
  out.append("\\u00");
  out.push_back(hex[byte >> 4U]);
  out.push_back(hex[byte & 15U]);
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : valid_utf8(text)) append_escaped(out, c);
  out.push_back('"');
}

template <typename Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end.ptr);
}

void append(std::string& out, const boost::json::value& value);

void append_array(std::string& out, const boost::json::array& array) {
  out.push_back('[');
  std::string_view comma;
  for (const boost::json::value& item : array) {
    out.append(comma);
    append(out, item);
    comma = ", ";
  }
  out.push_back(']');
}

void append_object(std::string& out, const boost::json::object& object) {
  out.push_back('{');
  std::string_view comma;
  for (const auto& [key, item] : object) {
    out.append(comma);
    append_string(out, {key.data(), key.size()});
    out.append(": ");
    append(out, item);
    comma = ", ";
  }
  out.push_back('}');
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
  } else {
    append_number(out, number);
  }
}

void append(std::string& out, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out.append("null");
      return;
    case boost::json::kind::bool_:
      out.append(value.get_bool() ? "true" : "false");
      return;
    case boost::json::kind::int64:
      append_number(out, value.get_int64());
      return;
    case boost::json::kind::uint64:
      append_number(out, value.get_uint64());
      return;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      return;
    case boost::json::kind::string: {
      const boost::json::string& text = value.get_string();
      append_string(out, {text.data(), text.size()});
      return;
    }
    case boost::json::kind::array:
      append_array(out, value.get_array());
      return;
    case boost::json::kind::object:
      append_object(out, value.get_object());
      return;
  }
}

}  // namespace

std::string to_json_text(const boost::json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

double rounded_ms(double ms) {
  return std::round(ms * 1000.0) / 1000.0;
}

}  // namespace onetrip
