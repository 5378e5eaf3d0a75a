#include "analyzer/catalog_reader.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <vector>

#include "analyzer/catalog_loader.hpp"
#include "analyzer/password_command.hpp"
#include "tests/support/private_postgres.hpp"

using namespace onetrip;
using onetrip::test::private_postgres;

namespace {

const char* const schema = R"(
  CREATE TABLE author (id int PRIMARY KEY, gone int, name text);
  ALTER TABLE author DROP COLUMN gone;
  CREATE TABLE book (id int PRIMARY KEY, author_id int REFERENCES author, isbn text, year int,
                     UNIQUE (isbn, year));
  CREATE UNIQUE INDEX book_year ON book (year) WHERE year > 2000;
  CREATE UNIQUE INDEX book_isbn ON book (isbn) INCLUDE (year);
  CREATE VIEW book_list AS SELECT b.year AS y, a.name, upper(b.isbn) AS i, a.id
    FROM book b JOIN author a ON a.id = b.author_id;
  CREATE VIEW short_list AS WITH l AS (SELECT * FROM book_list) SELECT id AS author FROM l;
  CREATE VIEW mixed AS SELECT id FROM book UNION SELECT id FROM author;
  CREATE TABLE sale (id int, sold date, book_id int REFERENCES book) PARTITION BY RANGE (sold);
  CREATE TABLE sale_2026 (sold date, book_id int, id int);
  ALTER TABLE sale ATTACH PARTITION sale_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE place (id int PRIMARY KEY);
  CREATE TABLE town (mayor int REFERENCES author) INHERITS (place);
  CREATE SCHEMA old;
  CREATE TABLE old.book (id int PRIMARY KEY);
  CREATE TABLE old.scroll ("na me" text);
  INSERT INTO author SELECT n, n FROM generate_series(1, 10) n;
  ANALYZE author;
)";

// One database for all stories, which none of them changes.
const std::string& shop() {
  static const std::string name = [] {
    private_postgres().psql("postgres", "CREATE DATABASE shop");
    private_postgres().psql("shop", schema);
    return std::string("shop");
  }();
  return name;
}

Catalog read_shop() {
  return Catalog(read_catalog(private_postgres().conninfo(shop())));
}

Column column(const Catalog& catalog, std::string_view table, std::string_view name) {
  const Catalog::Table* found = catalog.table("", table);
  REQUIRE(found);
  const auto column = catalog.column(*found, name);
  REQUIRE(column);
  return *column;
}

SessionFacts session_of(const std::string& user, const std::string& upstream) {
  SessionFacts facts;
  facts.user = user;
  facts.upstream = upstream;
  return facts;
}

}  // namespace

TEST_CASE("a server's tables, columns and keys are read") {
  const Catalog catalog = read_shop();
  CHECK(catalog.snapshot().database == "shop");
  CHECK(catalog.name(column(catalog, "author", "name")) == "author.name");
  CHECK(catalog.table("", "author")->columns.size() == 2);
  CHECK(catalog.table("", "author")->estimated_rows == 10);
  CHECK(catalog.is_unique(column(catalog, "book", "id")));
  CHECK(catalog.is_unique(column(catalog, "book", "isbn")));
  CHECK_FALSE(catalog.is_unique(column(catalog, "book", "year")));
  CHECK(catalog.table("", "book")->unique_keys.size() == 3);
  CHECK(catalog.table("", "pg_class") == nullptr);
}

TEST_CASE("foreign keys tie tables") {
  const Catalog catalog = read_shop();
  const ForeignKey* key =
      catalog.foreign_key(column(catalog, "book", "author_id"), column(catalog, "author", "id"));
  REQUIRE(key);
  CHECK(key->name == "book_author_id_fkey");
}

TEST_CASE("only what a search path finds goes by its name alone") {
  const Catalog catalog = read_shop();
  CHECK(catalog.table("", "book") == catalog.table("public", "book"));
  CHECK(catalog.table("", "scroll") == nullptr);
  const Catalog::Table* scroll = catalog.table("old", "scroll");
  REQUIRE(scroll);
  CHECK(catalog.name({scroll->oid, 1}) == "old.scroll.na me");
}

TEST_CASE("partitions and children lead to their root, with their foreign keys") {
  const Catalog catalog = read_shop();
  const Catalog::Table* partition = catalog.table("", "sale_2026");
  REQUIRE(partition);
  const Column book_id = column(catalog, "sale", "book_id");
  CHECK(catalog.resolve(partition->oid, 2) == book_id);
  CHECK(catalog.foreign_key(book_id, column(catalog, "book", "id")));
  CHECK(column(catalog, "town", "id") == column(catalog, "place", "id"));
  std::size_t keys = 0;
  for (const ForeignKey& key : catalog.snapshot().foreign_keys) keys += key.table == book_id.table;
  CHECK(keys == 1);
}

