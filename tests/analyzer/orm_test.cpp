#include "analyzer/orm.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/advised_loop.hpp"

namespace onetrip {
namespace {

Orm orm_of(std::string_view sql, const Window& window = {}) {
  return guess_orm(window, *test::statement(sql));
}

Window tagged(std::string framework, std::string driver, std::string application = {}) {
  Window window;
  window.framework = std::move(framework);
  window.db_driver = std::move(driver);
  window.application = std::move(application);
  return window;
}

TEST_CASE("Tags name the ORM", "[orm]") {
  const auto [framework, driver, orm] = GENERATE(table<std::string, std::string, Orm>({
      {"django:3.2", "django.db.backends.postgresql", Orm::django},
      {"flask:2.2", "sqlalchemy:psycopg2", Orm::sqlalchemy},
      {"rails_v6.1", "", Orm::rails},
      {"", "active_record", Orm::rails},
      {"laravel/8.83", "", Orm::laravel},
      {"", "prisma", Orm::prisma},
      {"", "hibernate:5.6", Orm::hibernate},
      {"express:4", "sequelize:6", Orm::sequelize},
      {"", "gorm", Orm::gorm},
      {"nest", "typeorm:0.3", Orm::typeorm},
  }));
  CHECK(orm_of("SELECT 1", tagged(framework, driver)) == orm);
}

TEST_CASE("A driver's tag outweighs the framework's", "[orm]") {
  CHECK(orm_of("SELECT 1", tagged("django:4", "sqlalchemy:psycopg")) == Orm::sqlalchemy);
}

TEST_CASE("A word within another is no hint", "[orm]") {
  CHECK(orm_of("SELECT 1", tagged("", "guardrails")) == Orm::unknown);
  CHECK(orm_of("SELECT 1", tagged("flask", "psycopg2")) == Orm::unknown);
}

TEST_CASE("application_name helps unless the dialect speaks against it", "[orm]") {
  const Window rails = tagged("", "", "shop rails 6.1");
  CHECK(orm_of("SELECT 1", rails) == Orm::rails);
  CHECK(orm_of(R"(SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author")", rails) ==
        Orm::unknown);
}

TEST_CASE("Each ORM has its dialect", "[orm]") {
  const auto [sql, orm] = GENERATE(table<std::string, Orm>({
      {R"(SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author" WHERE "shop_author"."id" = 1 LIMIT 21)",
       Orm::django},
      {R"(SELECT "shop_book"."id" FROM "shop_book" ORDER BY "shop_book"."id" ASC LIMIT 50)",
       Orm::django},
      {R"(SELECT COUNT(*) AS "__count" FROM "shop_review" WHERE "shop_review"."book_id" = 1)",
       Orm::django},
      {R"(SELECT (1) AS "a" FROM "shop_order" WHERE "shop_order"."customer_id" = 1 LIMIT 1)",
       Orm::django},
      {R"(SELECT 1 AS "a" FROM "shop_order" WHERE "shop_order"."customer_id" = 1 LIMIT 1)",
       Orm::django},
      {R"(SELECT "authors".* FROM "authors" WHERE "authors"."id" = $1 LIMIT $2)", Orm::rails},
      {R"(SELECT 1 AS one FROM "orders" WHERE "orders"."customer_id" = $1 LIMIT $2)", Orm::rails},
      {R"(select * from "authors" where "authors"."id" = $1 limit 1)", Orm::laravel},
      {R"(select * from "books" where "books"."author_id" = $1 and "books"."author_id" is not null)",
       Orm::laravel},
      {R"(select count(*) as aggregate from "reviews" where "reviews"."book_id" = $1)",
       Orm::laravel},
      {"SELECT author.id AS author_id, author.name AS author_name \nFROM author \nWHERE author.id "
       "= 1",
       Orm::sqlalchemy},
      {"SELECT author.id AS author_id, author.name AS author_name FROM author WHERE author.id = "
       "$1::INTEGER",
       Orm::sqlalchemy},
      {"select author0_.id as id1_0_0_, author0_.name as name2_0_0_ from author author0_ where "
       "author0_.id=$1",
       Orm::hibernate},
      {"select a1_0.id,a1_0.name from author a1_0 where a1_0.id=$1", Orm::hibernate},
      {R"(SELECT "public"."Author"."id", "public"."Author"."name" FROM "public"."Author" WHERE ("public"."Author"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3)",
       Orm::prisma},
      {R"(SELECT "t0"."id", "t0"."name" FROM "public"."author" AS "t0" WHERE ("t0"."id" = $1 AND 1=1) LIMIT $2)",
       Orm::prisma},
      {R"(SELECT "t0"."id", "t0"."book_id" FROM "public"."review" AS "t0" WHERE "t0"."book_id" = $1)",
       Orm::prisma},
      {R"(SELECT "Author"."id" AS "Author_id", "Author"."name" AS "Author_name" FROM "author" "Author" WHERE "Author"."id" = $1)",
       Orm::typeorm},
      {R"(SELECT * FROM "authors" WHERE "authors"."id" = $1)", Orm::gorm},
      {R"(SELECT * FROM "authors" WHERE "authors"."id" = $1 AND "authors"."deleted_at" IS NULL)",
       Orm::gorm},
      {R"(SELECT "id", "name", "createdAt" FROM "Authors" AS "Author" WHERE "Author"."id" = 1)",
       Orm::sequelize},
      {R"(SELECT "Author"."id", "Author"."name" FROM "Authors" AS "Author" WHERE "Author"."id" = 1)",
       Orm::sequelize},
  }));
  INFO(sql);
  CHECK(to_string(orm_of(sql)) == to_string(orm));
}

TEST_CASE("When in doubt the ORM is unknown", "[orm]") {
  const std::string sql = GENERATE(
      as<std::string>(), "", "SELECT 1", "SELECT id, name FROM author WHERE id = $1",
      "SELECT * FROM author WHERE id = $1", "select * from author where author.id = $1",
      "SELECT a.id, a.name FROM author a WHERE a.id = $1",
      "SELECT a.id AS author_id, a.name AS author_name FROM author a WHERE a.id = $1",
      "SELECT author.id AS author_id FROM author WHERE id = $1",
      R"(SELECT "id", "name" FROM "author" WHERE "id" = $1)",
      R"(SELECT * FROM "author" WHERE "id" = $1)",
      R"(SELECT * FROM "authors" WHERE ("authors"."id" = 1))",
      R"(select * from "authors" where "id" = $1 limit $2)",
      R"(select "id", "name" from "authors" where "authors"."id" = $1)",
      R"(SELECT "t1"."id", "t1"."name" FROM "author" AS "t1" WHERE ("t1"."id" = $1))",
      R"(SELECT "t1"."id", "t1"."name" FROM "public"."author" AS "t1" WHERE ("t1"."id" = $1))",
      R"(SELECT "t0"."id", "t0"."name" FROM "author" AS "t0" WHERE "t0"."id" = $1)",
      R"(SELECT t0.id, t0.name FROM "public"."author" AS t0 WHERE t0.id = $1)",
      R"(SELECT "t0"."id" AS "id" FROM "public"."author" AS "t0" WHERE "t0"."id" = $1)",
      R"(SELECT "authors"."id", "authors"."name" FROM "authors" WHERE ("authors"."id" = $1))",
      R"(SELECT "author"."id", "author"."name" FROM "author" WHERE "author"."id" = $1 LIMIT $2)",
      R"(SELECT "order_item"."id" FROM "order_item" WHERE "order_item"."order_id" = $1)",
      R"(SELECT a0."id", a0."name" FROM "authors" AS a0 WHERE (a0."id" = $1))",
      R"(select "public"."author"."id" from "public"."author" where "public"."author"."id" = $1)",
      R"(SELECT COUNT(*) FROM "reviews" WHERE "reviews"."book_id" = $1)",
      "SELECT t0.id AS id_1, t0.name AS name_2 FROM author t0 WHERE t0.id = $1");
  INFO(sql);
  if (sql.empty()) {
    CHECK(guess_orm(Window{}, Statement{}) == Orm::unknown);
    return;
  }
  CHECK(to_string(orm_of(sql)) == "");
}

}  // namespace
}  // namespace onetrip
