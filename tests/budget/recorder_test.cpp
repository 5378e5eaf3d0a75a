#include "budget/recorder.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

namespace onetrip {
namespace {

using test::Story;

constexpr const char* books = "SELECT author_id FROM book";
constexpr const char* author = "SELECT name FROM author WHERE id = ";

/// What a test suite does, and what is recorded of it.
struct Suite {
  explicit Suite(Story::Knows knows = Story::Knows::catalog) : story(knows) {
    story.engine().watch(&recorder);
  }

  Suite& test(const std::string& name) {
    story.run("SET onetrip.request = '" + name + "'");
    return *this;
  }
  Suite& after() {
    story.run("RESET onetrip.request");
    return *this;
  }
  /// A page that lists books, and asks for each one's author.
  Suite& loop(std::int64_t count, const std::string& tag = "") {
    std::vector<std::vector<std::int64_t>> rows;
    for (std::int64_t row = 1; row <= count; ++row) rows.push_back({row});
    story.run(books + tag).gives({"book.author_id"}, rows);
    for (std::int64_t row = 1; row <= count; ++row)
      story.run(author + std::to_string(row) + tag).gives({"author.name"}, {{row}});
    return *this;
  }
  Suite& page(const std::string& route, const std::string& trace, std::int64_t count) {
    return loop(count, " /*route='" + route + "',traceparent='00-" + trace + trace + trace + trace +
                           "-0123456789abcdef-01'*/");
  }
  Record record() {
    story.findings();
    return recorder.record();
  }

