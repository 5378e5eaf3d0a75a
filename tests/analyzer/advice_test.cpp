#include "analyzer/advice.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/advised_loop.hpp"

namespace onetrip {
namespace {

using test::LinkedLoops;
using test::Tables;

const std::string books =
    R"(SELECT "shop_book"."id", "shop_book"."title", "shop_book"."price_cents", "shop_book"."stock", "shop_book"."author_id", "shop_book"."publisher_id" FROM "shop_book" ORDER BY "shop_book"."id" ASC LIMIT 50)";
const std::string books_of =
    R"(SELECT "shop_book"."id", "shop_book"."title", "shop_book"."price_cents", "shop_book"."stock", "shop_book"."author_id", "shop_book"."publisher_id" FROM "shop_book" WHERE "shop_book"."author_id" = 1)";
const std::string authors =
    R"(SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author" ORDER BY "shop_author"."id" ASC LIMIT 50)";
const std::string author =
    R"(SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author" WHERE "shop_author"."id" = 1 LIMIT 21)";
const std::string orders =
    R"(SELECT "shop_order"."id", "shop_order"."customer_id", "shop_order"."placed_on" FROM "shop_order" ORDER BY "shop_order"."id" ASC LIMIT 50)";
const std::string items_of =
    R"(SELECT "shop_orderitem"."id", "shop_orderitem"."order_id", "shop_orderitem"."book_id", "shop_orderitem"."quantity" FROM "shop_orderitem" WHERE "shop_orderitem"."order_id" = 1)";
const std::string book =
    R"(SELECT "shop_book"."id", "shop_book"."title", "shop_book"."price_cents", "shop_book"."stock", "shop_book"."author_id", "shop_book"."publisher_id" FROM "shop_book" WHERE "shop_book"."id" = 1 LIMIT 21)";
const std::string review =
    R"(SELECT "shop_review"."id", "shop_review"."book_id", "shop_review"."rating", "shop_review"."approved", "shop_review"."body" FROM "shop_review" WHERE )";

/// The bookshop with tags and without: the advice must be the same.
struct Bookshop {
  Catalog catalog = test::bookshop_tables().made();
  std::string framework = GENERATE(as<std::string>(), "", "django:3.2");

  LinkedLoops list(std::string_view sql) const {
    return LinkedLoops(&catalog).tags(framework).list(sql);
  }
};

void check(const Advice& advice, const std::string& code, bool sure) {
  INFO(advice.sql);
  INFO(advice.why);
  CHECK(advice.orm == "django");
  CHECK(advice.code == code);
  CHECK(advice.sure == sure);
  CHECK(test::parses(advice.sql));
  CHECK(advice.why.ends_with('.'));
}

TEST_CASE("The author of each book is joined", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(books).loop(author, {"shop_book.author_id"}, "shop_author.id").advice();
  check(advice, R"(Book.objects.select_related("author"))", true);
  CHECK(advice.sql ==
        "SELECT shop_book.*, shop_author.* FROM shop_book "
        "LEFT JOIN shop_author ON shop_author.id = shop_book.author_id");
  CHECK(advice.why ==
        "Foreign key shop_book_fk0 ties shop_book.author_id to shop_author.id: 3 statements become "
        "none, as a join brings their rows along in the first one.");
}

TEST_CASE("The books of each author are fetched at once", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(authors).loop(books_of, {"shop_author.id"}, "shop_book.author_id").advice();
  check(advice, R"(Author.objects.prefetch_related("book_set"))", false);
  CHECK(advice.sql == "SELECT * FROM shop_book WHERE author_id = ANY($1)");
  CHECK(advice.why.find("likely") != std::string::npos);
}

TEST_CASE("A junction that is named after its field likely gives the field", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(books)
          .loop(
              R"(SELECT "shop_genre"."id", "shop_genre"."name" FROM "shop_genre" INNER JOIN "shop_book_genres" ON ("shop_genre"."id" = "shop_book_genres"."genre_id") WHERE "shop_book_genres"."book_id" = 1)",
              {"shop_book.id"}, "shop_book_genres.book_id")
          .through_junction()
          .advice();
  check(advice, R"(Book.objects.prefetch_related("genres"))", false);
  CHECK(advice.why.find("the name genres is likely") != std::string::npos);
  CHECK(advice.sql ==
        "SELECT shop_book_genres.book_id, shop_genre.* FROM shop_book_genres JOIN shop_genre ON "
        "shop_genre.id = shop_book_genres.genre_id WHERE shop_book_genres.book_id = ANY($1)");
}

TEST_CASE("A junction walked from its other side leads back by the default name", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(R"(SELECT "shop_genre"."id", "shop_genre"."name" FROM "shop_genre")")
          .loop(
              R"(SELECT "shop_book"."id", "shop_book"."title", "shop_book"."price_cents", "shop_book"."stock", "shop_book"."author_id", "shop_book"."publisher_id" FROM "shop_book" INNER JOIN "shop_book_genres" ON ("shop_book"."id" = "shop_book_genres"."book_id") WHERE "shop_book_genres"."genre_id" = 1)",
              {"shop_genre.id"}, "shop_book_genres.genre_id")
          .through_junction()
          .advice();
  check(advice, R"(Genre.objects.prefetch_related("book_set"))", false);
}

