#include <catch2/catch.hpp>

#include "analyzer/advice.hpp"
#include "tests/analyzer/advised_loop.hpp"

namespace onetrip {
namespace {

using test::LinkedLoops;
using test::Tables;

Catalog reviews_catalog() {
  return Tables()
      .table("book", {"id", "title", "author_id"})
      .table("author", {"id", "name"})
      .table("review", {"id", "book_id", "rating", "kind", "written"})
      .key("book.author_id", "author.id")
      .key("review.book_id", "book.id")
      .made();
}

/// The SQL for a loop over the reviews of each book.
std::string sql_for(const std::string& child) {
  const Catalog catalog = reviews_catalog();
  return LinkedLoops(&catalog)
      .list("SELECT id, title FROM book")
      .loop(child, {"book.id"}, "review.book_id")
      .advice()
      .sql;
}

TEST_CASE("A child's own conditions stay in its statement", "[advice]") {
  const auto [child, expected] = GENERATE(table<std::string, std::string>({
      {"SELECT * FROM review WHERE book_id = $1 AND kind = $2",
       "SELECT * FROM review WHERE book_id = ANY($1) AND kind = $2"},
      {"SELECT * FROM review WHERE kind = $1 AND book_id = $2 AND written > $1",
       "SELECT * FROM review WHERE kind = $2 AND book_id = ANY($1) AND written > $2"},
      {"SELECT rating FROM review WHERE kind = 'a' AND book_id = 7;",
       "SELECT book_id, rating FROM review WHERE kind = $2 AND book_id = ANY($1)"},
      {"SELECT * FROM review WHERE 7 = book_id AND rating > 3",
       "SELECT * FROM review WHERE book_id = ANY($1) AND rating > $2"},
      {"SELECT * FROM review WHERE book_id IN ($1) AND rating > 3",
       "SELECT * FROM review WHERE book_id = ANY($1) AND rating > $2"},
      {"SELECT * FROM review WHERE book_id = ANY($1) AND rating > 3",
       "SELECT * FROM review WHERE book_id = ANY($1) AND rating > $2"},
      {"SELECT * FROM review WHERE book_id = $1::INTEGER AND rating > $2::INTEGER",
       "SELECT * FROM review WHERE book_id = ANY($1::INTEGER[]) AND rating > $2::INTEGER"},
      {"SELECT r.* FROM review r WHERE r.book_id = $1 AND r.kind IN ('a', 'b', 'c')",
       "SELECT r.* FROM review r WHERE r.book_id = ANY($1) AND r.kind IN ($2)"},
      {"SELECT * FROM review WHERE book_id = $1 ORDER BY written",
       "SELECT * FROM review WHERE book_id = ANY($1) ORDER BY written"},
      {"SELECT max(rating) FROM review WHERE book_id = $1",
       "SELECT book_id, max(rating) FROM review WHERE book_id = ANY($1) GROUP BY book_id"},
  }));
  INFO(child);
  const std::string sql = sql_for(child);
  CHECK(sql == expected);
  CHECK(test::parses(sql));
}

TEST_CASE("What counts per row goes into LATERAL as it is", "[advice]") {
  const auto [child, inner] = GENERATE(table<std::string, std::string>({
      {"SELECT rating FROM review WHERE book_id = $1 ORDER BY written DESC LIMIT 3",
       "SELECT rating FROM review WHERE book_id = parent.id ORDER BY written DESC LIMIT $2"},
      {"SELECT * FROM review WHERE book_id = $1 AND kind = $2 LIMIT $3 OFFSET $4",
       "SELECT * FROM review WHERE book_id = parent.id AND kind = $2 LIMIT $3 OFFSET $4"},
      {"SELECT DISTINCT kind FROM review WHERE book_id = $1",
       "SELECT DISTINCT kind FROM review WHERE book_id = parent.id"},
      {"SELECT kind, count(*) FROM review WHERE book_id = $1 GROUP BY kind",
       "SELECT kind, count(*) FROM review WHERE book_id = parent.id GROUP BY kind"},
  }));
  INFO(child);
  const std::string sql = sql_for(child);
  CHECK(sql == "SELECT parent.id, found.* FROM book AS parent CROSS JOIN LATERAL (" + inner +
                   ") AS found WHERE parent.id = ANY($1)");
  CHECK(test::parses(sql));
}

TEST_CASE("No SQL is given that might not be right", "[advice]") {
  const std::string child =
      GENERATE(as<std::string>(),
               "SELECT * FROM review WHERE book_id = $1 AND written > now() - INTERVAL '1 day'",
               "SELECT * FROM review WHERE book_id = $1 AND kind ? 'a'",
               "SELECT * FROM review WHERE book_id = $1 AND kind = 'a' ORDER BY 2");
  INFO(child);
  CHECK(sql_for(child).empty());
}

TEST_CASE("Names that need quotes get them", "[advice]") {
  const Catalog catalog = Tables()
                              .table("order", {"id", "userId"})
                              .table("user", {"id", "name"})
                              .key("order.userId", "user.id")
                              .made();
  const Advice advice =
      LinkedLoops(&catalog)
          .list(R"(SELECT * FROM "order")")
          .loop(R"(SELECT * FROM "user" WHERE id = $1)", {"order.userId"}, "user.id")
          .advice();
  CHECK(
      advice.sql ==
      R"(SELECT "order".*, "user".* FROM "order" LEFT JOIN "user" ON "user".id = "order"."userId")");
  CHECK(test::parses(advice.sql));
}

TEST_CASE("A table that refers to itself is joined under another name", "[advice]") {
  const Catalog catalog = Tables()
                              .table("employee", {"id", "manager_id"})
                              .key("employee.manager_id", "employee.id")
                              .made();
  const Advice advice = LinkedLoops(&catalog)
                            .list("SELECT id, manager_id FROM employee")
                            .loop("SELECT id, manager_id FROM employee WHERE id = $1",
                                  {"employee.manager_id"}, "employee.id")
                            .advice();
  CHECK(advice.sql ==
        "SELECT employee.*, manager.* FROM employee LEFT JOIN employee AS manager ON manager.id = "
        "employee.manager_id");
}

TEST_CASE("A key of several columns is joined by all of them", "[advice]") {
  const Catalog catalog =
      Tables()
          .table("line", {"tenant", "id", "parcel_id"})
          .table("parcel", {"tenant", "id"})
          .composite_key({"line.tenant", "line.parcel_id"}, {"parcel.tenant", "parcel.id"})
          .made();
  const Advice advice = LinkedLoops(&catalog)
                            .list("SELECT tenant, id, parcel_id FROM line")
                            .loop("SELECT * FROM parcel WHERE tenant = $1 AND id = $2",
                                  {"line.parcel_id"}, "parcel.id")
                            .advice();
  CHECK(advice.sql ==
        "SELECT line.*, parcel.* FROM line LEFT JOIN parcel ON parcel.tenant = line.tenant AND "
        "parcel.id = line.parcel_id");
  CHECK(advice.code.empty());
}

TEST_CASE("Without a catalog names make the same SQL", "[advice]") {
  const Advice advice =
      LinkedLoops(nullptr)
          .list("SELECT id, author_id FROM book")
          .loop("SELECT * FROM author WHERE id = $1", {"book.author_id"}, "author.id")
          .advice();
  CHECK(advice.sql ==
        "SELECT book.*, author.* FROM book LEFT JOIN author ON author.id = book.author_id");
  CHECK(advice.why.find("by their names") != std::string::npos);
  CHECK(advice.orm.empty());
  CHECK(advice.code.empty());
  CHECK_FALSE(advice.sure);
}

TEST_CASE("A loop of writes gets no advice about reads", "[advice]") {
  const Catalog catalog = reviews_catalog();
  const Advice advice =
      LinkedLoops(&catalog)
          .list("SELECT id FROM book")
          .loop("UPDATE review SET rating = $1 WHERE book_id = $2", {"book.id"}, "review.book_id")
          .advice();
  CHECK(advice.sql.empty());
  CHECK(advice.code.empty());
}

}  // namespace
}  // namespace onetrip
