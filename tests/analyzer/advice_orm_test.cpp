#include <catch2/catch.hpp>

#include "analyzer/advice.hpp"
#include "tests/analyzer/advised_loop.hpp"

namespace onetrip {
namespace {

using test::LinkedLoops;
using test::Tables;

/// Tables named in the plural, as most ORMs do.
Catalog library() {
  return Tables()
      .table("authors", {"id", "name"})
      .table("books", {"id", "title", "author_id"})
      .table("book_reviews", {"id", "book_id", "rating"})
      .key("books.author_id", "authors.id")
      .key("book_reviews.book_id", "books.id")
      .made();
}

struct Words {
  std::string driver, up, down, nested;
};

TEST_CASE("Each ORM gets its own words", "[advice]") {
  const Catalog catalog = library();
  const Words words = GENERATE(
      Words{"sqlalchemy", "select(Book).options(joinedload(Book.author))",
            "select(Author).options(selectinload(Author.books))",
            "select(Author).options(selectinload(Author.books).selectinload(Book.book_reviews))"},
      Words{"active_record", "Book.includes(:author)", "Author.includes(:books)",
            "Author.includes(books: :book_reviews)"},
      Words{"laravel", "Book::with('author')", "Author::with('books')",
            "Author::with('books.bookReviews')"},
      Words{"prisma", "prisma.book.findMany({ include: { author: true } })",
            "prisma.author.findMany({ include: { books: true } })",
            "prisma.author.findMany({ include: { books: { include: { bookReviews: true } } } })"},
      Words{"gorm", "db.Preload(\"Author\")", "db.Preload(\"Books\")",
            "db.Preload(\"Books.BookReviews\")"},
      Words{"typeorm", "bookRepository.find({ relations: { author: true } })",
            "authorRepository.find({ relations: { books: true } })",
            "authorRepository.find({ relations: { books: { bookReviews: true } } })"},
      Words{"hibernate", "SELECT b FROM Book b LEFT JOIN FETCH b.author",
            "SELECT a FROM Author a LEFT JOIN FETCH a.books",
            "@EntityGraph(attributePaths = \"books.bookReviews\")"},
      Words{"sequelize", "Book.findAll({ include: [...] })", "Author.findAll({ include: [...] })",
            "Author.findAll({ include: [...] })"});
  INFO(words.driver);
  const Advice up =
      LinkedLoops(&catalog)
          .tags("", words.driver)
          .list("SELECT * FROM books")
          .loop("SELECT * FROM authors WHERE id = $1 LIMIT 1", {"books.author_id"}, "authors.id")
          .advice();
  CHECK(up.code == words.up);
  CHECK(up.sure == (words.driver == "active_record" || words.driver == "laravel"));
  LinkedLoops loops =
      LinkedLoops(&catalog)
          .tags("", words.driver)
          .list("SELECT * FROM authors")
          .loop("SELECT * FROM books WHERE author_id = $1", {"authors.id"}, "books.author_id");
  CHECK(loops.advice().code == words.down);
  CHECK_FALSE(loops.advice().sure);
  const bool named = words.down.find("...") == std::string::npos;
  CHECK(loops.advice().why.find(named ? "likely" : "cannot be told") != std::string::npos);
  loops.loop("SELECT * FROM book_reviews WHERE book_id = $1", {"books.id"}, "book_reviews.book_id");
  CHECK(loops.advice().code == words.nested);
}

TEST_CASE("What a relation cannot do is said otherwise or not at all", "[advice]") {
  const Catalog catalog = library();
  const auto code = [&](const std::string& driver, const std::string& child) {
    return LinkedLoops(&catalog)
        .tags("", driver)
        .list("SELECT * FROM books")
        .loop(child, {"books.id"}, "book_reviews.book_id")
        .advice()
        .code;
  };
  const std::string counted = "SELECT count(*) FROM book_reviews WHERE book_id = $1";
  CHECK(code("rails", counted) == "BookReview.where(book_id: books).group(:book_id).count");
  CHECK(code("laravel", counted) == "Book::withCount('bookReviews')");
  CHECK(code("sqlalchemy", counted) ==
        "select(BookReview.book_id, func.count()).where(BookReview.book_id.in_(...))"
        ".group_by(BookReview.book_id)");
  const std::string average = "SELECT avg(rating) FROM book_reviews WHERE book_id = $1";
  CHECK(code("rails", average) ==
        "BookReview.where(book_id: books).group(:book_id).average(:rating)");
  CHECK(code("laravel", average) == "Book::withAvg('bookReviews', 'rating')");
  const std::string some = "SELECT 1 AS one FROM book_reviews WHERE book_id = $1 LIMIT 1";
  CHECK(code("rails", some) == "BookReview.where(book_id: books).distinct.pluck(:book_id)");
  CHECK(code("laravel", some) == "Book::withExists('bookReviews')");
  const std::string good = "SELECT * FROM book_reviews WHERE book_id = $1 AND rating > 3";
  CHECK(code("rails", good) == "BookReview.where(book_id: books).where(...).group_by(&:book_id)");
  CHECK(code("laravel", good) ==
        "Book::with(['bookReviews' => fn ($query) => $query->where(...)])");
}

TEST_CASE("A child that joins more than the link names no relation", "[advice]") {
  const Catalog catalog = library();
  const std::string driver = GENERATE(as<std::string>(), "sqlalchemy", "rails", "laravel", "prisma",
                                      "gorm", "typeorm", "hibernate", "sequelize");
  INFO(driver);
  const Advice advice = LinkedLoops(&catalog)
                            .tags("", driver)
                            .list("SELECT * FROM authors")
                            .loop(
                                "SELECT b.*, r.* FROM books b JOIN book_reviews r ON r.book_id = "
                                "b.id WHERE b.author_id = $1",
                                {"authors.id"}, "books.author_id")
                            .advice();
  CHECK(advice.code.empty());
}

TEST_CASE("Hibernate's query is not told to extend rows that a loop brought", "[advice]") {
  const Catalog catalog = library();
  const auto code = [&](const std::string& books) {
    return LinkedLoops(&catalog)
        .tags("", "hibernate")
        .list("SELECT * FROM authors")
        .loop(books, {"authors.id"}, "books.author_id")
        .loop("SELECT * FROM book_reviews WHERE book_id = $1", {"books.id"}, "book_reviews.book_id")
        .advice()
        .code;
  };
  CHECK(code("SELECT * FROM books WHERE author_id = $1 AND title <> 'x'") == "LEFT JOIN FETCH ...");
  CHECK(code("SELECT * FROM books WHERE author_id = $1").find("@EntityGraph") == 0);
}

TEST_CASE("Conditions that an ORM adds by itself are no obstacle", "[advice]") {
  const Catalog catalog = library();
  const auto code = [&](const std::string& driver, const std::string& child) {
    return LinkedLoops(&catalog)
        .tags("", driver)
        .list("SELECT * FROM authors")
        .loop(child, {"authors.id"}, "books.author_id")
        .advice()
        .code;
  };
  CHECK(
      code(
          "laravel",
          R"(select * from "books" where "books"."author_id" = $1 and "books"."author_id" is not null)") ==
      "Author::with('books')");
  const std::string kept =
      R"(SELECT * FROM "books" WHERE "books"."author_id" = $1 AND "books"."deleted_at" IS NULL)";
  CHECK(code("gorm", kept) == "db.Preload(\"Books\")");
  CHECK(code("prisma", R"(SELECT * FROM "books" WHERE ("books"."author_id" = $1 AND 1=1))") ==
        "prisma.author.findMany({ include: { books: true } })");
  CHECK(code("sqlalchemy", kept).find("selectinload") == std::string::npos);
  const std::string either =
      R"(SELECT * FROM "books" WHERE "books"."author_id" = $1 AND ("books"."deleted_at" IS NULL OR "books"."title" = $2))";
  CHECK(code("gorm", either).find(".Where(...)") != std::string::npos);
}

TEST_CASE("Without a foreign key no relation is named", "[advice]") {
  const Catalog catalog =
      Tables().table("books", {"id", "author_id"}).table("authors", {"id"}).made();
  const std::string driver = GENERATE(as<std::string>(), "django", "sqlalchemy", "rails", "laravel",
                                      "prisma", "gorm", "typeorm", "hibernate", "sequelize");
  INFO(driver);
  for (const Catalog* known : {static_cast<const Catalog*>(nullptr), &catalog}) {
    const Advice advice =
        LinkedLoops(known)
            .tags("", driver)
            .list("SELECT * FROM books")
            .loop("SELECT * FROM authors WHERE id = $1", {"books.author_id"}, "authors.id")
            .advice();
    CHECK(advice.code.find("uthor") == std::string::npos);
    CHECK(advice.code.find("...") != std::string::npos);
    CHECK_FALSE(advice.sure);
    CHECK_FALSE(advice.sql.empty());
  }
}

struct Shop {
  std::vector<std::string> tables;  ///< first the parent's, second the child's
  std::string code;
};

TEST_CASE("Django's names are given only where the catalog speaks for the default", "[advice]") {
  const Shop shop = GENERATE(
      Shop{{"shop_order", "shop_item"}, R"(Order.objects.prefetch_related("item_set"))"},
      Shop{{"my_shop_order", "my_shop_item"}, R"(Order.objects.prefetch_related("item_set"))"},
      Shop{{"auth_user", "blog_post", "auth_group", "blog_tag"},
           R"(User.objects.prefetch_related("post_set"))"},
      Shop{{"orders", "order_item"}, ".prefetch_related(...)"},  // no app: a table's name
      Shop{{"shop_order", "shop_order_item", "shop_order_note"}, ".prefetch_related(...)"},
      Shop{{"customer", "invoice"}, ".prefetch_related(...)"},
      Shop{{"shop_order", "ShopItem"}, ".prefetch_related(...)"},
      Shop{{"customer", "note_book"}, ".prefetch_related(...)"});  // nobody shares note_
  Tables tables;
  for (const std::string& name : shop.tables) tables.table(name, {"id", "order_id"});
  tables.key(shop.tables[1] + ".order_id", shop.tables[0] + ".id");
  const Catalog catalog = tables.made();
  const std::string child = "\"" + shop.tables[1] + "\"";
  const Advice advice = LinkedLoops(&catalog)
                            .tags("django:4.2")
                            .list("SELECT id FROM " + shop.tables[0])
                            .loop("SELECT * FROM " + child + " WHERE " + child + ".order_id = 1",
                                  {shop.tables[0] + ".id"}, shop.tables[1] + ".order_id")
                            .advice();
  const std::string shown = advice.code.substr(
      advice.code.find(".prefetch") == std::string::npos ? 0 : advice.code.find(".prefetch"));
  INFO(advice.code);
  if (shop.code.starts_with('.')) {
    CHECK(shown == shop.code);
  } else {
    CHECK(advice.code == shop.code);
  }
  CHECK_FALSE(advice.sure);
}

TEST_CASE("A forward key without _id, and a junction of another name, stay unnamed", "[advice]") {
  const Catalog catalog = Tables()
                              .table("shop_book", {"id", "writer"})
                              .table("shop_author", {"id"})
                              .table("shop_award", {"id", "book_id", "author_id"})
                              .key("shop_book.writer", "shop_author.id")
                              .key("shop_award.book_id", "shop_book.id")
                              .key("shop_award.author_id", "shop_author.id")
                              .made();
  LinkedLoops forward = LinkedLoops(&catalog).tags("django:4.2").list("SELECT * FROM shop_book");
  CHECK(
      forward.loop("SELECT * FROM shop_author WHERE id = 1", {"shop_book.writer"}, "shop_author.id")
          .advice()
          .code == "Book.objects.select_related(...)");
  LinkedLoops many = LinkedLoops(&catalog).tags("django:4.2").list("SELECT * FROM shop_book");
  const Advice advice =
      many.loop(
              "SELECT shop_author.id FROM shop_author JOIN shop_award ON shop_author.id = "
              "shop_award.author_id WHERE shop_award.book_id = 1",
              {"shop_book.id"}, "shop_award.book_id")
          .through_junction()
          .advice();
  CHECK(advice.code == "Book.objects.prefetch_related(...)");
}

TEST_CASE("A junction that need not be named after a field names none", "[advice]") {
  const std::string app = GENERATE(as<std::string>(), "", "shop_");
  INFO(app);
  const std::string book = app + "book", genre = app + "genre", junction = app + "book_genre";
  const Catalog catalog = Tables()
                              .table(book, {"id", "title"})
                              .table(genre, {"id", "name"})
                              .table(junction, {"id", "book_id", "genre_id"})
                              .key(junction + ".book_id", book + ".id")
                              .key(junction + ".genre_id", genre + ".id")
                              .made();
  const auto ask = [&](const std::string& what) {
    return LinkedLoops(&catalog)
        .tags("django:4.2")
        .list("SELECT * FROM " + book)
        .loop("SELECT " + what + " FROM " + genre + " JOIN " + junction + " ON " + genre +
                  ".id = " + junction + ".genre_id WHERE " + junction + ".book_id = 1",
              {book + ".id"}, junction + ".book_id")
        .through_junction()
        .advice();
  };
  const Advice rows = ask(genre + ".*");
  CHECK(rows.code.ends_with(".prefetch_related(...)"));
  CHECK_FALSE(rows.sure);
  const Advice counted = ask("count(*)");
  CHECK(counted.code.ends_with(".annotate(value=Count(...))"));
  CHECK_FALSE(counted.sure);
}

TEST_CASE("Only some columns of a relation are another question than the relation", "[advice]") {
  const Catalog catalog = test::bookshop_tables().made();
  const Advice advice =
      LinkedLoops(&catalog)
          .list(R"(SELECT "shop_author"."id", "shop_author"."name" FROM "shop_author")")
          .loop(R"(SELECT "shop_book"."title" FROM "shop_book" WHERE "shop_book"."author_id" = 1)",
                {"shop_author.id"}, "shop_book.author_id")
          .advice();
  CHECK(advice.code.find(R"(prefetch_related("book_set"))") == std::string::npos);
  CHECK(advice.code.find("Prefetch(\"book_set\"") != std::string::npos);
  CHECK(
      advice.sql ==
      R"(SELECT "shop_book"."author_id", "shop_book"."title" FROM "shop_book" WHERE "shop_book"."author_id" = ANY($1))");
}

}  // namespace
}  // namespace onetrip
