#include "analyzer/value.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace onetrip;
using namespace std::string_literals;

namespace {

ValueHasher hasher(unsigned char seed = 1) {
  ValueHasher::Key key{};
  for (auto& byte : key) byte = seed = static_cast<unsigned char>(seed * 167 + 13);
  return ValueHasher(key);
}

ValueHash text(std::uint32_t type, std::string_view bytes) {
  return hasher().text(type, bytes);
}

ValueHash binary(std::uint32_t type, std::string_view bytes) {
  return hasher().binary(type, bytes);
}

ValueHash integer(std::int64_t value) {
  return hasher().integer(value);
}

constexpr auto uuid_text = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
const std::string uuid_bytes = "\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x11"s;

/// numeric's binary format, of few digits.
std::string numeric(std::initializer_list<int> digits, int weight, bool negative = false) {
  std::string bytes;
  const auto add = [&](int value) {
    bytes += static_cast<char>(value >> 8 & 0xFF);
    bytes += static_cast<char>(value & 0xFF);
  };
  add(static_cast<int>(digits.size()));
  add(weight);
  add(negative ? 0x4000 : 0);
  add(0);
  for (const int digit : digits) add(digit);
  return bytes;
}

}  // namespace

TEST_CASE("an integer is the same in every width and format") {
  const ValueHash forty_two = integer(42);
  CHECK(text(type_oid::int4, "42") == forty_two);
  CHECK(text(type_oid::int8, "42") == forty_two);
  CHECK(text(type_oid::oid, "42") == forty_two);
  CHECK(text(type_oid::int4, " +042 ") == forty_two);
  CHECK(binary(type_oid::int2, "\0\x2a"s) == forty_two);
  CHECK(binary(type_oid::int4, "\0\0\0\x2a"s) == forty_two);
  CHECK(binary(type_oid::int8, "\0\0\0\0\0\0\0\x2a"s) == forty_two);
  CHECK(binary(type_oid::oid, "\0\0\0\x2a"s) == forty_two);
  CHECK(binary(type_oid::numeric, numeric({42}, 0)) == forty_two);
  CHECK(text(type_oid::numeric, "42.000") == forty_two);
  CHECK(forty_two != no_value);
  CHECK(integer(43) != forty_two);
}

TEST_CASE("negative integers are sign-extended, OIDs are not") {
  CHECK(binary(type_oid::int2, "\xff\xfe"s) == integer(-2));
  CHECK(binary(type_oid::int4, "\xff\xff\xff\xfe"s) == integer(-2));
  CHECK(binary(type_oid::oid, "\xff\xff\xff\xfe"s) == integer(4294967294));
  CHECK(text(type_oid::int8, "-9223372036854775808") == integer(INT64_MIN));
}

TEST_CASE("text that looks like an integer is one, typed or not") {
  for (const auto type : {type_oid::unspecified, type_oid::unknown, type_oid::text,
                          type_oid::varchar, type_oid::bpchar}) {
    CHECK(text(type, "42") == integer(42));
    CHECK(text(type, "-7") == integer(-7));
    CHECK(text(type, "0") == integer(0));
    CHECK(text(type, "042") != integer(42));
    CHECK(text(type, "-0") != integer(0));
    CHECK(text(type, "+42") != integer(42));
    CHECK(text(type, "42.0") != integer(42));
    CHECK(text(type, "042") != no_value);
  }
  CHECK(binary(type_oid::text, "42") == integer(42));
  CHECK(text(type_oid::text, "9223372036854775808") != no_value);
}

