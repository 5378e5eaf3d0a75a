#include "analyzer/statement_cache.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

ValueHasher make_hasher() {
  ValueHasher::Key key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i * 31 + 7);
  return ValueHasher(key);
}

const ValueHasher hasher = make_hasher();

struct Cache {
  explicit Cache(StatementCache::Limits limits = {}) : cache(hasher, limits) {}

  Resolved run(std::string_view sql, const Execution& execution = {}, std::uint32_t ordinal = 0) {
    Resolved resolved;
    const auto& text = cache.resolve(sql, hasher.bytes(sql), StringSyntax::standard);
    REQUIRE(StatementCache::fill(text, ordinal, execution, resolved));
    return resolved;
  }

  StatementCache cache;
};

Execution bound(std::initializer_list<std::int64_t> values) {
  Execution execution;
  for (const std::int64_t value : values) {
    Slot slot;
    slot.kind = Slot::Kind::scalar;
    slot.hash = hasher.integer(value);
    execution.parameters.push_back(slot);
  }
  return execution;
}

}  // namespace

TEST_CASE("a text without statements is one of kind empty") {
  Cache cache;
  for (const char* sql : {"", " ", ";", "/* ping */", "-- x"}) {
    const Resolved resolved = cache.run(sql);
    CHECK(resolved.statement->kind == StatementKind::empty);
    CHECK(resolved.statement->pool_marker);
    CHECK(resolved.slots.empty());
    CHECK(resolved.tags->empty());
  }
  CHECK(cache.cache.counters().parsed == 0);
}

TEST_CASE("a text has no more statements than it has") {
  Cache cache;
  Resolved resolved;
  const auto& text = cache.cache.resolve("SELECT 1; SELECT 2", 5, StringSyntax::standard);
  CHECK(StatementCache::size(text) == 2);
  CHECK_FALSE(StatementCache::fill(text, 2, {}, resolved));
  CHECK(resolved.statement == nullptr);
}

TEST_CASE("an unknown text that did not come along is nothing") {
  StatementCache cache(hasher, {});
  const auto size = [&cache](std::string_view sql) {
    return StatementCache::size(cache.resolve(sql, 99, StringSyntax::standard));
  };
  CHECK(size("") == 1);
  CHECK(size("SELECT a FROM t; SELECT b FROM t") == 2);
  CHECK(size("") == 2);
}

TEST_CASE("one shape is parsed once, whatever its values and tags") {
  Cache cache;
  const Resolved first = cache.run("SELECT * FROM t WHERE id = 1 /*action='a'*/");
  const Resolved second = cache.run("SELECT * FROM t WHERE id = 2 /*action='b'*/");
  CHECK(first.statement == second.statement);
  CHECK(first.tags->action == "a");
  CHECK(second.tags->action == "b");
  CHECK(first.slots[0].hash != second.slots[0].hash);
  CHECK(cache.cache.counters().parsed == 1);
  CHECK(cache.cache.counters().shape_hits == 1);
  for (int i = 0; i < 2; ++i) cache.run("SELECT * FROM t WHERE id = 1 /*action='a'*/");
  CHECK(cache.cache.counters().text_hits == 1);
}

TEST_CASE("a text that has but parameters is known when it comes again") {
  Cache cache;
  for (int i = 0; i < 3; ++i) cache.run("SELECT * FROM t WHERE id = $1 /*action='a'*/", bound({i}));
  CHECK(cache.cache.counters().text_hits == 2);
}

TEST_CASE("texts that come once do not push out those that come again") {
  StatementCache::Limits limits;
  limits.text_bytes = 20000;
  Cache cache(limits);
  cache.run("SELECT * FROM t WHERE id = $1", bound({1}));
  for (int i = 0; i < 1000; ++i) cache.run("SELECT b FROM t WHERE id = " + std::to_string(i));
  cache.run("SELECT * FROM t WHERE id = $1", bound({1}));
  CHECK(cache.cache.counters().text_hits == 1);
  CHECK(cache.cache.counters().layout_hits == 998);
  CHECK(cache.cache.counters().parsed == 2);
}

TEST_CASE("a text of a known layout is kept when it came often, not when it came twice") {
  Cache cache;
  const auto layout = [&cache](int id) {
    return cache.run("SELECT b FROM t WHERE id = " + std::to_string(id));
  };
  for (int i = 0; i < 2; ++i) layout(100 + i);  // and its layout is known
  for (int i = 0; i < 4; ++i) CHECK(layout(7).slots[0].hash == hasher.integer(7));
  CHECK(cache.cache.counters().layout_hits == 4);
  CHECK(cache.cache.counters().text_hits == 0);
  for (int i = 0; i < 3; ++i) CHECK(layout(7).slots[0].hash == hasher.integer(7));
  CHECK(cache.cache.counters().layout_hits == 4);
  CHECK(cache.cache.counters().text_hits == 2);
}

