#include "app/handover.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

HandoverPlan plan_for(const std::string& upstream) {
  HandoverPlan plan;
  plan.upstream = upstream;
  plan.proxy = {"127.0.0.1", "", 7777, ""};
  plan.api = "http://127.0.0.1:8888";
  return plan;
}

Handover handed(const Environment& environment, const HandoverPlan& plan) {
  const auto done = hand_over(environment, plan);
  if (const auto* error = std::get_if<HandoverError>(&done)) FAIL(error->message);
  return std::get<Handover>(done);
}

std::string refused(const Environment& environment, const HandoverPlan& plan) {
  const auto done = hand_over(environment, plan);
  REQUIRE(std::holds_alternative<HandoverError>(done));
  return std::get<HandoverError>(done).message;
}

std::string all_said(const Handover& handover) {
  std::string out;
  for (const std::string& sentence : handover.said) out += sentence + "\n";
  return out;
}

}  // namespace

TEST_CASE("nothing is invented: an empty environment gets PGHOST, PGPORT and the API") {
  CHECK(handed({}, plan_for("db:5432")).environment ==
        Environment{
            {"PGHOST", "127.0.0.1"}, {"PGPORT", "7777"}, {"ONETRIP_API", "http://127.0.0.1:8888"}});
}

TEST_CASE("every URL of that upstream leads through the proxy, and no other") {
  const Environment before{
      {"DATABASE_URL", "postgres://me:secret@db:5432/shop?schema=public"},
      {"SPRING_DATASOURCE_URL", "jdbc:postgresql://DB/shop?user=me&password=secret"},
      {"OTHER_URL", "postgres://me:secret@elsewhere/shop"},
      {"CACHE_URL", "redis://db:6379"},
      {"ONETRIP_CATALOG__DSN", "postgres://reader:secret@db/shop"},
      {"PATH", "/bin"}};
  const Handover after = handed(before, plan_for("postgres://db:5432"));
  CHECK(after.environment.at("DATABASE_URL") ==
        "postgres://me:secret@127.0.0.1:7777/shop?schema=public");
  CHECK(after.environment.at("SPRING_DATASOURCE_URL") ==
        "jdbc:postgresql://127.0.0.1:7777/shop?user=me&password=secret");
  for (const char* name : {"OTHER_URL", "CACHE_URL", "ONETRIP_CATALOG__DSN", "PATH"})
    CHECK(after.environment.at(name) == before.at(name));
  CHECK(after.rewritten == std::vector<std::string>{"DATABASE_URL", "SPRING_DATASOURCE_URL"});
  CHECK_FALSE(after.environment.contains("PGUSER"));

  const std::string said = all_said(after);
  CHECK_THAT(said, Catch::Contains("DATABASE_URL leads through onetrip: "
                                   "postgres://me:***@127.0.0.1:7777/shop?schema=public\n"));
  CHECK_THAT(said, Catch::Contains("OTHER_URL is left as it is: it leads to elsewhere:5432. "
                                   "--rewrite OTHER_URL"));
  CHECK_THAT(said, !Catch::Contains("secret"));
}

TEST_CASE("loopback has several names, and its ports are several servers") {
  const Environment before{{"A", "postgres://localhost:5432/x"},
                           {"B", "postgres://[::1]/x"},
                           {"C", "postgres://127.0.0.1:5433/x"},
                           {"D", "postgres:///x?host=/run/postgresql"}};
  CHECK(handed(before, plan_for("127.0.0.1:5432")).rewritten == std::vector<std::string>{"A", "B"});
  CHECK(handed(before, plan_for("/run/postgresql")).rewritten == std::vector<std::string>{"D"});
}

TEST_CASE("libpq's variables name the proxy, and nothing that goes before them stays") {
  const Handover after = handed({{"PGHOST", "db"},
                                 {"PGHOSTADDR", "10.0.0.1"},
                                 {"PGSERVICE", "shop"},
                                 {"PGUSER", "me"},
                                 {"PGPASSWORD", "secret"}},
                                plan_for("db:5432"));
  CHECK(after.environment == Environment{{"PGHOST", "127.0.0.1"},
                                         {"PGPORT", "7777"},
                                         {"PGUSER", "me"},
                                         {"PGPASSWORD", "secret"},
                                         {"ONETRIP_API", "http://127.0.0.1:8888"}});
  CHECK_THAT(all_said(after), Catch::Contains("PGHOSTADDR is unset") &&
                                  Catch::Contains("PGSERVICE is unset") &&
                                  !Catch::Contains("secret"));
}

