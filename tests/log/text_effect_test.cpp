#include "analyzer/log/text_effect.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;
using enum TransactionStatus;

TEST_CASE("statements of a text are counted as the statement cache counts them") {
  const auto count = [](std::string_view sql) { return effect_of(sql, idle).statements; };
  CHECK(count("") == 0);
  CHECK(count(" -- nothing") == 0);
  CHECK(count("SELECT 1") == 1);
  CHECK(count("SELECT 1; ; SELECT ';' ;") == 2);
  CHECK(count("SELECT $$;$$ /* ; */") == 1);
  CHECK(count("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3") == 2);
}

TEST_CASE("what does not touch the transaction leaves it as it is") {
  for (const TransactionStatus before : {idle, open, failed})
    for (const std::string_view sql : {"", "SELECT 'BEGIN'", "SAVEPOINT a", "RELEASE a",
                                       "PREPARE p AS SELECT 1", "CREATE TABLE begin (x int)"})
      CHECK(effect_of(sql, before).status == before);
}

TEST_CASE("transactions begin and end") {
  CHECK(effect_of("begin", idle).status == open);
  CHECK(effect_of("/* x */ START TRANSACTION READ ONLY", idle).status == open);
  CHECK(effect_of("COMMIT", open).status == idle);
  CHECK(effect_of("END", failed).status == idle);
  CHECK(effect_of("ROLLBACK", failed).status == idle);
  CHECK(effect_of("ABORT", open).status == idle);
  CHECK(effect_of("PREPARE TRANSACTION 'x'", open).status == idle);
  CHECK(effect_of("BEGIN; SELECT 1; COMMIT; BEGIN", idle).status == open);
  CHECK(effect_of("BEGIN; SELECT 1; COMMIT", idle).status == idle);
}

TEST_CASE("going back to a savepoint ends nothing") {
  CHECK(effect_of("ROLLBACK TO a", open).status == open);
  CHECK(effect_of("ROLLBACK WORK TO SAVEPOINT a", failed).status == open);
}