TEST_CASE("numeric has one spelling") {
  CHECK(text(type_oid::numeric, "1.50") == text(type_oid::numeric, "1.5"));
  CHECK(text(type_oid::numeric, "+01.5e0") == text(type_oid::numeric, "1.5"));
  CHECK(text(type_oid::numeric, "-0.00") == integer(0));
  CHECK(text(type_oid::numeric, "1E3") == integer(1000));
  CHECK(text(type_oid::numeric, "12e-3") == text(type_oid::numeric, "0.012"));
  CHECK(text(type_oid::numeric, ".5") == text(type_oid::numeric, "0.5"));
  CHECK(text(type_oid::numeric, "NaN") == no_value);
  CHECK(text(type_oid::numeric, "1.2.3") == no_value);
  CHECK(text(type_oid::numeric, "") == no_value);
  CHECK(text(type_oid::numeric, "1.5") != text(type_oid::numeric, "-1.5"));
  CHECK(text(type_oid::numeric, "1.5") != text(type_oid::numeric, "15"));
}

TEST_CASE("binary numeric equals its text") {
  CHECK(binary(type_oid::numeric, numeric({1, 5000}, 0)) == text(type_oid::numeric, "1.5"));
  CHECK(binary(type_oid::numeric, numeric({1, 2345}, 1)) == integer(12345));
  CHECK(binary(type_oid::numeric, numeric({1}, 2, true)) == integer(-100000000));
  CHECK(binary(type_oid::numeric, numeric({120}, -2)) == text(type_oid::numeric, "0.0000012"));
  CHECK(binary(type_oid::numeric, numeric({}, 0)) == integer(0));
  CHECK(binary(type_oid::numeric, numeric({1}, 1000)) == no_value);
  CHECK(binary(type_oid::numeric, numeric({10000}, 0)) == no_value);
  CHECK(binary(type_oid::numeric, numeric({1}, 0).substr(0, 9)) == no_value);
}

