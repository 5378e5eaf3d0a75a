#include <catch2/catch.hpp>
#include <numeric>

#include "analyzer/engine.hpp"
#include "analyzer/log/csvlog.hpp"
#include "analyzer/log/log_events.hpp"
#include "analyzer/log/sql_events.hpp"
#include "analyzer/log/sql_reader.hpp"
#include "rules/rule.hpp"
#include "tests/analyzer/story.hpp"
#include "tests/log/log_lines.hpp"

using namespace onetrip;

namespace {

enum class Knows { keys, nothing };

/// The engine at the end of a log or of a text.
class Reading final : public EventSink {
 public:
  explicit Reading(Knows knows = Knows::keys) : hasher_(key()) {
    engine_ = std::make_unique<Engine>(hasher_, Engine::Config(), make_rules(), nullptr,
                                       std::vector<FindingSink*>());
    if (knows == Knows::keys) engine_->catalog_ready({0, "shop"}, test::bookshop_catalog());
  }

  void put(Event& event) override {
    now_ = event.time;
    engine_->take(event);
    engine_->tick(now_);
  }

  std::vector<Finding> sql(std::string_view text) {
    SqlEvents events(hasher_, *this, 1U << 16, "shop");
    SqlReader reader([&](std::string_view statement) { events.statement(statement); });
    reader.feed(text);
    reader.end();
    events.end();
    return found();
  }

  std::vector<Finding> log(const std::string& csvlog) {
    LogEvents events(hasher_, *this, 1U << 16);
    CsvlogReader reader(events);
    reader.feed(csvlog);
    reader.end();
    events.end();
    return found();
  }

  std::size_t count_of(const std::string& rule) const {
    return engine_->findings({rule, "", "", "", "", "", 100}).size();
  }
  Engine::Counters counters() const { return engine_->counters(); }

 private:
  static ValueHasher::Key key() {
    ValueHasher::Key key;
    std::iota(key.begin(), key.end(), static_cast<unsigned char>(1));
    return key;
  }

  std::vector<Finding> found() {
    engine_->shut_down(now_);
    std::vector<Finding> all = engine_->findings({"n-plus-one", "", "", "", "", "", 100});
    return all;
  }

  ValueHasher hasher_;
  std::unique_ptr<Engine> engine_;
  Time now_{};
};

std::string loop(const std::string& before, const std::string& after = ";", int rounds = 5) {
  std::string text;
  for (int i = 1; i <= rounds; ++i) text += before + std::to_string(i * 3) + after;
  return text;
}

const std::string list = "SELECT id, author_id FROM book WHERE id < 9;";
const std::string lookup = "SELECT name FROM author WHERE id = ";

std::size_t count(const std::string& text, Knows knows = Knows::keys) {
  return Reading(knows).sql(text).size();
}

}  // namespace

TEST_CASE("without a catalog a log says nothing of what fed a loop") {
  CHECK(count(list + loop(lookup), Knows::nothing) == 0);
}

TEST_CASE("where nothing lists the other side of the key, a log shows no N+1") {
  CHECK(count(loop(lookup)) == 0);
  CHECK(count("SELECT id, name FROM genre;" + loop(lookup)) == 0);
  CHECK(count("SELECT id, title FROM book;" + loop(lookup)) == 0);  // without the column
  CHECK(count(loop(lookup) + list) == 0);                           // too late
}

TEST_CASE("a statement that gives one row lists nothing") {
  CHECK(count("SELECT id, author_id FROM book WHERE id = 7;" + loop(lookup)) == 0);
  CHECK(count("SELECT * FROM book WHERE id = 7 AND title = 'x';" + loop(lookup)) == 0);
  CHECK(count("SELECT max(author_id) FROM book;" + loop(lookup)) == 0);
}

TEST_CASE("answers that nobody saw are not called equal") {
  Reading reading;
  reading.sql(list + lookup + "3;" + lookup + "3;" + lookup + "3;");
  CHECK(reading.count_of("duplicate-query") == 0);
}

TEST_CASE("few rounds, or few values, show nothing where no row was seen") {
  CHECK(count(list + loop(lookup, ";", 4)) == 0);
  CHECK(count(list + loop(lookup + "7 AND 1 < ", ";", 9)) == 0);
}