TEST_CASE("Nested loops are one path from the outermost list", "[advice]") {
  const Bookshop shop;
  SECTION("down twice") {
    const Advice advice = shop.list(authors)
                              .loop(books_of, {"shop_author.id"}, "shop_book.author_id")
                              .loop(review + R"("shop_review"."book_id" = 1)", {"shop_book.id"},
                                    "shop_review.book_id")
                              .advice();
    check(advice, R"(Author.objects.prefetch_related("book_set__review_set"))", false);
    CHECK(advice.sql == "SELECT * FROM shop_review WHERE book_id = ANY($1)");
  }
  SECTION("down one relation and up another") {
    const Advice advice = shop.list(orders)
                              .loop(items_of, {"shop_order.id"}, "shop_orderitem.order_id")
                              .loop(book, {"shop_orderitem.book_id"}, "shop_book.id")
                              .advice();
    check(advice, R"(Order.objects.prefetch_related("orderitem_set__book"))", false);
  }
  SECTION("up twice is still a join; OrderItem's capitals are lost in the table's name") {
    const Advice advice = shop.list(items_of)
                              .loop(book, {"shop_orderitem.book_id"}, "shop_book.id")
                              .loop(author, {"shop_book.author_id"}, "shop_author.id")
                              .advice();
    check(advice, R"(.select_related("book__author"))", true);
  }
}

TEST_CASE("What is computed per row is annotated", "[advice]") {
  const Bookshop shop;
  SECTION("a count") {
    const Advice advice =
        shop.list(books)
            .loop(
                R"(SELECT COUNT(*) AS "__count" FROM "shop_review" WHERE "shop_review"."book_id" = 1)",
                {"shop_book.id"}, "shop_review.book_id")
            .advice();
    check(advice, R"(Book.objects.annotate(review_count=Count("review")))", false);
    CHECK(
        advice.sql ==
        R"(SELECT "shop_review"."book_id", COUNT(*) AS "__count" FROM "shop_review" WHERE "shop_review"."book_id" = ANY($1) GROUP BY "shop_review"."book_id")");
  }
  SECTION("an average") {
    const Advice advice =
        shop.list(books)
            .loop(
                R"(SELECT AVG("shop_review"."rating") AS "average" FROM "shop_review" WHERE "shop_review"."book_id" = 1)",
                {"shop_book.id"}, "shop_review.book_id")
            .advice();
    check(advice, R"(Book.objects.annotate(review_rating_avg=Avg("review__rating")))", false);
  }
  SECTION("a count under a condition") {
    const Advice advice =
        shop.list(books)
            .loop(
                R"(SELECT COUNT(*) AS "__count" FROM "shop_review" WHERE ("shop_review"."book_id" = 1 AND "shop_review"."approved"))",
                {"shop_book.id"}, "shop_review.book_id")
            .advice();
    check(advice, R"(Book.objects.annotate(review_count=Count("review", filter=Q(...))))", false);
    CHECK(advice.sql.find("approved") != std::string::npos);
  }
  SECTION("a yes or no") {
    const Advice advice =
        shop.list(R"(SELECT "shop_customer"."id", "shop_customer"."name" FROM "shop_customer")")
            .loop(
                R"(SELECT (1) AS "a" FROM "shop_order" WHERE "shop_order"."customer_id" = 1  LIMIT 1)",
                {"shop_customer.id"}, "shop_order.customer_id")
            .advice();
    check(
        advice,
        R"(Customer.objects.annotate(has_order=Exists(Order.objects.filter(customer=OuterRef("pk")))))",
        true);
    CHECK(
        advice.sql ==
        R"(SELECT DISTINCT "shop_order"."customer_id" FROM "shop_order" WHERE "shop_order"."customer_id" = ANY($1))");
  }
}

TEST_CASE("A filtered relation needs more than its name", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(books)
          .loop(review + R"(("shop_review"."book_id" = 1 AND "shop_review"."approved"))",
                {"shop_book.id"}, "shop_review.book_id")
          .advice();
  check(
      advice,
      R"(Book.objects.prefetch_related(Prefetch("review_set", queryset=Review.objects.filter(...), to_attr="matching_reviews")))",
      false);
  CHECK(advice.code.find(R"(prefetch_related("review_set"))") == std::string::npos);
  CHECK(advice.sql.ends_with(
      R"(WHERE ("shop_review"."book_id" = ANY($1) AND "shop_review"."approved"))"));
}

