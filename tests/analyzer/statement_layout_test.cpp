#include "analyzer/statement_layout.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

const ValueHasher hasher{ValueHasher::Key{1, 2, 3}};

struct Said {
  std::string fingerprint, trace, action;
  std::vector<std::pair<int, ValueHash>> slots;
  std::vector<ValueHash> elements;
  bool operator==(const Said&) const = default;
};

class Reader {
 public:
  Said read(std::string_view sql) {
    const auto& text = cache.resolve(sql, ++hash_, StringSyntax::standard);
    StatementCache::fill(text, 0, {}, resolved_);
    Said said{resolved_.statement->fingerprint, resolved_.trace_id, resolved_.tags->action, {}, {}};
    if (said.trace.empty()) said.trace = resolved_.tags->trace_id;
    for (const Slot& slot : resolved_.slots)
      said.slots.emplace_back(static_cast<int>(slot.kind), slot.hash);
    said.elements = resolved_.elements;
    return said;
  }
  std::uint64_t found_by_layout() const { return cache.counters().layout_hits; }

  StatementCache cache{hasher, {}};

 private:
  std::uint64_t hash_ = 0;  ///< as if each text were another
  Resolved resolved_;
};

Said read_afresh(std::string_view sql) {
  return Reader().read(sql);
}

const std::string trace =
    "/*action='a',traceparent='00-0af7651916cd43dd8448eb211c80319c-"
    "b7ad6b7169203331-01'*/";

}  // namespace

TEST_CASE("texts that differ in literals and trace alone are found by layout") {
  Reader reader;
  const auto sql = [](const std::string& a, const std::string& b) {
    return "SELECT * FROM t WHERE a = " + a + " AND b = '" + b + "' AND c = -1.5 LIMIT 21 " + trace;
  };
  reader.read(sql("1", "x"));
  reader.read(sql("2", "y"));
  CHECK(reader.found_by_layout() == 0);
  for (const char* a : {"3", "0", "12345678901234567890", "007"})
    for (const char* b : {"", "it", "{1,2}", "0af76519-16cd-43dd-8448-eb211c80319c"})
      CHECK(reader.read(sql(a, b)) == read_afresh(sql(a, b)));
  CHECK(reader.found_by_layout() == 16);
  std::string other = sql("4", "z");
  other.replace(other.find("0af7"), 4, "FFFF");
  CHECK(reader.read(other).trace == "ffff651916cd43dd8448eb211c80319c");
  CHECK(reader.found_by_layout() == 17);
}

TEST_CASE("a layout never takes a text for another") {
  const std::vector<std::string> texts = {
      "SELECT a FROM t WHERE id = 15 AND b = 'x1'",
      "SELECT a FROM t WHERE id=15" + trace,
      trace + "SELECT a, 2.50 FROM t WHERE id IN ($1, $2) AND b = -3",
      "INSERT INTO t VALUES (1,'two', 3.0, null) -- end",
      "SELECT 1",
      "SELECT 'a''b', E'x', $$y$$, 3",
      "SELECT 1;",
  };
  for (const std::string& text : texts) {
    Reader reader;
    for (int i = 0; i < 3; ++i) CHECK(reader.read(text) == read_afresh(text));
    for (std::size_t at = 0; at <= text.size(); ++at) {
      for (const char byte : std::string_view("'\"5a .-/*;\n$_\\\x80")) {
        std::string changed = text, longer = text;
        if (at < text.size()) changed[at] = byte;
        longer.insert(at, 1, byte);
        for (const std::string& sql : {changed, longer, text.substr(0, at)})
          if (!(reader.read(sql) == read_afresh(sql))) FAIL_CHECK(sql);
      }
    }
    CHECK(reader.read(text) == read_afresh(text));
  }
}

TEST_CASE("lists, names, settings and other quotes have no layout") {
  for (const char* sql : {"SELECT * FROM t WHERE a IN (1, 2)", "SAVEPOINT s1", "SET x = 5",
                          "SELECT E'a'", "SELECT $$a$$", "SELECT 0x1f", "SELECT 1e5",
                          "SELECT 'open", "SELECT $1", "SELECT 1; SELECT 2", "FETCH 5 FROM c"}) {
    Skeleton skeleton;
    const std::string text = sql;
    skeleton.read(text, StringSyntax::standard);
    INFO(sql);
    CHECK_FALSE(StatementLayout::of(skeleton, hasher));
  }
}

TEST_CASE("ids in what is no traceparent stay where they are") {
  Reader reader;
  const std::string hidden =
      "SELECT 1 /*route='x traceparent 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/";
  for (int i = 0; i < 3; ++i) CHECK(reader.read(hidden) == read_afresh(hidden));
  CHECK(reader.read(hidden).trace.empty());
  const std::string zero =
      "SELECT 1 /*traceparent='00-00000000000000000000000000000000-"
      "b7ad6b7169203331-01'*/";
  reader.read("SELECT 1 " + trace);
  reader.read("SELECT 2 " + trace);
  CHECK(reader.read(zero) == read_afresh(zero));
  CHECK(reader.read(zero).trace.empty());
}