  Recorder recorder;
  Story story;
};

const RecordEntry& entry(const Record& record, const std::string& test, const std::string& label,
                         bool sum = false) {
  for (const RecordEntry& one : record.entries) {
    if (one.test == test && one.label == label && one.sum == sum) return one;
  }
  FAIL("no entry of " << test << " " << label);
  return record.entries.front();
}

}  // namespace

TEST_CASE("nothing sent is nothing recorded") {
  Suite suite;
  CHECK(suite.record().entries.empty());
}

TEST_CASE("a test that makes no request is judged itself") {
  Suite suite;
  const Record record = suite.test("test_cart").loop(4).after().record();
  REQUIRE(record.entries.size() == 1);
  const RecordEntry& cart = entry(record, "test_cart", "test_cart");
  CHECK(cart.statements == 5);
  CHECK(cart.rows == 8);
  REQUIRE(cart.findings.size() == 1);
  CHECK(cart.findings[0].window.source == WindowSource::named);
  REQUIRE(cart.repeat);
  CHECK(cart.repeat->count == 4);
  CHECK(record.set_up_windows == 0);
}

TEST_CASE("what a test does beside its requests is set-up, before them and after") {
  Suite suite;
  suite.test("test_page").loop(7);
  suite.page("/books", "00000001", 3);
  suite.story.wait(std::chrono::seconds(1));
  const Record record = suite.loop(9).after().record();
  REQUIRE(record.entries.size() == 2);
  const RecordEntry& page = entry(record, "test_page", "/books");
  CHECK(page.statements == 4);
  CHECK(page.findings.size() == 1);
  const RecordEntry& sum = entry(record, "test_page", "test_page", true);
  CHECK(sum.statements == 4);
  CHECK(sum.findings.empty());
  CHECK(record.set_up_windows == 2);
}

TEST_CASE("of one kind of request the worst is kept, and how many there were") {
  Suite suite;
  suite.page("/books", "00000001", 3).page("/books", "00000002", 5).page("/books", "00000003", 4);
  const Record record = suite.record();
  REQUIRE(record.entries.size() == 1);
  CHECK(record.entries[0].windows == 3);
  CHECK(record.entries[0].statements == 6);
  REQUIRE(record.entries[0].findings.size() == 1);
  CHECK(record.entries[0].findings[0].evidence.count == 5);
}

TEST_CASE("what many requests leave is bounded, and the worst of them is kept") {
  constexpr std::uint64_t requests = Recorder::max_unsettled + 2'000;
  Recorder recorder;
  Window window;
  window.label = "/books";
  window.closed = true;
  for (window.number = 1; window.number <= requests; ++window.number) {
    window.totals.statements = window.number == 7 ? 10 : 2;
    recorder.judged(window, {});
  }
  CHECK(recorder.unsettled() < Recorder::max_unsettled + 1'000);
  const Record record = recorder.record();
  REQUIRE(record.entries.size() == 1);
  CHECK(record.entries[0].statements == 10);
  CHECK(record.entries[0].windows == requests);
}

TEST_CASE("pauses inside a test do not make several of it") {
  Suite suite;
  suite.test("slow").loop(2);
  suite.story.wait(std::chrono::seconds(1));
  const Record record = suite.loop(3).after().record();
  REQUIRE(record.entries.size() == 1);
  CHECK(record.entries[0].statements == 7);
  CHECK(record.entries[0].repeat->count == 3);
}

TEST_CASE("a named window inside another is a request of it") {
  Suite suite;
  WindowTable::Named outer;
  outer.name = "test_view";
  const std::string id = suite.story.engine().open_window(outer, suite.story.now()).value();
  suite.loop(5);
  suite.story.wait(std::chrono::milliseconds(1));
  WindowTable::Named inner;
  inner.name = "test_view GET /books";
  inner.label = "GET /books";
  inner.parent = suite.story.engine().named_window(id).value();
  suite.story.findings();
  const std::string page = suite.story.engine().open_window(inner, suite.story.now()).value();
  suite.loop(3);
  suite.story.findings();
  suite.story.engine().close_window(page, suite.story.now());
  suite.story.engine().close_window(id, suite.story.now());
  const Record record = suite.record();
  CHECK(entry(record, "test_view", "GET /books").statements == 4);
  CHECK(entry(record, "test_view", "test_view", true).statements == 4);
  CHECK(record.entries.size() == 2);
  CHECK(record.set_up_windows == 1);
}

TEST_CASE("a request that sends nothing makes set-up of the rest all the same") {
  Suite suite;
  WindowTable::Named outer;
  outer.name = "test_missing";
  const std::string id = suite.story.engine().open_window(outer, suite.story.now()).value();
  suite.loop(5);
  suite.story.findings();
  WindowTable::Named inner;
  inner.name = "test_missing GET /nothing";
  inner.parent = suite.story.engine().named_window(id).value();
  const std::string page = suite.story.engine().open_window(inner, suite.story.now()).value();
  suite.story.engine().close_window(page, suite.story.now());
  suite.story.engine().close_window(id, suite.story.now());
  const Record record = suite.record();
  CHECK(record.entries.empty());
  CHECK(record.set_up_windows == 1);
}

TEST_CASE("a test that is still open is recorded as far as it went") {
  Suite suite;
  const Record record = suite.test("never_ends").loop(2).record();
  CHECK(entry(record, "never_ends", "never_ends").statements == 3);
}

TEST_CASE("windows of long ago become one of their kind, and say the same") {
  Suite suite;
  for (int round = 0; round < 1200; ++round) {
    suite.story.run("SELECT name FROM author WHERE id = 1").gives({"author.name"}, {{1}});
    suite.story.wait(std::chrono::seconds(1));
  }
  const Record record = suite.record();
  REQUIRE(record.entries.size() == 1);
  CHECK(record.entries[0].windows == 1200);
  CHECK(record.entries[0].statements == 1);
}

TEST_CASE("a comment that accepts a rule is counted, with its reason") {
  Suite suite;
  suite.loop(3, " /*onetrip='allow:n-plus-one;known'*/");
  const Record record = suite.record();
  CHECK(record.entries.at(0).findings.empty());
  REQUIRE(record.allowed.size() == 1);
  CHECK(record.allowed[0].rule == "n-plus-one");
  CHECK(record.allowed[0].reason == "known");
  CHECK(record.allowed[0].statements == 4);
}

TEST_CASE("migrations are set-up") {
  Suite suite(Story::Knows::names);
  suite.story.run("CREATE TABLE django_migrations (id int)");
  const Record record = suite.loop(3).record();
  CHECK(record.entries.empty());
  CHECK(record.set_up_windows == 1);
}

}  // namespace onetrip