TEST_CASE("a literal and a parameter of one value are one value") {
  Cache cache;
  const auto hash = [&cache](std::string_view literal) {
    return cache.run("SELECT * FROM t WHERE id = " + std::string(literal)).slots.at(0).hash;
  };
  CHECK(hash("42") == hasher.integer(42));
  CHECK(hash("-42") == hasher.integer(-42));
  CHECK(hash("'42'") == hasher.integer(42));
  CHECK(hash("E'4\\x32'") == hasher.integer(42));
  CHECK(hash("42.0") == hasher.integer(42));
  CHECK(hash("0x2a") == hasher.integer(42));
  CHECK(hash("'it''s'") == hasher.text(0, "it's"));
  CHECK(hash("$$it's$$") == hasher.text(0, "it's"));
  CHECK(hash("B'101'") == no_value);
  CHECK(hash("9223372036854775808") == hasher.text(type_oid::numeric, "9223372036854775808"));
}

TEST_CASE("parameters fill the slots that they stand in") {
  Cache cache;
  const Resolved resolved =
      cache.run("SELECT * FROM t WHERE a = $2 AND b = 7 AND c = $1 AND d = $2", bound({10, 20}));
  REQUIRE(resolved.slots.size() == 4);
  CHECK(resolved.slots[0].hash == hasher.integer(20));
  CHECK(resolved.slots[1].hash == hasher.integer(7));
  CHECK(resolved.slots[2].hash == hasher.integer(10));
  CHECK(resolved.slots[3].hash == hasher.integer(20));
}

TEST_CASE("a parameter that was not bound is unknown") {
  Cache cache;
  const Resolved resolved = cache.run("SELECT * FROM t WHERE a = $2 AND b = $0", bound({1}));
  CHECK(resolved.slots[0].kind == Slot::Kind::unknown);
  CHECK(resolved.slots[1].kind == Slot::Kind::unknown);
}

TEST_CASE("lists are arrays, of literals and parameters alike") {
  Cache cache;
  const Resolved resolved =
      cache.run("SELECT * FROM t WHERE a IN (5, $1, 7) AND b IN (8, 9)", bound({6}));
  REQUIRE(resolved.slots.size() == 2);
  CHECK(resolved.slots[0].kind == Slot::Kind::array);
  CHECK(resolved.slots[0].count == 3);
  REQUIRE(resolved.slots[0].elements == 3);
  CHECK(resolved.elements[resolved.slots[0].first_element + 1] == hasher.integer(6));
  REQUIRE(resolved.slots[1].elements == 2);
  CHECK(resolved.elements[resolved.slots[1].first_element] == hasher.integer(8));
}

TEST_CASE("array parameters bring their elements") {
  Cache cache;
  Execution execution;
  Slot slot;
  slot.kind = Slot::Kind::array;
  slot.first_element = 1;
  slot.elements = 2;
  slot.count = 9;
  execution.parameters.push_back(slot);
  execution.elements = {2, 4, 6};
  const Resolved resolved = cache.run("SELECT * FROM t WHERE a = ANY($1)", execution);
  CHECK(resolved.elements == std::vector<ValueHash>{4, 6});
  CHECK(resolved.slots[0].first_element == 0);
  CHECK(resolved.slots[0].count == 9);
  slot.first_element = 7;  // not in the list
  execution.parameters[0] = slot;
  CHECK(cache.run("SELECT * FROM t WHERE a = ANY($1)", execution).slots[0].elements == 0);
}

TEST_CASE("an array's text is an array") {
  Cache cache;
  const Resolved resolved = cache.run("SELECT * FROM t WHERE a = ANY('{1,2}')");
  CHECK(resolved.slots[0].kind == Slot::Kind::array);
  CHECK(resolved.elements == std::vector<ValueHash>{hasher.integer(1), hasher.integer(2)});
}

TEST_CASE("a long list keeps its count and its first thousand") {
  Cache cache;
  std::string sql = "SELECT * FROM t WHERE a IN (0";
  for (int i = 1; i < 3000; ++i) sql += ", " + std::to_string(i);
  const Resolved resolved = cache.run(sql + ")");
  CHECK(resolved.slots[0].count == 3000);
  CHECK(resolved.slots[0].elements == 1000);
}

TEST_CASE("names that differ from run to run are told") {
  Cache cache;
  CHECK(cache.run("DECLARE \"C\"\"1\" CURSOR FOR SELECT 1").name == "C\"1");
  CHECK(cache.run("FETCH FORWARD 10 FROM MyCursor").name == "mycursor");
  CHECK(cache.run("ROLLBACK TO SAVEPOINT s1").name == "s1");
  CHECK(cache.run("CLOSE ALL").name.empty());
  CHECK(cache.run("SELECT 1").name.empty());
}

