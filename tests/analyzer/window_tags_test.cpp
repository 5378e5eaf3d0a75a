#include <catch2/catch.hpp>

#include "tests/analyzer/builders.hpp"

using namespace onetrip;
using namespace onetrip::story;

using Texts = std::vector<std::string>;

TEST_CASE("a trace spans connections and pauses") {
  Story story;
  const Window* window = story.on(1).at(0ms).run(query("SELECT book").trace("aa"));
  CHECK(window->source == WindowSource::trace);
  CHECK(story.on(2).at(900ms).run(query("SELECT author").trace("aa")) == window);
  CHECK(window->sessions == std::vector<SessionId>{1, 2});
  CHECK(story.on(1).at(901ms).run(query("SELECT book").trace("bb")) != window);
}

TEST_CASE("one trace id in two applications is two windows") {
  Story story;
  story.on(1).opens("shop");
  story.on(2).opens("billing");
  const Window* window = story.on(1).run(query("SELECT book").trace("aa"));
  CHECK(story.on(2).run(query("SELECT book").trace("aa")) != window);
}

TEST_CASE("a trace closes after its silence, and a late statement opens it again") {
  Story story;
  const std::uint64_t number = story.at(0ms).run(query("SELECT book").trace("aa"))->number;
  story.tick(1900ms);
  CHECK(story.closed.empty());
  story.tick(2100ms);
  REQUIRE(story.closed.size() == 1);
  const Window* late = story.at(5s).run(query("SELECT author").trace("aa"));
  CHECK(late->number == number);
  CHECK_FALSE(late->closed);
  CHECK(story.table.counters().reopened == 1);
  story.tick(8s);
  REQUIRE(story.closed.size() == 2);
  CHECK(story.closed[1].number == number);
  CHECK(story.closed[1].texts == Texts{"SELECT book", "SELECT author"});
  story.tick(40s);
  CHECK(story.table.find(number) == nullptr);
  CHECK(story.table.bytes() == 0);
  CHECK(story.closed.size() == 2);
}

TEST_CASE("trips of several connections stand in the order of their answers") {
  Story story;
  story.on(1).at(10ms).run(query("SELECT b").trace("aa"));
  Window* window = story.on(2).at(5ms).run(query("SELECT a").trace("aa"));
  CHECK(texts(*window) == Texts{"SELECT a", "SELECT b"});
}

TEST_CASE("a request id in a comment is a tag window") {
  Story story;
  const Window* window = story.run(query("SELECT book").request("request_id=7"));
  CHECK(window->source == WindowSource::tag);
  CHECK(story.on(2).run(query("SELECT book").request("request_id=7")) == window);
}

TEST_CASE("a request id in a setting holds until it changes or is reset") {
  Story story;
  CHECK(story.at(0ms).run(query("SET app.request_id = 'a'").sets("app.request_id", "a")) ==
        nullptr);
  const Window* a = story.at(1ms).run("SELECT book");
  CHECK(a->source == WindowSource::tag);
  CHECK(story.at(300ms).run("SELECT author") == a);
  story.run(query("SET app.request_id = 'b'").sets("app.request_id", "b"));
  const Window* b = story.run("SELECT book");
  CHECK(b != a);
  story.run(query("RESET app.request_id").sets("app.request_id", ""));
  CHECK(story.run("SELECT book")->source == WindowSource::idle_gap);
}

TEST_CASE("a setting of another name is no tag") {
  Story story;
  story.run(query("SET app.tenant_id = 'a'").sets("app.tenant_id", "a"));
  CHECK(story.run("SELECT book")->source == WindowSource::idle_gap);
}

TEST_CASE("SET LOCAL holds until its transaction ends, and a rollback takes back a SET") {
  Story story;
  story.run(query("SET app.job_id = 'a'").sets("app.job_id", "a"));
  const Window* outer = story.run("SELECT book");
  story.run("BEGIN");
  story.run(query("SET LOCAL app.job_id = 'b'").sets("app.job_id", "b"));
  CHECK(story.run("SELECT book") != outer);
  story.run("COMMIT");
  CHECK(story.run("SELECT book") == outer);
  story.run("BEGIN");
  story.run(query("SET app.job_id = 'c'").sets("app.job_id", "c"));
  CHECK(story.run("SELECT book") != outer);
  story.run("ROLLBACK");
  CHECK(story.run("SELECT book") == outer);
}

TEST_CASE("DISCARD ALL forgets the tag") {
  Story story;
  story.run(query("SET app.jid = 'a'").sets("app.jid", "a"));
  story.run("DISCARD ALL");
  CHECK(story.run("SELECT book")->source == WindowSource::idle_gap);
}

TEST_CASE("a failed SET sets nothing") {
  Story story;
  story.run(query("SET app.jid = 'a'").sets("app.jid", "a").outcome(Outcome::failed));
  CHECK(story.run("SELECT book")->source == WindowSource::idle_gap);
}

TEST_CASE("an old tag on a prepared statement yields to a fresh one") {
  Story story;
  const Query old = query("SELECT author").trace("aa").prepared();
  story.at(0ms).run(old);
  const Window* fresh = story.at(5ms).run(query("SELECT book").trace("bb"));
  CHECK(story.at(7ms).run(old) == fresh);
  CHECK(story.table.counters().contradicted_tags == 1);
}

TEST_CASE("an old tag on a prepared statement does not outlive a pause or a reset") {
  Story story;
  const Query old = query("SELECT author").trace("aa").prepared();
  story.at(0ms).run(old);
  CHECK(story.at(300ms).run(old)->source == WindowSource::idle_gap);
  story.run("SELECT 1");
  CHECK(story.run(old)->source == WindowSource::idle_gap);
  CHECK(story.table.counters().contradicted_tags == 2);
}

TEST_CASE("a prepared statement's tag holds while nothing contradicts it") {
  Story story;
  const Query prepared = query("SELECT author").trace("aa").prepared();
  const Window* window = story.at(0ms).run(prepared);
  for (int i = 0; i < 5; ++i) CHECK(story.run(prepared) == window);
  // asyncpg and psycopg 3: another request has another text, which then runs for the first time.
  const Query next = query("SELECT author /* bb */").trace("bb").prepared();
  const Window* other = story.run(next);
  CHECK(other != window);
  CHECK(story.run(next) == other);
  CHECK(story.table.counters().contradicted_tags == 0);
}

TEST_CASE("a stale statement's route does not label the window that it falls into") {
  Story story;
  const Query old = query("SELECT author").trace("aa").route("/old").prepared();
  story.at(0ms).run(old);
  CHECK(story.at(300ms).run(old)->label.empty());
}

TEST_CASE("the first labelled execution labels the window, else what the session says") {
  Story story;
  story.opens("shop");
  Window* window = story.run("SELECT book");
  CHECK(window->label == "shop");
  story.run(query("SET onetrip.label = 'import'").sets("onetrip.label", "import"));
  CHECK(story.run("SELECT book")->label == "import");
  Tags tagged;
  tagged.route = "/books";
  const std::string label = tagged.label();
  CHECK(story.run(query("SELECT book").route("/books"))->label == label);
  CHECK(story.run(query("SELECT book").route("/authors"))->label == label);
}
