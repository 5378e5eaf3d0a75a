#include "analyzer/catalog_shelf.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using namespace onetrip::test;
using namespace std::chrono_literals;

namespace {

struct Asked final : CatalogSource {
  bool request(const std::string& database, const SessionFacts& session) override {
    by.push_back(database + " by " + session.user);
    return true;
  }
  std::vector<std::string> by;
};

SessionFacts facts(std::size_t pair, const std::string& database) {
  SessionFacts out;
  out.pair = pair;
  out.database = database;
  out.user = "user" + std::to_string(pair);
  out.upstream = "db" + std::to_string(pair);
  return out;
}

CatalogPtr catalog_of(const std::string& table, std::uint32_t oid = 100) {
  Catalog::Snapshot snapshot;
  snapshot.tables.resize(1);
  snapshot.tables[0].oid = snapshot.tables[0].root = oid;
  snapshot.tables[0].name = table;
  return std::make_shared<const Catalog>(std::move(snapshot));
}

/// A trip that read rows of table 100.
Trip trip_of(SessionId session) {
  static const auto columns = [] {
    std::vector<ResultColumn> one(1);
    one[0].table_oid = 100;
    return SharedColumns(std::move(one));
  }();
  Trip trip;
  trip.session = session;
  trip.shared_columns = columns;
  return trip;
}

Window window_of(std::size_t pair) {
  Window window;
  window.pair = pair;
  window.database = "shop";
  window.trips.push_back(trip_of(pair));
  return window;
}

/// Trips of session 0 at pair 0, of session 1 at pair 1, in one trace.
Window trace(const std::string& other_database = "shop") {
  Window window = window_of(0);
  window.elsewhere = {{1, {1, other_database}}};
  window.trips.push_back(trip_of(1));
  window.trips.push_back(trip_of(0));
  return window;
}

std::string name_of(const Catalog* catalog) {
  return catalog == nullptr ? "nothing" : catalog->snapshot().tables[0].name;
}

/// "2 trips, book; …"
std::string parts(const CatalogShelf& shelf, const Window& window) {
  std::string out;
  shelf.each_part(window, [&](const Window& part, const Catalog* catalog) {
    out += std::to_string(part.trips.size()) + " in " + part.database + " of " + name_of(catalog) +
           "; ";
  });
  return out;
}

struct Shelf {
  Asked asked;
  CatalogShelf shelf{&asked, 5s};

  explicit Shelf(const std::string& other_database = "shop") {
    shelf.session_opened(facts(0, "shop"));
    shelf.session_opened(facts(1, other_database));
  }
};

/// A loop whose parent was read by one connection and whose children by another, in one trace.
Story& loop_over_both(Story& story, std::size_t other) {
  const std::string trace =
      " /*traceparent='00-00112233445566778899aabbccddeeff-0011223344556677-01'*/";
  story.by(0).on(1).run("SELECT author_id FROM book" + trace);
  story.gives({"book.author_id"}, {{7}, {8}, {9}});
  story.by(other).on(2);
  for (const std::int64_t id : {7, 8, 9}) {
    story.run("SELECT * FROM author WHERE id = " + std::to_string(id) + trace);
    story.gives({"author.id"}, {{id}});
  }
  return story;
}

}  // namespace

TEST_CASE("two servers with one database name have a catalog each") {
  Shelf two;
  CHECK(two.shelf.wait_for(window_of(0), 1s));
  CHECK(two.shelf.wait_for(window_of(1), 1s));
  CHECK(two.asked.by == std::vector<std::string>{"shop by user0", "shop by user1"});
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  CHECK_FALSE(two.shelf.wait_for(window_of(0), 2s));
  CHECK(two.shelf.wait_for(window_of(1), 2s));
  two.shelf.ready({1, "shop"}, catalog_of("film"));
  CHECK(parts(two.shelf, window_of(0)) == "1 in shop of book; ");
  CHECK(parts(two.shelf, window_of(1)) == "1 in shop of film; ");
  CHECK(two.asked.by.size() == 2);
}

