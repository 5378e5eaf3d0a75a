#include <catch2/catch.hpp>
#include <map>

#include "analyzer/advice.hpp"
#include "tests/analyzer/advised_loop.hpp"

// What each ORM is told where the bare relation would still ask per row, by the child's shape.

namespace onetrip {
namespace {

using test::LinkedLoops;
using test::Tables;

Catalog library() {
  return Tables()
      .table("authors", {"id", "name"})
      .table("books", {"id", "title", "author_id", "editor_id"})
      .table("book_reviews", {"id", "book_id", "rating"})
      .key("books.author_id", "authors.id")
      .key("books.editor_id", "authors.id")
      .key("book_reviews.book_id", "books.id")
      .made();
}

Advice reviews_of_books(const std::string& driver, const std::string& child) {
  const Catalog catalog = library();
  return LinkedLoops(&catalog)
      .tags("", driver)
      .list("SELECT * FROM books")
      .loop(child, {"books.id"}, "book_reviews.book_id")
      .advice();
}

const std::vector<std::string> drivers = {"sqlalchemy", "rails",   "laravel",   "prisma",
                                          "gorm",       "typeorm", "hibernate", "sequelize"};

/// By ORM; one that is not named has no words for it.
using Codes = std::map<std::string, std::string>;

void check(const std::string& child, const Codes& codes) {
  for (const std::string& driver : drivers) {
    INFO(driver);
    const auto found = codes.find(driver);
    const Advice advice = reviews_of_books(driver, child);
    CHECK(advice.code == (found == codes.end() ? "" : found->second));
    CHECK_FALSE(advice.sure);
    CHECK_FALSE(advice.sql.empty());
    if (!advice.code.empty()) CHECK(advice.why.find("likely") != std::string::npos);
  }
}

TEST_CASE("Further conditions", "[advice]") {
  check(
      "SELECT * FROM book_reviews WHERE book_id = $1 AND rating > 3",
      {{"sqlalchemy", "select(BookReview).where(BookReview.book_id.in_(...), ...)"},
       {"rails", "BookReview.where(book_id: books).where(...).group_by(&:book_id)"},
       {"laravel", "Book::with(['bookReviews' => fn ($query) => $query->where(...)])"},
       {"prisma", "prisma.book.findMany({ include: { bookReviews: { where: { ... } } } })"},
       {"gorm",
        R"x(db.Preload("BookReviews", func(db *gorm.DB) *gorm.DB { return db.Where(...) }))x"},
       {"typeorm",
        R"x(bookRepository.createQueryBuilder("book").leftJoinAndSelect("book.bookReviews", "bookReviews", "...").getMany())x"},
       {"hibernate", "SELECT c FROM BookReview c WHERE c.book IN :books AND ..."},
       {"sequelize",
        "Book.findAll({ include: [{ association: ..., separate: true, where: { ... } }] })"}});
}

TEST_CASE("An order of the rows", "[advice]") {
  check("SELECT * FROM book_reviews WHERE book_id = $1 ORDER BY rating",
        {{"sqlalchemy", "select(BookReview).where(BookReview.book_id.in_(...)).order_by(...)"},
         {"rails", "BookReview.where(book_id: books).order(...).group_by(&:book_id)"},
         {"laravel", "Book::with(['bookReviews' => fn ($query) => $query->orderBy(...)])"},
         {"prisma", "prisma.book.findMany({ include: { bookReviews: { orderBy: { ... } } } })"},
         {"gorm",
          R"x(db.Preload("BookReviews", func(db *gorm.DB) *gorm.DB { return db.Order(...) }))x"},
         {"typeorm",
          "bookRepository.find({ relations: { bookReviews: true }, order: { bookReviews: { ... } } "
          "})"},
         {"hibernate", "SELECT c FROM BookReview c WHERE c.book IN :books ORDER BY ..."},
         {"sequelize",
          "Book.findAll({ include: [{ association: ..., separate: true, order: [...] }] })"}});
}

TEST_CASE("The first rows of each: only where LIMIT counts per parent", "[advice]") {
  check("SELECT * FROM book_reviews WHERE book_id = $1 ORDER BY rating LIMIT 1",
        {{"prisma",
          "prisma.book.findMany({ include: { bookReviews: { orderBy: { ... }, take: ... } } })"},
         {"sequelize",
          "Book.findAll({ include: [{ association: ..., separate: true, order: [...], limit: ... "
          "}] })"}});
  CHECK(reviews_of_books("gorm",
                         "SELECT * FROM book_reviews WHERE book_id = $1 ORDER BY rating LIMIT 1")
            .sql.find("LATERAL") != std::string::npos);
}

TEST_CASE("A count for each", "[advice]") {
  check(
      "SELECT count(*) FROM book_reviews WHERE book_id = $1",
      {{"sqlalchemy",
        "select(BookReview.book_id, func.count()).where(BookReview.book_id.in_(...))"
        ".group_by(BookReview.book_id)"},
       {"rails", "BookReview.where(book_id: books).group(:book_id).count"},
       {"laravel", "Book::withCount('bookReviews')"},
       {"prisma",
        "prisma.book.findMany({ include: { _count: { select: { bookReviews: true } } } })"},
       {"gorm",
        R"x(db.Model(&BookReview{}).Select("book_id, count(*)").Where("book_id IN ?", ids).Group("book_id").Find(&found))x"},
       {"typeorm",
        R"x(bookReviewRepository.createQueryBuilder("r").select("r.book_id", "key").addSelect("count(*)", "value").where("r.book_id IN (:...ids)", { ids }).groupBy("r.book_id").getRawMany())x"},
       {"hibernate",
        "SELECT c.book.id, count(c) FROM BookReview c WHERE c.book IN :books GROUP BY c.book.id"},
       {"sequelize", R"x(BookReview.count({ where: { book_id: ids }, group: ["book_id"] }))x"}});
}

TEST_CASE("A count with further conditions says so", "[advice]") {
  const std::string child = "SELECT count(*) FROM book_reviews WHERE book_id = $1 AND rating > 3";
  for (const std::string& driver : drivers) {
    INFO(driver);
    CHECK(reviews_of_books(driver, child).code.find("...") != std::string::npos);
  }
}

TEST_CASE("An average for each", "[advice]") {
  check(
      "SELECT avg(rating) FROM book_reviews WHERE book_id = $1",
      {{"sqlalchemy",
        "select(BookReview.book_id, func.avg(BookReview.rating))"
        ".where(BookReview.book_id.in_(...)).group_by(BookReview.book_id)"},
       {"rails", "BookReview.where(book_id: books).group(:book_id).average(:rating)"},
       {"laravel", "Book::withAvg('bookReviews', 'rating')"},
       {"prisma",
        R"x(prisma.bookReview.groupBy({ by: ["bookId"], where: { bookId: { in: ids } }, _avg: { rating: true } }))x"},
       {"gorm",
        R"x(db.Model(&BookReview{}).Select("book_id, avg(rating)").Where("book_id IN ?", ids).Group("book_id").Find(&found))x"},
       {"typeorm",
        R"x(bookReviewRepository.createQueryBuilder("r").select("r.book_id", "key").addSelect("avg(r.rating)", "value").where("r.book_id IN (:...ids)", { ids }).groupBy("r.book_id").getRawMany())x"},
       {"hibernate",
        "SELECT c.book.id, avg(c.rating) FROM BookReview c WHERE c.book IN :books GROUP BY "
        "c.book.id"},
       {"sequelize",
        R"x(BookReview.findAll({ attributes: ["book_id", [fn("avg", col("rating")), "value"]], where: { book_id: ids }, group: ["book_id"] }))x"}});
}

TEST_CASE("Whether there is one", "[advice]") {
  check(
      "SELECT 1 AS one FROM book_reviews WHERE book_id = $1 LIMIT 1",
      {{"sqlalchemy", "select(BookReview.book_id).where(BookReview.book_id.in_(...)).distinct()"},
       {"rails", "BookReview.where(book_id: books).distinct.pluck(:book_id)"},
       {"laravel", "Book::withExists('bookReviews')"},
       {"prisma",
        "prisma.book.findMany({ include: { _count: { select: { bookReviews: true } } } })"},
       {"gorm",
        R"x(db.Model(&BookReview{}).Distinct().Where("book_id IN ?", ids).Pluck("book_id", &found))x"},
       {"typeorm",
        R"x(bookReviewRepository.createQueryBuilder("r").select("DISTINCT r.book_id", "key").where("r.book_id IN (:...ids)", { ids }).getRawMany())x"},
       {"hibernate", "SELECT DISTINCT c.book.id FROM BookReview c WHERE c.book IN :books"},
       {"sequelize",
        R"x(BookReview.findAll({ attributes: ["book_id"], where: { book_id: ids }, group: ["book_id"] }))x"}});
}

TEST_CASE("Two keys to one table are named both", "[advice]") {
  const Catalog catalog = library();
  const Codes codes = {
      {"sqlalchemy", "select(Book).options(joinedload(Book.author), joinedload(Book.editor))"},
      {"rails", "Book.includes(:author, :editor)"},
      {"laravel", "Book::with(['author', 'editor'])"},
      {"prisma", "prisma.book.findMany({ include: { author: true, editor: true } })"},
      {"gorm", R"x(db.Preload("Author").Preload("Editor"))x"},
      {"typeorm", "bookRepository.find({ relations: { author: true, editor: true } })"},
      {"hibernate", "SELECT b FROM Book b LEFT JOIN FETCH b.author LEFT JOIN FETCH b.editor"},
      {"sequelize", "Book.findAll({ include: [...] })"}};
  for (const std::string& driver : drivers) {
    INFO(driver);
    const Advice advice = LinkedLoops(&catalog)
                              .tags("", driver)
                              .list("SELECT * FROM books")
                              .loop("SELECT * FROM authors WHERE id = $1",
                                    {"books.author_id", "books.editor_id"}, "authors.id")
                              .advice();
    CHECK(advice.code == codes.at(driver));
    CHECK(advice.sql.find("editor") != std::string::npos);
  }
}

TEST_CASE("Where another column explains the loop as well, nothing is sure", "[advice]") {
  const Catalog catalog = library();
  LinkedLoops loop =
      LinkedLoops(&catalog)
          .tags("", "rails")
          .list("SELECT * FROM books")
          .loop("SELECT * FROM authors WHERE id = $1", {"books.author_id"}, "authors.id");
  CHECK(loop.advice().sure);
  loop.or_from("books.editor_id");
  CHECK_FALSE(loop.advice().sure);
  CHECK(loop.advice().why.ends_with(" They may as well have come from books.editor_id."));
}

TEST_CASE("Conditions on a single row have no include of Prisma's", "[advice]") {
  const Catalog catalog = library();
  CHECK(LinkedLoops(&catalog)
            .tags("", "prisma")
            .list("SELECT * FROM books")
            .loop("SELECT * FROM authors WHERE id = $1 AND name = $2", {"books.author_id"},
                  "authors.id")
            .advice()
            .code.empty());
}

}  // namespace
}  // namespace onetrip
