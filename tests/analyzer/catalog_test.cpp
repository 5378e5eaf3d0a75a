#include "analyzer/catalog.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

using namespace onetrip;

namespace {

constexpr std::uint32_t author = 1, book = 2, award = 3, part = 4, view = 5, view_of_view = 6,
                        archive = 7, loop = 8;

// A shop: books of authors, awards for authors, books of 2026 in a partition with its columns in
// another order, views, and a table outside the search path.
Catalog::Snapshot shop() {
  Catalog::Snapshot shop;
  shop.database = "shop";
  shop.tables = {
      {author, "public", "author", author, true, 10, {{1, "id"}, {2, "name"}}, {{1}}, {}},
      {book,
       "public",
       "book",
       book,
       true,
       1000,
       {{1, "id"}, {2, "author_id"}, {4, "isbn"}, {5, "year"}},
       {{1}, {4, 5}},
       {}},
      {award, "public", "award", award, true, -1, {{1, "id"}, {2, "author_id"}}, {{1}}, {}},
      {part,
       "public",
       "book_2026",
       book,
       true,
       500,
       {{1, "year"}, {2, "id"}, {3, "author_id"}, {4, "isbn"}},
       {},
       {}},
      {view,
       "public",
       "book_list",
       0,
       true,
       -1,
       {{1, "book"}, {2, "author"}, {3, "count"}},
       {},
       {{1, {part, 2}}, {2, {book, 2}}}},
      {view_of_view, "public", "short_list", 0, true, -1, {{1, "x"}}, {}, {{1, {view, 1}}}},
      {archive, "old", "book", archive, false, -1, {{1, "id"}}, {{1}}, {}},
      {loop, "public", "loop", 0, true, -1, {{1, "x"}}, {}, {{1, {loop, 1}}}}};
  shop.foreign_keys = {{"book_author_id_fkey", book, author, {2}, {1}},
                       {"award_author_id_fkey", award, author, {2}, {1}}};
  Catalog::Table computed;
  computed.oid = 9;
  computed.name = "totals";
  computed.columns = {{1, "sum"}};
  computed.is_view = true;
  shop.tables.push_back(computed);
  return shop;
}

const char* refused(const std::string& text) {
  static std::string what;
  try {
    catalog_from_json(text);
    return "";
  } catch (const std::runtime_error& error) {
    what = error.what();
    return what.c_str();
  }
}

}  // namespace

TEST_CASE("tables are found as statements write them") {
  const Catalog catalog(shop());
  CHECK(catalog.table("", "book")->oid == book);
  CHECK(catalog.table("public", "book")->oid == book);
  CHECK(catalog.table("old", "book")->oid == archive);
  CHECK(catalog.table("", "nothing") == nullptr);
  CHECK(catalog.table(99) == nullptr);
}

TEST_CASE("columns are named, with a schema where it is needed") {
  const Catalog catalog(shop());
  CHECK(catalog.name({book, 2}) == "book.author_id");
  CHECK(catalog.name({archive, 1}) == "old.book.id");
  CHECK(catalog.column_name({book, 3}).empty());
  CHECK(catalog.name({99, 1}).empty());
}

TEST_CASE("partitions resolve to their root by name, views to their base") {
  const Catalog catalog(shop());
  CHECK(catalog.resolve(book, 2) == Column{book, 2});
  CHECK(catalog.resolve(part, 3) == Column{book, 2});
  CHECK(catalog.resolve(view, 2) == Column{book, 2});
  CHECK(catalog.resolve(view, 1) == Column{book, 1});
  CHECK(catalog.resolve(view_of_view, 1) == Column{book, 1});
  CHECK(catalog.column(*catalog.table("", "book_2026"), "isbn") == Column{book, 4});
}

TEST_CASE("what is not known does not resolve") {
  const Catalog catalog(shop());
  CHECK_FALSE(catalog.resolve(view, 3));
  CHECK_FALSE(catalog.resolve(book, 3));
  CHECK_FALSE(catalog.resolve(99, 1));
  CHECK_FALSE(catalog.resolve(loop, 1));
  CHECK_FALSE(catalog.resolve(9, 1));
  CHECK_FALSE(catalog.column(*catalog.table(book), "nothing"));
}

TEST_CASE("foreign keys tie columns") {
  const Catalog catalog(shop());
  REQUIRE(catalog.foreign_key({book, 2}, {author, 1}));
  CHECK(catalog.foreign_key({book, 2}, {author, 1})->name == "book_author_id_fkey");
  CHECK_FALSE(catalog.foreign_key({author, 1}, {book, 2}));
  CHECK_FALSE(catalog.foreign_key({book, 1}, {author, 1}));
  CHECK(catalog.referenced_by({book, 2}) == catalog.referenced_by({award, 2}));
  CHECK(catalog.referenced_by({author, 1}) == std::vector<Column>{{author, 1}});
}

TEST_CASE("a column that is a key alone is told from others") {
  const Catalog catalog(shop());
  CHECK(catalog.is_unique({book, 1}));
  CHECK_FALSE(catalog.is_unique({book, 4}));
  CHECK_FALSE(catalog.is_unique({author, 2}));
  CHECK_FALSE(catalog.is_unique({99, 1}));
}

TEST_CASE("a catalog is the same after a trip through its file") {
  const std::string text = to_json(shop());
  const Catalog::Snapshot back = catalog_from_json(text);
  CHECK(to_json(back) == text);
  const Catalog catalog(back);
  CHECK(catalog.resolve(view_of_view, 1) == Column{book, 1});
  CHECK(catalog.table(archive)->in_search_path == false);
  CHECK(catalog.table(author)->estimated_rows == 10);
  CHECK(back.database == "shop");
}

TEST_CASE("names with quotes and letters beyond ASCII survive the file") {
  Catalog::Snapshot odd;
  odd.database = "größe \"x\"\n";
  CHECK(catalog_from_json(to_json(odd)).database == odd.database);
}

TEST_CASE("a file that is no catalog is refused with the place") {
  CHECK_THAT(refused("{\"onetrip_catalog\": 1,\n \"database\" 7}"), Catch::Contains("line 2"));
  CHECK_THAT(refused("{}"), Catch::Contains("onetrip_catalog is missing"));
  CHECK_THAT(refused("[]"), Catch::Contains("onetrip_catalog is missing"));
  CHECK_THAT(refused("{\"onetrip_catalog\": 2}"), Catch::Contains("another version"));
  CHECK_THAT(refused("{\"onetrip_catalog\": 1, \"database\": 7}"),
             Catch::Contains("database must be a string"));
  std::string wrong = to_json(shop());
  wrong.replace(wrong.find("[2,\"name\"]"), 10, "[2,5]");
  CHECK_THAT(refused(wrong), Catch::Contains("tables[0].columns[1][1] must be a string"));
  CHECK_THAT(refused(to_json(shop()) + "x"), Catch::Contains("after its end"));
}

TEST_CASE("a file cut at any byte is refused, never misread") {
  const std::string text = to_json(shop());
  for (std::size_t cut = 0; cut + 2 < text.size(); ++cut) {
    REQUIRE_THROWS_AS(catalog_from_json(std::string_view(text).substr(0, cut)), std::runtime_error);
  }
}