TEST_CASE("a trace over two servers is judged apart, each part with its own catalog") {
  Shelf two;
  CHECK(two.shelf.wait_for(trace(), 1s));
  CHECK(two.asked.by.size() == 2);
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  CHECK(two.shelf.wait_for(trace(), 2s));
  two.shelf.ready({1, "shop"}, catalog_of("film"));
  CHECK_FALSE(two.shelf.wait_for(trace(), 2s));
  CHECK(parts(two.shelf, trace()) == "2 in shop of book; 1 in shop of film; ");
}

TEST_CASE("a server and its replica describe the same, and are judged as one") {
  Shelf two;
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  two.shelf.ready({1, "shop"}, catalog_of("book"));
  CHECK(parts(two.shelf, trace()) == "3 in shop of book; ");
}

TEST_CASE("where no catalog can be read, servers of one database name are taken for one") {
  Shelf two;
  CHECK(parts(two.shelf, trace()) == "3 in shop of nothing; ");
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  CHECK(parts(two.shelf, trace()) == "2 in shop of book; 1 in shop of nothing; ");
}

TEST_CASE("what a trace did in two databases is judged apart, whatever their catalogs are") {
  Shelf two("till");
  CHECK(parts(two.shelf, trace("till")) == "2 in shop of nothing; 1 in till of nothing; ");
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  two.shelf.ready({1, "till"}, catalog_of("book"));
  CHECK(parts(two.shelf, trace("till")) == "2 in shop of book; 1 in till of book; ");
}

TEST_CASE("a table is looked for in the catalog of the server that it was read from") {
  Shelf two;
  two.shelf.ready({0, "shop"}, catalog_of("book"));
  two.shelf.ready({1, "shop"}, catalog_of("film", 200));
  CHECK_FALSE(two.shelf.wait_for(window_of(0), 1s));
  CHECK(two.asked.by.empty());
  CHECK(two.shelf.wait_for(trace(), 1s));
  CHECK(two.asked.by == std::vector<std::string>{"shop by user1"});
}

TEST_CASE("after DDL the catalog of the replica is read again, too") {
  Shelf two("till");
  two.shelf.session_opened(facts(2, "shop"));
  for (const std::size_t pair : {0U, 2U}) two.shelf.ready({pair, "shop"}, catalog_of("book"));
  two.shelf.ready({1, "till"}, catalog_of("book"));
  two.shelf.outdate("shop");
  CHECK(two.shelf.wait_for(window_of(2), 1s));
  CHECK(two.shelf.wait_for(window_of(0), 1s));
  Window till = window_of(1);
  till.database = "till";
  CHECK_FALSE(two.shelf.wait_for(till, 1s));
  CHECK(two.asked.by == std::vector<std::string>{"shop by user2", "shop by user0"});
}

TEST_CASE("states name the server only where the database's name does not tell") {
  Shelf two;
  CHECK(two.shelf.states().empty());
  two.shelf.ready({0, "shop"}, nullptr);
  CHECK(two.shelf.states() == std::map<std::string, std::string>{{"shop", "missing"}});
  two.shelf.ready({1, "shop"}, catalog_of("film"));
  CHECK(two.shelf.states() ==
        std::map<std::string, std::string>{{"shop at db0", "missing"}, {"shop at db1", "ready"}});
}

TEST_CASE("rows of one server do not feed a loop at another that has other tables") {
  Story story;
  story.engine().catalog_ready({1, "shop"}, catalog_of("film"));
  CHECK(loop_over_both(story, 1).findings().empty());
}

TEST_CASE("rows of a server feed a loop at its replica") {
  Story story;
  story.engine().catalog_ready({1, "shop"}, bookshop_catalog());
  CHECK(loop_over_both(story, 1).only().confidence == Confidence::proven);
  Story one;
  CHECK(loop_over_both(one, 0).only().confidence == Confidence::proven);
}
