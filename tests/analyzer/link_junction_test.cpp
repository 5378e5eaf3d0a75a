#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// Genres of each book, through book_genres: many to many where nothing but its key is read of it.

TEST_CASE("rows of the table that carries the key are reverse, whatever is joined to them") {
  const std::string selected = GENERATE(
      as<std::string>(), "*", "book_genres.*, genre.name", "book_genres.id, genre.name",
      "book_genres.book_id, book_genres.genre_id", "book_genres.id, book_genres.book_id, genre.*");
  INFO(selected);
  Story story;
  story.run("SELECT id FROM book").gives({"book.id"}, {{1}, {2}});
  for (const int id : {1, 2})
    story
        .run("SELECT " + selected +
             " FROM book_genres JOIN genre ON genre.id = book_genres.genre_id WHERE "
             "book_genres.book_id = " +
             std::to_string(id))
        .gives({"book_genres.id"}, {{4}});
  CHECK(story.only("n-plus-one").link->direction == Direction::reverse);
}

TEST_CASE("a junction whose own key comes along is one") {
  const std::string selected = GENERATE(
      as<std::string>(),
      "genre.*, book_genres.book_id AS pivot_book_id, book_genres.genre_id AS pivot",
      "book_genres.book_id, genre.id, genre.name", "book_genres.book_id, upper(genre.name)");
  INFO(selected);
  Story story;
  story.run("SELECT id FROM book").gives({"book.id"}, {{1}, {2}});
  for (const int id : {1, 2})
    story
        .run("SELECT " + selected +
             " FROM book_genres JOIN genre ON genre.id = book_genres.genre_id WHERE "
             "book_genres.book_id = " +
             std::to_string(id))
        .gives({"genre.id"}, {{4}});
  CHECK(story.only("n-plus-one").link->direction == Direction::many_to_many);
}