TEST_CASE("the same table, and children that join, are not guessed at") {
  CHECK(count("SELECT id FROM book;" + loop("SELECT title FROM book WHERE id = ")) == 0);
  CHECK(count("SELECT id FROM book;" +
              loop("SELECT g.name FROM genre g JOIN book_genres b ON b.genre_id = g.id WHERE "
                   "b.book_id = ")) == 0);
}

TEST_CASE("writes and lists of many values are no N+1") {
  CHECK(count(list + loop("UPDATE author SET name = 'x' WHERE id = ")) == 0);
  CHECK(count(list + loop("SELECT name FROM author WHERE id IN (1, ", ");")) == 0);
}

TEST_CASE("a text that makes tables is a set-up, which is counted and not judged") {
  Reading reading;
  CHECK(reading.sql("CREATE TABLE x (id int);" + list + loop(lookup)).empty());
  CHECK(reading.counters().set_up_windows == 1);
  Reading other;
  other.sql(list);
  CHECK(other.counters().set_up_windows == 0);
}

TEST_CASE("a loop over a foreign key is possible, and no value of it is claimed") {
  const std::vector<Finding> findings = Reading().sql(list + loop(lookup));
  REQUIRE(findings.size() == 1);
  const Finding& finding = findings[0];
  CHECK(finding.confidence == Confidence::possible);
  CHECK(finding.severity == Severity::info);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->child_column == "author.id");
  CHECK(finding.link->matched == 0);
  CHECK(finding.link->direction == Direction::forward);
  CHECK_FALSE(finding.link->foreign_key.empty());
  CHECK(finding.evidence.count == 5);
  CHECK(finding.evidence.distinct_values == 5);
  CHECK(finding.title == "author was fetched 5 times in one request, for the rows of book");
}

TEST_CASE("a star lists every column, and keys lead both ways") {
  CHECK(count("SELECT * FROM book;" + loop(lookup)) == 1);
  CHECK(count("SELECT b.* FROM book b JOIN review r ON r.book_id = b.id;" + loop(lookup)) == 1);
  const auto back =
      Reading().sql("SELECT id FROM author;" + loop("SELECT title FROM book WHERE author_id = "));
  REQUIRE(back.size() == 1);
  CHECK(back[0].link->direction == Direction::reverse);
}

TEST_CASE("of several lists the latest is named") {
  const auto findings = Reading().sql("SELECT author_id FROM award;" + list + loop(lookup));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].link->parent_column == "book.author_id");
}

TEST_CASE("a pause in the log parts requests, and a second session is another") {
  using log_test::csv;
  const auto story = [](const std::string& time_of_list, const std::string& session_of_list) {
    std::string log = csv({.message = "duration: 1 ms  statement: " + list,
                           .time = time_of_list,
                           .session = session_of_list,
                           .transaction = "3/0"});
    for (int i = 1; i <= 6; ++i)
      log += csv({.message = "duration: 0.5 ms  execute s1: SELECT name FROM author WHERE id = $1",
                  .time = "2026-03-01 12:00:01.00" + std::to_string(i) + " UTC",
                  .transaction = "3/" + std::to_string(i),
                  .detail = "parameters: $1 = '" + std::to_string(i) + "'"});
    return Reading().log(log);
  };
  const std::string same = "69a42a40.1f";
  CHECK(story("2026-03-01 12:00:00.500 UTC", same).empty());
  CHECK(story("2026-03-01 12:00:01.000 UTC", "69a42a40.20").empty());
  const auto findings = story("2026-03-01 12:00:01.000 UTC", same);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].evidence.count == 6);
  CHECK(findings[0].evidence.total_ms == Approx(3));
  CHECK(findings[0].label == "shop");
}

TEST_CASE("a pause within a transaction of a log is not held against the application") {
  using log_test::csv;
  Reading reading;
  reading.log(
      csv({.message = "statement: BEGIN", .time = "2026-03-01 12:00:00.000 UTC"}) +
      csv({.message = "statement: SELECT id FROM book", .time = "2026-03-01 12:00:00.001 UTC"}) +
      csv({.message = "statement: SELECT id FROM author", .time = "2026-03-01 12:00:09.000 UTC"}));
  CHECK(reading.count_of("idle-in-transaction") == 0);
}
