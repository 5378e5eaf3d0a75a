#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "rules/rule.hpp"

namespace onetrip::test {

/// A bookshop's catalog: author, book (author_id, home/away like pairs in match), review, genre,
/// book_genres, award, team, match, document, line, orders, employee (manager_id), history (no
/// key), film (director, writer and producer are persons), ticket and task (each with states of its
/// own), city (by a country's code), remark (about a post or a photo), event; book_list is a view
/// and event_2024 a partition; tenant.shelf has items, and public.item no key; ids of tables are
/// their order from 100.
CatalogPtr bookshop_catalog();

/// Tells the engine what an application did, statement by statement, and what it then finds.
///
///   Story story;
///   story.run("SELECT author_id FROM book").gives({"book.author_id"}, {{7}, {8}});
///   story.run("SELECT * FROM author WHERE id = 7").gives({"author.id"}, {{7}});
///   story.run("SELECT * FROM author WHERE id = 8").gives({"author.id"}, {{8}});
///   CHECK(story.findings().size() == 1);
///
/// Each statement takes 1 ms, 1 ms after the one before it. Values below zero are NULL.
class Story {
 public:
  enum class Knows : std::uint8_t { catalog, names };
  explicit Story(Knows knows = Knows::catalog, WindowTable::Config windows = {});

  Story& on(SessionId session);  ///< the connection of what follows
  Story& by(std::size_t pair);   ///< the pair of connections that are opened from now on
  Story& wait(Time pause);       ///< before the next statement
  Story& pipelined();            ///< the next statement does not wait for the one before
  Story& run(const std::string& sql, std::vector<std::int64_t> parameters = {});
  Story& run_uuid(const std::string& sql, const std::string& uuid);
  Story& run_unknown(const std::string& sql);  ///< $1 is of a type that is not compared
  /// Result of the last run: columns as "table.column" or "schema.table.column", or "column" alone
  /// for a computed one.
  Story& gives(const std::vector<std::string>& columns,
               const std::vector<std::vector<std::int64_t>>& rows);
  Story& gives_uuids(const std::string& column, const std::vector<std::string>& rows);
  Story& gives_texts(const std::vector<std::string>& columns,
                     const std::vector<std::vector<std::string>>& rows);
  /// `count` rows in all, of which only those given before were indexed.
  Story& of_rows(std::uint64_t count);
  Story& of_bytes(std::uint64_t bytes);
  Story& of_columns(std::uint16_t columns);
  /// Bytes by column, as they were counted over `rows` rows, and the number of columns.
  Story& of_sizes(const std::vector<std::uint64_t>& bytes, std::uint32_t rows);
  Story& took(Time time);                     ///< until the first answer, instead of 1 ms
  Story& from(const std::string& callsite);   ///< the last run's comment: file and line
  Story& fails(const std::string& sqlstate);  ///< the last run
  Story& binds(const std::string& text);      ///< one more parameter of it, of type text
  Story& lists(std::int64_t from, std::uint32_t count);  ///< …, an array of consecutive integers
  /// What the catalog estimates of a table from now on.
  Story& estimates(const std::string& table, double rows);

  std::vector<Finding> findings();  ///< flushes
  Finding only();                   ///< the one finding there is; fails the test otherwise
  std::vector<Finding> findings(const std::string& rule);  ///< those of one rule
  Finding only(const std::string& rule);
  Engine& engine() { return *engine_; }
  Time now() const { return now_; }

 private:
  struct Source;
  void send();
  static bool starts_with(const std::string& sql, const std::string& word) {
    return sql.rfind(word, 0) == 0;
  }
  ResultColumn column(const std::string& name) const;

  ValueHasher hasher_;
  std::unique_ptr<CatalogSource> source_;
  std::unique_ptr<Engine> engine_;
  CatalogPtr catalog_;
  Event event_;
  bool pending_ = false, pipelined_ = false;
  SessionId session_ = 1;
  std::size_t pair_ = 0;
  std::vector<SessionId> open_;
  std::map<SessionId, TransactionStatus> status_;  ///< idle where none
  std::uint64_t sequence_ = 0;
  Time now_ = std::chrono::seconds(1);
};

}  // namespace onetrip::test