TEST_CASE("what libpq's variables say of TLS does not hold up to the proxy") {
  const Handover after = handed(
      {{"PGSSLMODE", "verify-full"}, {"PGSSLROOTCERT", "system"}, {"PGCHANNELBINDING", "require"}},
      plan_for("db"));
  CHECK(after.environment.at("PGSSLMODE") == "disable");
  CHECK_FALSE(after.environment.contains("PGSSLROOTCERT"));
  CHECK_FALSE(after.environment.contains("PGCHANNELBINDING"));
  CHECK_THAT(all_said(after), Catch::Contains("it was verify-full"));

  HandoverPlan encrypted = plan_for("db");
  encrypted.encrypted = true;
  CHECK(handed({}, encrypted).environment.at("PGSSLMODE") == "require");
}

TEST_CASE("a proxy that listens everywhere is reached on loopback") {
  HandoverPlan plan = plan_for("db");
  plan.proxy.host = "0.0.0.0";
  CHECK(handed({}, plan).environment.at("PGHOST") == "127.0.0.1");
  plan.proxy.host = "::";
  CHECK(handed({{"U", "postgres://db/x"}}, plan).environment.at("U") == "postgres://[::1]:7777/x");
}

TEST_CASE("rewrite names a variable whose host is spelled in another way") {
  HandoverPlan plan = plan_for("db:5432");
  plan.rewrite = {"TEST_URL"};
  CHECK(handed({{"TEST_URL", "postgres://db.internal:1/x"}}, plan).environment.at("TEST_URL") ==
        "postgres://127.0.0.1:7777/x");
  CHECK_THAT(refused({}, plan), Catch::Contains("--rewrite TEST_URL: it is not set"));
  CHECK_THAT(refused({{"TEST_URL", "db:5432"}}, plan),
             Catch::Contains("TEST_URL") && Catch::Contains("no postgres://"));
}

TEST_CASE("env serves frameworks that take the parts") {
  HandoverPlan plan = plan_for("postgres://me:a%2Fb@db:5432/shop?sslmode=require");
  plan.templates = {
      "DB_HOST={host}",          "DB_PORT={port}", "DB_URL={url}", "WHO={user} in {database}",
      "JSON={\"port\": {port}}", "EMPTY=",         "FIXED=hunter2"};
  const Handover after = handed({}, plan);
  CHECK(after.environment.at("DB_HOST") == "127.0.0.1");
  CHECK(after.environment.at("DB_PORT") == "7777");
  CHECK(after.environment.at("DB_URL") ==
        "postgres://me:a%2Fb@127.0.0.1:7777/shop?sslmode=disable");
  CHECK(after.environment.at("WHO") == "me in shop");
  CHECK(after.environment.at("JSON") == "{\"port\": 7777}");
  CHECK(after.environment.at("EMPTY").empty());
  CHECK(after.environment.at("FIXED") == "hunter2");
  CHECK_THAT(all_said(after), Catch::Contains("FIXED is set") && !Catch::Contains("hunter2") &&
                                  !Catch::Contains("a%2Fb"));

  plan = plan_for("db");
  plan.templates = {"DB_URL={url}"};
  CHECK(handed({}, plan).environment.at("DB_URL") == "postgresql://127.0.0.1:7777");
  plan.templates = {"DB_PORT={prot}"};
  CHECK_THAT(refused({}, plan), Catch::Contains("{prot} is none of {host} {port}"));
  for (const char* wrong : {"DB_PORT", "={port}", ""}) {
    plan.templates = {wrong};
    CHECK_THAT(refused({}, plan), Catch::Contains("--env takes NAME=TEMPLATE"));
  }
}

TEST_CASE("only a throwaway server sets user and database") {
  HandoverPlan plan = plan_for("postgresql://postgres@%2Ftmp%2Fx:5432/test");
  plan.ephemeral = true;
  Handover after = handed({{"PGPASSWORD", "secret"}}, plan);
  CHECK(after.environment ==
        Environment{{"DATABASE_URL", "postgresql://postgres@127.0.0.1:7777/test"},
                    {"PGHOST", "127.0.0.1"},
                    {"PGPORT", "7777"},
                    {"PGUSER", "postgres"},
                    {"PGDATABASE", "test"},
                    {"ONETRIP_API", "http://127.0.0.1:8888"}});

  after = handed({{"DATABASE_URL", "postgresql+asyncpg://me:secret@db/shop?schema=x"},
                  {"OTHER", "postgres://me:secret@db/shop"}},
                 plan);
  CHECK(after.environment.at("DATABASE_URL") ==
        "postgresql+asyncpg://postgres@127.0.0.1:7777/test?schema=x");
  CHECK(after.environment.at("OTHER") == "postgres://me:secret@db/shop");
  CHECK_THAT(all_said(after),
             Catch::Contains("OTHER is left as it is") && Catch::Contains("--env 'OTHER={url}'"));

  plan.rewrite = {"OTHER"};
  CHECK_THAT(refused({{"OTHER", "postgres://db/shop"}}, plan),
             Catch::Contains("--env 'OTHER={url}'"));
}
