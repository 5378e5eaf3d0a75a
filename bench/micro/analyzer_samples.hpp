#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "rules/rule.hpp"

/// What applications say, for benchmarks of the analyzer: statements as ORMs write them, and events
/// as sessions make them of these.
namespace onetrip::bench {

inline const ValueHasher& hasher() {
  static const ValueHasher one = [] {
    ValueHasher::Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i * 7 + 3);
    return ValueHasher(key);
  }();
  return one;
}

inline std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U)
    *digit = "0123456789abcdef"[number & 15U];
  return text;
}

/// Some 410 bytes as Django writes them, without its comment.
inline std::string orm_select(std::uint64_t id) {
  return R"(SELECT "shop_book"."id", "shop_book"."title", "shop_book"."isbn", )"
         R"("shop_book"."published_on", "shop_book"."price", "shop_book"."author_id", )"
         R"("shop_author"."id", "shop_author"."first_name", "shop_author"."last_name" )"
         R"(FROM "shop_book" INNER JOIN "shop_author" ON )"
         R"(("shop_book"."author_id" = "shop_author"."id") WHERE )"
         R"(("shop_book"."active" AND "shop_book"."author_id" = )" +
         std::to_string(id) + R"() ORDER BY "shop_book"."title" ASC LIMIT 21)";
}

/// … and sqlcommenter's comment behind it. Statements of one request share the trace.
inline std::string comment(std::uint64_t trace, std::uint64_t span) {
  return "/*controller='books',action='index',db_driver='django.db.backends.postgresql',"
         "framework='django%3A3.2',route='%5Ebooks/%24',traceparent='00-" +
         hex(trace * 0x9E3779B97F4A7C15ULL) + hex(trace) + "-" + hex(span) + "-01'*/";
}

inline std::string point_select(std::uint64_t id) {
  return "SELECT abalance FROM pgbench_accounts WHERE aid = " + std::to_string(id) + ";";
}

inline ResultColumn key_column(std::uint32_t table, std::int16_t attribute, std::string name) {
  return {table, attribute, 0, type_oid::int4, std::move(name)};
}

/// Events of one session, one after the other. Each is written into the event given, as an observer
/// does, so that a steady flow allocates nothing.
class Talk {
 public:
  explicit Talk(SessionId session = 1) : session_(session) {}

  void opened(Event& event) const {
    event.kind = Event::Kind::session_opened;
    event.session = session_;
    event.time = now_;
    event.facts.database = "shop";
    event.facts.user = "app";
    event.facts.application_name = "bookshop";
  }

  Execution& run(Event& event, const std::string& text, std::uint64_t hash) {
    event.execution.clear();
    event.kind = Event::Kind::execution;
    event.session = session_;
    Execution& execution = event.execution;
    execution.sequence = ++sequence_;
    execution.text = text;
    execution.text_hash = hash;
    execution.command = "SELECT";
    execution.sent = execution.begun = now_;
    now_ += std::chrono::microseconds(40);
    execution.first_answer = execution.complete = event.time = now_;
    execution.rows = 1;
    execution.bytes = 64;
    execution.columns = 1;
    return execution;
  }

  void wait(Time pause) { now_ += pause; }
  Time now() const { return now_; }

 private:
  SessionId session_;
  std::uint64_t sequence_ = 0;
  Time now_ = std::chrono::seconds(1);
};

/// The 51 statements of a page that lists books and asks for the author of each.
class Page {
 public:
  static constexpr std::uint32_t rounds = 50;

  Page() {
    parent_text_ = "SELECT id, title, author_id FROM book ORDER BY title LIMIT 50";
    child_text_ = "SELECT id, name FROM author WHERE id = $1";
    parent_hash_ = hasher().bytes(parent_text_);
    child_hash_ = hasher().bytes(child_text_);
    for (std::uint32_t i = 0; i < rounds; ++i) values_.push_back(hasher().integer(id_of(i)));
  }

  void parent(Talk& talk, Event& event) const {
    Execution& execution = talk.run(event, parent_text_, parent_hash_);
    execution.rows = rounds;
    execution.columns = 3;
    execution.key_columns = {key_column(102, 1, "id"), key_column(102, 3, "author_id")};
    for (std::uint32_t i = 0; i < rounds; ++i) {
      execution.cells.push_back(hasher().integer(i));
      execution.cells.push_back(values_[i]);
    }
  }

  void child(Talk& talk, Event& event, std::uint32_t round) const {
    Execution& execution = talk.run(event, child_text_, child_hash_);
    execution.protocol = Protocol::extended;
    execution.parameters.push_back({Slot::Kind::scalar, values_[round], 0, 0, 0});
    execution.key_columns = {key_column(100, 1, "id")};
    execution.cells.push_back(values_[round]);
  }

  /// The event's text with its value as a literal, and a comment behind it.
  void write_out(Event& event, std::uint32_t round, const std::string& comment) const {
    Execution& execution = event.execution;
    if (!execution.parameters.empty())
      execution.text.replace(execution.text.size() - 2, 2, std::to_string(id_of(round)));
    execution.parameters.clear();
    execution.protocol = Protocol::simple;
    execution.text += comment;
    execution.text_hash = hasher().bytes(execution.text);
  }

 private:
  static std::int64_t id_of(std::uint32_t round) { return 1000 + round * 7; }

  std::string parent_text_, child_text_;
  std::uint64_t parent_hash_ = 0, child_hash_ = 0;
  std::vector<ValueHash> values_;
};

/// book and author, with the key between them.
inline CatalogPtr shop_catalog() {
  Catalog::Snapshot snapshot;
  snapshot.database = "shop";
  Catalog::Table author, book;
  author.oid = author.root = 100;
  author.schema = book.schema = "public";
  author.name = "author";
  author.columns = {{1, "id"}, {2, "name"}};
  book.oid = book.root = 102;
  book.name = "book";
  book.columns = {{1, "id"}, {2, "title"}, {3, "author_id"}};
  author.unique_keys = book.unique_keys = {{1}};
  snapshot.tables = {author, book};
  snapshot.foreign_keys = {{"book_author_id_fkey", 102, 100, {3}, {1}}};
  return std::make_shared<const Catalog>(std::move(snapshot));
}

/// An engine with every rule, and with the shop's catalog.
class Shop final : public CatalogSource {
 public:
  explicit Shop(Engine::Config config = {})
      : engine(hasher(), std::move(config), make_rules(), this, {}) {
    engine.catalog_ready({0, "shop"}, shop_catalog());
  }
  bool request(const std::string&, const SessionFacts&) override { return false; }

  Engine engine;
};

}  // namespace onetrip::bench
