#include "app/database_url.hpp"

#include <catch2/catch.hpp>

#include "app/url.hpp"

using namespace onetrip;

namespace {

std::string led(const std::string& text) {
  const auto url = parse_database_url(text);
  return url ? led_to(*url, "127.0.0.1", 7777, "disable").text() : "none";
}

std::string form(const std::string& text) {
  return upstream_form(parse_database_url(text).value());
}

}  // namespace

TEST_CASE("a URL of PostgreSQL is known by its scheme, whatever framework wrote it") {
  for (const char* text :
       {"postgres://db/shop", "postgresql://db/shop", "postgresql+psycopg://db/shop",
        "postgresql+asyncpg://db", "postgis://db/shop", "jdbc:postgresql://db/shop",
        "r2dbc:pool:postgresql://db/shop", "timescalegis://db", "postgres://"}) {
    INFO(text);
    const auto url = parse_database_url(text);
    REQUIRE(url);
    CHECK(url->text() == text);
  }
  for (const char* text : {"", "db", "db:5432", "mysql://db/shop", "jdbc:mysql://db/postgresql",
                           "https://postgres/", "see postgres://db", "xpostgres://db"}) {
    INFO(text);
    CHECK_FALSE(parse_database_url(text));
  }
}

TEST_CASE("only host and port are replaced, and every other byte stays") {
  CHECK(led("postgres://me:p%40s:s@db.example:5433/shop?schema=public&connection_limit=5") ==
        "postgres://me:p%40s:s@127.0.0.1:7777/shop?schema=public&connection_limit=5");
  CHECK(led("postgresql+psycopg2://me@db/shop") == "postgresql+psycopg2://me@127.0.0.1:7777/shop");
  CHECK(led("jdbc:postgresql://db/shop?user=me&password=p%26w") ==
        "jdbc:postgresql://127.0.0.1:7777/shop?user=me&password=p%26w");
  CHECK(led("postgres://me:a@b@db/shop") == "postgres://me:a@b@127.0.0.1:7777/shop");
  CHECK(led("postgres://[::1]:5/x") == "postgres://127.0.0.1:7777/x");
  CHECK(led("postgres:///shop") == "postgres://127.0.0.1:7777/shop");
  CHECK(led("postgres://db") == "postgres://127.0.0.1:7777");
  CHECK(led("postgres://db/shop?") == "postgres://127.0.0.1:7777/shop?");
}

TEST_CASE("a host in a parameter goes, so that nobody prefers it") {
  CHECK(led("postgres:///shop?host=/run/pg&port=5433&pool=5") ==
        "postgres://127.0.0.1:7777/shop?pool=5");
  CHECK(led("postgres://db/shop?hostaddr=10.0.0.1") == "postgres://127.0.0.1:7777/shop");
}

TEST_CASE("what it said of TLS does not hold up to the proxy") {
  CHECK(led("postgres://db/x?sslmode=verify-full&sslrootcert=/ca.pem&a=b") ==
        "postgres://127.0.0.1:7777/x?sslmode=disable&a=b");
  CHECK(led("postgresql+asyncpg://db/x?ssl=require") == "postgresql+asyncpg://127.0.0.1:7777/x");
  CHECK(led("jdbc:postgresql://db/x?ssl=true&sslfactory=f&channelBinding=require&user=me") ==
        "jdbc:postgresql://127.0.0.1:7777/x?user=me");
  CHECK(led("postgres://db/x?channel_binding=require&gssencmode=require") ==
        "postgres://127.0.0.1:7777/x");
}

TEST_CASE("a proxy on IPv6 stands in brackets") {
  CHECK(led_to(*parse_database_url("postgres://db/x"), "::1", 5, "").text() ==
        "postgres://[::1]:5/x");
}

TEST_CASE("drivers' words for TLS are told in those of libpq") {
  CHECK(form("postgres://u:p@db:1/x?sslmode=require") == "postgres://u:p@db:1/x?sslmode=require");
  CHECK(form("postgresql+asyncpg://db/x?ssl=verify-full") == "postgres://db/x?sslmode=verify-full");
  CHECK(form("postgres://db/x?ssl=true") == "postgres://db/x?sslmode=require");
  CHECK(form("postgres://db/x?ssl=false") == "postgres://db/x");
  CHECK(form("postgres://db/x?sslmode=no-verify") == "postgres://db/x?sslmode=require");
  CHECK(form("jdbc:postgresql://db/x?ssl=true") == "postgres://db/x?sslmode=verify-full");
  CHECK(form("jdbc:postgresql://db/x?ssl=true&sslmode=require") ==
        "postgres://db/x?sslmode=require");
  CHECK(form("r2dbc:postgresql://db/x?sslMode=verify-ca&sslRootCert=/ca") ==
        "postgres://db/x?sslmode=verify-ca&sslrootcert=/ca");
}

TEST_CASE("another owner takes the place of user, password and database") {
  const auto of = [](const char* text) {
    return belonging_to(parse_database_url(text).value(), "postgres", "test").text();
  };
  CHECK(of("postgresql+asyncpg://me:pw@db/shop?schema=x") ==
        "postgresql+asyncpg://postgres@db/test?schema=x");
  CHECK(of("jdbc:postgresql://db/shop?password=pw&user=me&a=b") ==
        "jdbc:postgresql://db/test?a=b&user=postgres");
}
