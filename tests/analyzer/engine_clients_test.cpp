// What metrics tell by application and database.
#include <catch2/catch.hpp>

#include "analyzer/engine.hpp"

using namespace onetrip;

namespace {

using Names = std::pair<std::string, std::string>;

class Clients {
 public:
  explicit Clients(std::size_t label_values = 200)
      : engine_(hasher_, config(label_values), {}, nullptr, {}) {}

  Clients& session(SessionId id, const std::string& application, const std::string& database,
                   Event::Kind kind = Event::Kind::session_opened) {
    Event event;
    event.kind = kind;
    event.session = id;
    event.facts.application_name = application;
    event.facts.database = database;
    engine_.take(event);
    return *this;
  }
  Clients& run(SessionId id, const std::string& sql, std::uint64_t rows,
               const std::string& sqlstate = "") {
    Event event;
    event.session = id;
    event.execution.text = sql;
    event.execution.text_hash = hasher_.bytes(sql);
    event.execution.rows = rows;
    if (!sqlstate.empty()) {
      event.execution.outcome = Outcome::failed;
      sqlstate.copy(event.execution.sqlstate.data(), 5);
    }
    engine_.take(event);
    return *this;
  }
  Engine::Counters counters() const { return engine_.counters(); }
  Engine& engine() { return engine_; }

 private:
  static Engine::Config config(std::size_t label_values) {
    Engine::Config out;
    out.max_label_values = label_values;
    out.ignore_applications = {"ignored"};
    return out;
  }

  ValueHasher hasher_{ValueHasher::Key{}};
  Engine engine_;
};

}  // namespace

TEST_CASE("statements, rows and errors are counted by application and database") {
  Clients story;
  story.session(1, "web", "books").session(2, "jobs", "books").session(3, "web", "books");
  story.run(1, "SELECT 1 FROM a", 5).run(3, "SELECT 2 FROM a", 2).run(3, "DELETE FROM a", 1);
  story.run(2, "SELECT 1 FROM a", 1).run(2, "SELECT x", 0, "42703");
  const Engine::Counters counters = story.counters();
  REQUIRE(counters.clients.size() == 2);
  const Engine::Counters::Client web = counters.clients.at({"web", "books"});
  CHECK(web.statements_by_kind ==
        std::map<std::string, std::uint64_t>{{"select", 2}, {"delete", 1}});
  CHECK(web.rows == 8);
  CHECK(web.errors_by_class.empty());
  const Engine::Counters::Client jobs = counters.clients.at({"jobs", "books"});
  CHECK(jobs.rows == 1);
  CHECK(jobs.errors_by_class == std::map<std::string, std::uint64_t>{{"42", 1}});
  CHECK(counters.statements_by_kind.at("select") == 4);
  CHECK(counters.errors_by_class == jobs.errors_by_class);
}

TEST_CASE("a session that renames its application is counted under each name") {
  Clients story;
  story.session(1, "", "books").run(1, "SELECT 1 FROM a", 1);
  story.session(1, "late", "books", Event::Kind::session_changed).run(1, "SELECT 1 FROM a", 2);
  CHECK(story.counters().clients.at({"none", "books"}).rows == 1);
  CHECK(story.counters().clients.at({"late", "books"}).rows == 2);
}

TEST_CASE("what is ignored, or ran nothing, is no client; what is no more ignored is one") {
  Clients story;
  story.session(1, "ignored", "books").run(1, "SELECT 1 FROM a", 1).session(2, "idle", "books");
  CHECK(story.counters().clients.empty());
  story.engine().retune({}, {});
  CHECK(story.run(1, "SELECT 1 FROM a", 1).counters().clients.contains({"ignored", "books"}));
}

TEST_CASE("a session that is not known counts, too") {
  Clients story;
  CHECK(story.run(9, "SELECT 1 FROM a", 3).counters().clients.at({"none", "none"}).rows == 3);
}

TEST_CASE("databases past the cap are counted together, and their application is kept") {
  Clients story(2);
  for (SessionId id = 1; id <= 5; ++id)
    story.session(id, "shop", "tenant" + std::to_string(id)).run(id, "SELECT 1 FROM a", id);
  const Engine::Counters counters = story.counters();
  CHECK(counters.clients.size() == 3);
  CHECK(counters.clients.at({"shop", "tenant2"}).rows == 2);
  CHECK(counters.clients.at({"shop", "other"}).rows == 3 + 4 + 5);
  CHECK(counters.collapsed_labels == 3);
}
