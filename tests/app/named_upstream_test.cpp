#include "app/named_upstream.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

std::string found(const Environment& environment, const std::vector<std::string>& rewrite = {}) {
  const auto upstream = find_upstream(environment, rewrite);
  if (const auto* error = std::get_if<UpstreamError>(&upstream)) return "wrong: " + error->message;
  return std::get<NamedUpstream>(upstream).origin + " " + std::get<NamedUpstream>(upstream).text;
}

}  // namespace

TEST_CASE("the upstream is the server that the environment names") {
  CHECK(found({{"DATABASE_URL", "postgres://me@db/shop"}}) == "DATABASE_URL postgres://me@db/shop");
  CHECK(found({{"TEST_URL", "jdbc:postgresql://db/shop"}}) == "TEST_URL postgres://db/shop");
  CHECK(found({{"PGHOST", "db"}, {"PGPORT", "5433"}}) == "PGHOST db:5433");
  CHECK(found({{"A_URL", "postgres://db/a"},
               {"DATABASE_URL", "postgres://db:5432/shop"},
               {"PGHOST", "DB"}}) == "DATABASE_URL postgres://db:5432/shop");
  CHECK_THAT(found({}),
             Catch::Contains("no PostgreSQL is named") && Catch::Contains("--ephemeral"));
}

TEST_CASE("several servers are told, and not chosen from") {
  const Environment both{{"DATABASE_URL", "postgres://me:secret@db/shop"},
                         {"TEST_URL", "postgres://me:secret@localhost/shop_test"}};
  CHECK_THAT(found(both), Catch::Contains("DATABASE_URL (db:5432), TEST_URL (localhost:5432)") &&
                              Catch::Contains("--upstream") && !Catch::Contains("secret"));
  CHECK(found(both, {"TEST_URL"}) == "TEST_URL postgres://me:secret@localhost/shop_test");
  CHECK_THAT(found({{"U", "postgres://a,b/x"}}),
             Catch::Contains("U: several hosts") && Catch::Contains("--upstream"));
}

TEST_CASE("an upstream is completed by what the environment says of the same server") {
  const Environment environment{
      {"DATABASE_URL", "postgres://me:a%2Fb@db/shop?sslmode=require"},
      {"STRICT", "postgres://db/shop?sslmode=verify-full&sslrootcert=/ca.pem"},
      {"OTHER", "postgres://you@elsewhere/x?sslmode=verify-full&sslrootcert=system"}};
  CHECK(completed_upstream("db:5432", environment) ==
        "postgresql://me:a%2Fb@db:5432/shop?sslmode=verify-full&sslrootcert=/ca.pem");
  CHECK(completed_upstream("postgres://db?sslmode=disable", environment) ==
        "postgresql://me:a%2Fb@db:5432/shop?sslmode=disable");
  CHECK(completed_upstream("postgres://she@third/y", environment) ==
        "postgresql://she@third:5432/y");
  CHECK(completed_upstream("db", {{"U", "postgres://db?sslmode=disable"}}) ==
        "postgresql://db:5432?sslmode=disable");
  CHECK(completed_upstream("db", {{"PGHOST", "db"}, {"PGSSLMODE", "require"}}) ==
        "postgresql://db:5432?sslmode=require");
  CHECK(completed_upstream("/run/pg", {}) == "postgresql://%2Frun%2Fpg:5432");
  CHECK(completed_upstream("[::1]:5433", {}) == "postgresql://[::1]:5433");
  CHECK(completed_upstream("postgres://db?hostaddr=10.0.0.1", {}) ==
        "postgresql://db:5432?hostaddr=10.0.0.1");
}