TEST_CASE("a view's columns lead to their base, through other views and subqueries") {
  const Catalog catalog = read_shop();
  CHECK(column(catalog, "book_list", "y") == column(catalog, "book", "year"));
  CHECK(column(catalog, "book_list", "id") == column(catalog, "author", "id"));
  CHECK(column(catalog, "short_list", "author") == column(catalog, "author", "id"));
  CHECK_FALSE(catalog.column(*catalog.table("", "book_list"), "i"));
  CHECK_FALSE(catalog.column(*catalog.table("", "mixed"), "id"));
}

TEST_CASE("what was read survives the file") {
  const std::string text = to_json(read_shop().snapshot());
  CHECK(to_json(catalog_from_json(text)) == text);
}

TEST_CASE("no connection is left behind, so that the database can be dropped at once") {
  private_postgres().psql("postgres", "CREATE DATABASE passing");
  read_catalog(private_postgres().conninfo("passing"));
  CHECK_NOTHROW(private_postgres().psql("postgres", "DROP DATABASE passing"));
}

TEST_CASE("a database that is not there is told in a sentence") {
  CHECK_THROWS_WITH(read_catalog(private_postgres().conninfo("nowhere")),
                    Catch::Contains("no connection to read the catalog") &&
                        Catch::Contains("\"nowhere\" does not exist"));
}

TEST_CASE("the loader answers one request after the other, good or bad") {
  std::promise<void> done;
  std::vector<std::string> told;
  CatalogLoader::Settings settings;
  settings.dsn = "user=postgres";
  CatalogLoader loader(settings, [&](const std::string& database, const CatalogPtr& catalog,
                                     const std::string& why) {
    told.push_back(database + (catalog && catalog->table("", "book") ? ": has books" : ": " + why));
    if (told.size() == 2) done.set_value();
  });
  const auto& server = private_postgres();
  REQUIRE(loader.request("nowhere", session_of("app", "127.0.0.1:" + server.port())));
  REQUIRE(loader.request(shop(), session_of("app", server.host() + "/.s.PGSQL." + server.port())));
  done.get_future().get();
  CHECK_THAT(told[0], Catch::Contains("nowhere: no connection"));
  CHECK(told[1] == "shop: has books");
}

TEST_CASE("a loader that is off refuses, and one that is busy ends") {
  const auto ignore = [](const std::string&, const CatalogPtr&, const std::string&) {};
  CatalogLoader::Settings off;
  off.on = false;
  CHECK_FALSE(CatalogLoader(off, ignore).request("shop", {}));
  CatalogLoader busy(CatalogLoader::Settings(), ignore);
  const SessionFacts session = session_of("postgres", "127.0.0.1:" + private_postgres().port());
  for (int i = 0; i < 5; ++i) busy.request("none_" + std::to_string(i), session);
}

TEST_CASE("a read that is called off does not wait for the server") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_WITH(
      read_catalog("host=127.0.0.1 user=postgres dbname=postgres port=" + private_postgres().port(),
                   stop.get_token()),
      Catch::Contains("called off"));
}

TEST_CASE("the loader connects where the session went, unless it was told otherwise") {
  ::unsetenv("PGUSER");
  const SessionFacts session = session_of("app", "db.example:6000");
  CHECK(catalog_conninfo("", "shop", session) ==
        "application_name='onetrip catalog' connect_timeout='3' dbname='shop' host='db.example' "
        "port='6000' user='app'");
  CHECK(catalog_conninfo("postgres://me:secret@other:7000/x?connect_timeout=9", "shop", session) ==
        "application_name='onetrip catalog' connect_timeout='9' dbname='shop' host='other' "
        "port='7000' user='me'");
  CHECK_THAT(catalog_conninfo("", "it's", session_of("a", "/run/pg/.s.PGSQL.6001")),
             Catch::Contains("dbname='it\\'s' host='/run/pg' port='6001'"));
  CHECK_THAT(catalog_conninfo("", "x", session_of("a", "[::1]:6002")),
             Catch::Contains("host='::1' port='6002'"));
  CHECK_THROWS_WITH(catalog_conninfo("nonsense=1", "x", session),
                    Catch::Contains("catalog.dsn is not understood"));
}

TEST_CASE("a password command is a program with arguments, no shell's word") {
  CHECK(run_password_command({"printf", "%s\n", "to ken; $HOME"}) == "to ken; $HOME");
  CHECK_THROWS_WITH(run_password_command({"false"}), Catch::Contains("exit code 1"));
  CHECK_THROWS_WITH(run_password_command({"true"}), Catch::Contains("no password"));
  CHECK_THROWS_WITH(run_password_command({"/no/such/program"}), Catch::Contains("not be started"));
  CHECK_THROWS_WITH(run_password_command({}), Catch::Contains("is empty"));
  CHECK_THROWS_WITH(run_password_command({"cat", "/dev/zero"}), Catch::Contains("too much"));
  CHECK_THROWS_WITH(run_password_command({"sleep", "60"}, std::chrono::milliseconds(20)),
                    Catch::Contains("took too long"));
}