TEST_CASE("settings are told by name; values in clear only of our own") {
  Cache cache;
  const Resolved own = cache.run("SET onetrip.request = 'tests/a.py::b'");
  CHECK(own.setting == "onetrip.request");
  CHECK(own.setting_text == "tests/a.py::b");
  const Resolved other = cache.run("SET LOCAL App.Request_Id TO 'secret'");
  CHECK(other.setting == "app.request_id");
  CHECK(other.setting_text.empty());
  CHECK(other.setting_hash == hasher.bytes("secret"));
  CHECK(cache.run("SET search_path = a, b").setting == "search_path");
  CHECK(cache.run("SET TIME ZONE 'UTC'").setting == "timezone");
  const Resolved reset = cache.run("RESET onetrip.request");
  CHECK(reset.setting == "onetrip.request");
  CHECK(reset.setting_hash == 0);
  CHECK(cache.run("SET onetrip.request TO DEFAULT").setting_text.empty());
  CHECK(cache.run("RESET ALL").setting == "all");
  CHECK(cache.run("SELECT 1").setting.empty());
}

TEST_CASE("set_config sets too, with a parameter as well") {
  Cache cache;
  CHECK(cache.run("SELECT set_config('onetrip.label', 'x', false)").setting_text == "x");
  Execution execution = bound({1, 2});
  execution.setting_texts = {"first", "second"};
  const Resolved resolved = cache.run("SELECT set_config('onetrip.request', $2, true)", execution);
  CHECK(resolved.setting == "onetrip.request");
  CHECK(resolved.setting_text == "second");
  CHECK(resolved.setting_hash == hasher.integer(2));
}

TEST_CASE("the same text means two things under two syntaxes of strings") {
  StatementCache cache(hasher, {});
  const std::string sql = "SELECT 'a\\', b FROM t --'";
  const auto size = [&](StringSyntax syntax) {
    Resolved resolved;
    StatementCache::fill(cache.resolve(sql, hasher.bytes(sql), syntax), 0, {}, resolved);
    return resolved.statement->normalized;
  };
  CHECK(size(StringSyntax::standard) == "SELECT ?, b FROM t");
  CHECK(size(StringSyntax::backslash) == "SELECT ?");
}

TEST_CASE("the cache stays within its bytes, and what was given out lives on") {
  StatementCache::Limits limits;
  limits.text_bytes = 20000;
  limits.shape_bytes = 20000;
  Cache cache(limits);
  const Resolved first = cache.run("SELECT first FROM t");
  for (int i = 0; i < 500; ++i) cache.run("SELECT c" + std::to_string(i) + " FROM t");
  CHECK(cache.cache.bytes() <= 40000);
  CHECK(cache.cache.shapes() < 500);
  CHECK(first.statement->normalized == "SELECT first FROM t");
  CHECK(cache.run("SELECT first FROM t").statement->id == first.statement->id);
}

TEST_CASE("what cannot be understood is counted") {
  StatementCache::Limits limits;
  limits.longest_parsed = 100;
  Cache cache(limits);
  cache.run("SELECT FROM WHERE");
  cache.run("SELECT 'open");
  cache.run("SELECT " + std::string(200, 'a'));
  std::string deep = "SELECT 1";
  for (int i = 0; i < 2000; ++i) deep += "+1";
  Cache roomy;
  roomy.run(deep);
  CHECK(cache.cache.counters().syntax == 2);
  CHECK(cache.cache.counters().cut_text == 1);
  CHECK(cache.cache.counters().too_long == 1);
  CHECK(roomy.cache.counters().too_deep == 1);
  CHECK(roomy.cache.counters().parsed == 0);
}

TEST_CASE("in clear there is what LIMIT, OFFSET and LIKE say, and nothing else") {
  Cache cache;
  const auto clear = [&](const char* sql, const Execution& execution = {}) {
    std::vector<std::uint32_t> values;
    for (const Slot& slot : cache.run(sql, execution).slots) values.push_back(slot.clear);
    return values;
  };
  using Values = std::vector<std::uint32_t>;
  const std::uint32_t wildcard = Slot::begins_with_wildcard;
  CHECK(clear("SELECT a FROM t WHERE b = 77 LIMIT 10 OFFSET 20000") == Values{0, 10, 20000});
  CHECK(clear("SELECT a FROM t WHERE b = 78 LIMIT 11 OFFSET 30000") == Values{0, 11, 30000});
  CHECK(clear("SELECT a FROM t WHERE b = 79 LIMIT 12 OFFSET 40000") == Values{0, 12, 40000});
  CHECK(clear("SELECT a FROM t WHERE c LIKE '%x' AND d = '%y'") == Values{wildcard, 0});
  Execution execution = bound({5, 20000});
  for (Slot& slot : execution.parameters) slot.clear = 20000;
  CHECK(clear("SELECT a FROM t WHERE b = $1 OFFSET $2", execution) == Values{0, 20000});
}