TEST_CASE("The first row of a relation, per row, is LATERAL", "[advice]") {
  const Bookshop shop;
  const Advice advice =
      shop.list(books)
          .loop(review + R"("shop_review"."book_id" = 1 ORDER BY "shop_review"."id" DESC LIMIT 1)",
                {"shop_book.id"}, "shop_review.book_id")
          .advice();
  check(
      advice,
      R"(Book.objects.annotate(review_id=Subquery(Review.objects.filter(book=OuterRef("pk")).order_by(...).values("pk")[:1])))",
      false);
  CHECK(advice.sql.find("shop_book AS parent CROSS JOIN LATERAL (SELECT") != std::string::npos);
  CHECK(advice.sql.find(R"("shop_review"."book_id" = parent.id ORDER BY)") != std::string::npos);
}

TEST_CASE("Why says what the SQL does", "[advice]") {
  const Catalog catalog = test::bookshop_tables().made();
  SECTION("no join where the list is of a partition or a view") {
    const Advice advice = LinkedLoops(&catalog)
                              .list("SELECT id, author_id FROM shop_book_2024")
                              .loop(author, {"shop_book.author_id"}, "shop_author.id")
                              .advice();
    CHECK(advice.sql == "SELECT * FROM shop_author WHERE id = ANY($1)");
    CHECK(advice.why.find(": 3 statements become one for all rows") != std::string::npos);
  }
  SECTION("no further conditions where only fewer columns are selected") {
    const auto why = [&](const std::string& where) {
      return LinkedLoops(&catalog)
          .list(authors)
          .loop("SELECT id, title FROM shop_book WHERE author_id = $1" + where, {"shop_author.id"},
                "shop_book.author_id")
          .advice()
          .why;
    };
    CHECK(why("").find("one for all rows; the bare relation would") != std::string::npos);
    CHECK(why(" AND stock > 0").find("its further conditions included") != std::string::npos);
  }
}

TEST_CASE("A deferred column that is read is named in only()", "[advice]") {
  const Bookshop shop;
  const std::string title =
      R"(SELECT "shop_book"."id", "shop_book"."title" FROM "shop_book" WHERE "shop_book"."id" = 1 LIMIT 21)";
  const Advice advice =
      shop.list(
              R"(SELECT "shop_book"."id" FROM "shop_book" ORDER BY "shop_book"."id" ASC LIMIT 50)")
          .loop(title, {"shop_book.id"}, "shop_book.id")
          .advice();
  check(advice, R"(Book.objects.only("id", "title")  # or drop .only()/.defer())", true);
  CHECK(advice.sql == "SELECT * FROM shop_book WHERE id = ANY($1)");
  SECTION("rows read again as they were need no column") {
    CHECK(shop.list(books).loop(book, {"shop_book.id"}, "shop_book.id").advice().code.empty());
  }
}

TEST_CASE("Two keys to one table are two names", "[advice]") {
  const Catalog catalog = Tables()
                              .table("league_team", {"id", "name"})
                              .table("league_match", {"id", "home_team_id", "away_team_id"})
                              .key("league_match.home_team_id", "league_team.id")
                              .key("league_match.away_team_id", "league_team.id")
                              .made();
  const std::string matches =
      R"(SELECT "league_match"."id", "league_match"."home_team_id", "league_match"."away_team_id" FROM "league_match")";
  const std::string team =
      R"(SELECT "league_team"."id", "league_team"."name" FROM "league_team" WHERE "league_team"."id" = 1 LIMIT 21)";
  const std::string teams = R"(SELECT "league_team"."id", "league_team"."name" FROM "league_team")";
  SECTION("up, both") {
    const Advice advice =
        LinkedLoops(&catalog)
            .list(matches)
            .loop(team, {"league_match.home_team_id", "league_match.away_team_id"},
                  "league_team.id")
            .advice();
    check(advice, R"(Match.objects.select_related("home_team", "away_team"))", true);
    CHECK(advice.sql.find("LEFT JOIN league_team AS away_team ON") != std::string::npos);
  }
  SECTION("down, neither can have the default name") {
    const Advice advice = LinkedLoops(&catalog)
                              .list(teams)
                              .loop(matches + R"( WHERE "league_match"."home_team_id" = 1)",
                                    {"league_team.id"}, "league_match.home_team_id")
                              .advice();
    check(advice, "Team.objects.prefetch_related(...)", false);
  }
}

TEST_CASE("A unique key has one row on the other side", "[advice]") {
  const Catalog catalog = Tables()
                              .table("app_user", {"id", "name"})
                              .table("app_profile", {"id", "user_id"})
                              .unique("app_profile.user_id")
                              .key("app_profile.user_id", "app_user.id")
                              .made();
  const Advice advice =
      LinkedLoops(&catalog)
          .list(R"(SELECT "app_user"."id", "app_user"."name" FROM "app_user")")
          .loop(
              R"(SELECT "app_profile"."id", "app_profile"."user_id" FROM "app_profile" WHERE "app_profile"."user_id" = 1 LIMIT 21)",
              {"app_user.id"}, "app_profile.user_id")
          .advice();
  check(advice, R"(User.objects.select_related("profile"))", false);
}

}  // namespace
}  // namespace onetrip