TEST_CASE("a uuid is the same in every spelling") {
  const ValueHash uuid = text(type_oid::uuid, uuid_text);
  CHECK(binary(type_oid::uuid, uuid_bytes) == uuid);
  for (const auto spelling :
       {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
        "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
        "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}"}) {
    CHECK(text(type_oid::uuid, spelling) == uuid);
    CHECK(text(type_oid::unspecified, spelling) == uuid);
    CHECK(text(type_oid::text, spelling) == uuid);
  }
  CHECK(text(type_oid::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1") == no_value);
  CHECK(text(type_oid::uuid, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11") == no_value);
  CHECK(binary(type_oid::uuid, "short") == no_value);
}

TEST_CASE("the lowest bit tells what proves by itself") {
  CHECK(is_high_entropy(text(type_oid::uuid, uuid_text)));
  CHECK(is_high_entropy(integer((std::int64_t{1} << 48) + 1)));
  CHECK(is_high_entropy(integer(-(std::int64_t{1} << 48) - 1)));
  CHECK(is_high_entropy(integer(INT64_MIN)));
  CHECK_FALSE(is_high_entropy(integer(std::int64_t{1} << 48)));
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(is_high_entropy(integer(i)));
    CHECK_FALSE(is_high_entropy(text(type_oid::text, "word " + std::to_string(i))));
  }
}

TEST_CASE("padding of bpchar says nothing, that of text does") {
  CHECK(text(type_oid::bpchar, "ab   ") == text(type_oid::text, "ab"));
  CHECK(text(type_oid::text, "ab ") != text(type_oid::text, "ab"));
  CHECK(binary(type_oid::bpchar, "ab  ") == text(type_oid::varchar, "ab"));
}

TEST_CASE("what nobody told the type of may be padded as char(n) is") {
  CHECK(text(type_oid::unspecified, "DE   ") == text(type_oid::bpchar, "DE   "));
  CHECK(text(type_oid::unknown, "DE   ") == text(type_oid::bpchar, "DE"));
  CHECK(text(type_oid::varchar, "DE   ") != text(type_oid::bpchar, "DE"));
}

TEST_CASE("binary of a user's type is its text where all of it can be read") {
  constexpr std::uint32_t an_enum = 20'001;
  CHECK(binary(an_enum, "shipped") == text(an_enum, "shipped"));
  CHECK(binary(an_enum, "M\xc3\xbcnchen"s) == text(an_enum, "M\xc3\xbcnchen"s));
  CHECK(binary(an_enum, "\0\0\0\x2a"s) == no_value);
  CHECK(binary(an_enum, "\1shipped"s) == no_value);
}

TEST_CASE("types that are not indexed have no value") {
  for (const auto type :
       {type_oid::boolean, type_oid::bytea, type_oid::json, type_oid::jsonb, type_oid::float4,
        type_oid::float8, type_oid::date, type_oid::time, type_oid::timetz, type_oid::timestamp,
        type_oid::timestamptz, type_oid::interval}) {
    CHECK(text(type, "1") == no_value);
    CHECK(binary(type, "12345678") == no_value);
  }
  CHECK(binary(type_oid::unspecified, "\0\0\0\x2a"s) == no_value);
  CHECK(text(20'000, "red") == text(type_oid::text, "red"));
  CHECK(binary(type_oid::int4, "\0\x2a"s) == no_value);
  CHECK(text(type_oid::int4, "many") == no_value);
}

TEST_CASE("another key gives other hashes") {
  CHECK(hasher(1).integer(42) != hasher(2).integer(42));
  CHECK(hasher(1).bytes("select 1") != hasher(2).bytes("select 1"));
}

TEST_CASE("bytes hash alike in one piece and in many") {
  const ValueHasher one = hasher();
  std::string all;
  for (int i = 0; i < 2000; ++i) {
    PiecewiseHash pieces(one);
    pieces.add(std::string_view(all).substr(0, all.size() / 3));
    pieces.add(std::string_view(all).substr(all.size() / 3));
    REQUIRE(pieces.value() == one.bytes(all));
    all += static_cast<char>(i * 7);
  }
}

namespace {

struct Parameter {
  Slot slot;
  std::vector<ValueHash> elements;
};

Parameter text_parameter(std::uint32_t type, std::string_view bytes) {
  Parameter parameter;
  parameter.elements = {7};  // of another parameter
  parameter.slot = hasher().text_slot(type, bytes, parameter.elements);
  parameter.elements.erase(parameter.elements.begin());
  return parameter;
}

constexpr std::uint32_t int4_array = 1007, text_array = 1009, uuid_array = 2951, bool_array = 1000;

std::string int4_array_bytes(const std::vector<std::int32_t>& values) {
  std::string bytes;
  const auto add = [&](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  };
  add(1);
  add(0);
  add(type_oid::int4);
  add(static_cast<std::uint32_t>(values.size()));
  add(1);
  for (const auto value : values) {
    add(4);
    add(static_cast<std::uint32_t>(value));
  }
  return bytes;
}

}  // namespace

TEST_CASE("an array's elements hash as the same scalars do") {
  const Parameter array = text_parameter(int4_array, "{1, 2,NULL,3}");
  CHECK(array.slot.kind == Slot::Kind::array);
  CHECK(array.slot.first_element == 1);
  CHECK(array.slot.elements == 3);
  CHECK(array.slot.count == 4);
  CHECK(array.elements == std::vector{integer(1), integer(2), integer(3)});
}

TEST_CASE("a binary array equals its text") {
  std::vector<ValueHash> elements;
  const Slot slot = hasher().binary_slot(int4_array, int4_array_bytes({1, -2, 3}), elements);
  CHECK(slot.kind == Slot::Kind::array);
  CHECK(slot.count == 3);
  CHECK(elements == text_parameter(int4_array, "{1,-2,3}").elements);
}

TEST_CASE("a broken binary array is unknown and leaves no elements") {
  const std::string whole = int4_array_bytes({1, 2});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == whole.size() - 8 || size == whole.size() - 16) continue;  // an array of fewer
    std::vector<ValueHash> elements;
    const Slot slot = hasher().binary_slot(int4_array, whole.substr(0, size), elements);
    CHECK(slot.kind == Slot::Kind::unknown);
    CHECK(elements.empty());
  }
}

TEST_CASE("quotes and escapes of array elements are undone") {
  const Parameter array =
      text_parameter(text_array, R"({"a b","c\"d",plain word,"NULL","e,f",""})");
  CHECK(array.elements == std::vector{text(25, "a b"), text(25, "c\"d"), text(25, "plain word"),
                                      text(25, "NULL"), text(25, "e,f"), text(25, "")});
}

TEST_CASE("arrays of several dimensions and with bounds are read flat") {
  CHECK(text_parameter(int4_array, "{{1,2},{3,4}}").slot.count == 4);
  CHECK(text_parameter(int4_array, "[0:1]={1,2}").slot.count == 2);
  CHECK(text_parameter(int4_array, "{}").slot.kind == Slot::Kind::array);
  CHECK(text_parameter(int4_array, "{}").slot.count == 0);
}

TEST_CASE("an untyped text in braces is an array if it can be one") {
  CHECK(text_parameter(0, "{1,2}").elements == std::vector{integer(1), integer(2)});
  CHECK(text_parameter(0, "{1,2}").slot.kind == Slot::Kind::array);
  const Parameter json = text_parameter(0, R"({"a": [1, 2]})");
  CHECK(json.slot.kind == Slot::Kind::scalar);
  CHECK(json.elements.empty());
  CHECK(text_parameter(0, "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}").slot.kind ==
        Slot::Kind::scalar);
  CHECK(text_parameter(type_oid::text, "{1,2}").slot.kind == Slot::Kind::scalar);
}

TEST_CASE("a broken text array is unknown where an array is declared") {
  for (const auto broken : {"", "{", "}", "{1", "{1,}", "{,1}", "{1}}", "{{1}", "{\"a}", "{\"a\\",
                            "1,2", "{1}x", "{1\"a\"}", "[1:2]", "{a b\"c}"}) {
    const Parameter parameter = text_parameter(int4_array, broken);
    CHECK(parameter.slot.kind == Slot::Kind::unknown);
    CHECK(parameter.elements.empty());
  }
}

TEST_CASE("a long array keeps a thousand elements and the count of all") {
  std::string list = "{0";
  for (int i = 1; i < 1500; ++i) list += "," + std::to_string(i);
  const Parameter array = text_parameter(int4_array, list + "}");
  CHECK(array.slot.elements == ValueHasher::max_elements);
  CHECK(array.slot.count == 1500);
}

TEST_CASE("elements of types that are not indexed are counted") {
  const Parameter array = text_parameter(bool_array, "{t,f}");
  CHECK(array.slot.count == 2);
  CHECK(array.slot.elements == 0);
}

TEST_CASE("a scalar parameter is hashed as a cell is") {
  CHECK(text_parameter(type_oid::int4, "5").slot.hash == integer(5));
  CHECK(text_parameter(0, "5").slot.kind == Slot::Kind::scalar);
  std::vector<ValueHash> elements;
  CHECK(hasher().binary_slot(type_oid::int4, "\0\0\0\x5"s, elements).hash == integer(5));
  CHECK(hasher().binary_slot(0, "\0\0\0\x5"s, elements).kind == Slot::Kind::unknown);
  CHECK(text_parameter(uuid_array, std::string("{") + uuid_text + "}").elements ==
        std::vector{text(type_oid::uuid, uuid_text)});
}

TEST_CASE("integers, and whether a text begins with a wildcard, are at hand in clear") {
  CHECK(clear_of("20000") == 20000);
  CHECK(clear_of("0") == 0);
  CHECK(clear_of("99999999999") == Slot::most_integer);
  CHECK(clear_of("%book%") == Slot::begins_with_wildcard);
  CHECK(clear_of("%") == Slot::begins_with_wildcard);
  for (const char* other : {"", "book%", "-5", "1.5", "12345678901234567890", "5a", " 5"})
    CHECK(clear_of(other) == 0);
}
