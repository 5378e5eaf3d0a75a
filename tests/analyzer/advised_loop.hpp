#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/advice.hpp"
#include "analyzer/catalog.hpp"
#include "analyzer/statement_cache.hpp"

namespace onetrip::test {

/// A catalog in a few words: table("shop_book", {"id", "author_id"}) has its first column as
/// primary key; key("shop_book.author_id", "shop_author.id") is a foreign key.
class Tables {
 public:
  Tables& table(const std::string& name, const std::vector<std::string>& columns) {
    Catalog::Table table;
    table.oid = static_cast<std::uint32_t>(1000 + snapshot_.tables.size());
    table.root = table.oid;
    table.schema = "public";
    table.name = name;
    for (const std::string& column : columns)
      table.columns.emplace_back(static_cast<std::int16_t>(table.columns.size() + 1), column);
    table.unique_keys = {{1}};
    snapshot_.tables.push_back(std::move(table));
    return *this;
  }
  Tables& unique(const std::string& column) {
    const auto [table, attribute] = find(column);
    snapshot_.tables[table].unique_keys.push_back({attribute});
    return *this;
  }
  Tables& key(const std::string& from, const std::string& to) {
    return composite_key({from}, {to});
  }
  Tables& composite_key(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    ForeignKey key;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto [table, attribute] = find(from[i]);
      const auto [other, referenced] = find(to[i]);
      key.table = snapshot_.tables[table].oid;
      key.referenced = snapshot_.tables[other].oid;
      key.columns.push_back(attribute);
      key.referenced_columns.push_back(referenced);
    }
    key.name = from[0].substr(0, from[0].find('.')) + "_fk" +
               std::to_string(snapshot_.foreign_keys.size());
    snapshot_.foreign_keys.push_back(std::move(key));
    return *this;
  }
  Catalog made() const { return Catalog(snapshot_); }

 private:
  std::pair<std::size_t, std::int16_t> find(const std::string& column) const {
    const std::size_t dot = column.find('.');
    for (std::size_t t = 0; t < snapshot_.tables.size(); ++t)
      for (const auto& [attribute, name] : snapshot_.tables[t].columns)
        if (snapshot_.tables[t].name == column.substr(0, dot) && name == column.substr(dot + 1))
          return {t, attribute};
    throw std::logic_error("no column " + column);
  }
  Catalog::Snapshot snapshot_;
};

/// Seven tables and a junction, as Django makes them of examples/bookshop.
inline Tables bookshop_tables() {
  return Tables()
      .table("shop_author", {"id", "name"})
      .table("shop_publisher", {"id", "name"})
      .table("shop_genre", {"id", "name"})
      .table("shop_book", {"id", "title", "price_cents", "stock", "author_id", "publisher_id"})
      .table("shop_book_genres", {"id", "book_id", "genre_id"})
      .table("shop_review", {"id", "book_id", "rating", "approved", "body"})
      .table("shop_customer", {"id", "name", "email"})
      .table("shop_order", {"id", "placed_on", "customer_id"})
      .table("shop_orderitem", {"id", "quantity", "book_id", "order_id"})
      .key("shop_book.author_id", "shop_author.id")
      .key("shop_book.publisher_id", "shop_publisher.id")
      .key("shop_book_genres.book_id", "shop_book.id")
      .key("shop_book_genres.genre_id", "shop_genre.id")
      .key("shop_review.book_id", "shop_book.id")
      .key("shop_order.customer_id", "shop_customer.id")
      .key("shop_orderitem.order_id", "shop_order.id")
      .key("shop_orderitem.book_id", "shop_book.id");
}

inline StatementPtr statement(std::string_view sql) {
  std::vector<Statement> all = describe(sql);
  if (all.size() != 1) throw std::logic_error("not one statement: " + std::string(sql));
  return StatementPtr(std::move(all[0]));
}

inline bool parses(std::string_view sql) {
  const std::vector<Statement> all = describe(sql);
  return all.size() == 1 && all[0].parsed;
}

/// A window in which loops were linked, told by hand: list(…) is the outermost parent; each
/// loop(…) after it is fed by the one before.
class LinkedLoops {
 public:
  explicit LinkedLoops(const Catalog* catalog) : catalog_(catalog) {}

  LinkedLoops& tags(std::string framework, std::string driver = {}) {
    window_.framework = std::move(framework);
    window_.db_driver = std::move(driver);
    return *this;
  }
  LinkedLoops& list(std::string_view sql) {
    outermost_ = statement(sql);
    return *this;
  }
  /// `feeds`: columns of the parent that fed the predicate on column `child`, as "shop_book.id".
  LinkedLoops& loop(std::string_view sql, const std::vector<std::string>& feeds,
                    const std::string& child) {
    LoopLink link;
    link.loop = links_.loops.size();
    link.parent.statement = outermost_;
    if (link.loop > 0) {
      link.parent.statement = links_.loops.back().statement;
      link.parent.loop = link.loop - 1;
      link.outer = link.loop - 1;
    }
    const StatementPtr made = statement(sql);
    const std::size_t dot = child.find('.');
    for (std::uint16_t p = 0; p < made->predicates.size(); ++p) {
      const ColumnUse& column = made->predicates[p].column;
      if (column.column != child.substr(dot + 1)) continue;
      if (made->tables.at(column.table).name != child.substr(0, dot)) continue;
      link.predicate = p;
      link.child = origin_of(column, *made, catalog_);
    }
    if (!link.child.known()) throw std::logic_error("no predicate on " + child);
    for (const std::string& feed : feeds) {
      const Origin origin = named(feed);
      link.columns.push_back({0, origin, relate(origin, link.child, catalog_)});
    }
    link.direction = link.columns.at(0).relation.direction;
    link.children = {1, 2, 3};
    links_.loops.push_back({made, link.children});
    links_.links.push_back(std::move(link));
    return *this;
  }
  LinkedLoops& through_junction() {
    links_.links.back().direction = Direction::many_to_many;
    return *this;
  }
  /// Another column explains the loop equally well.
  LinkedLoops& or_from(const std::string& column) {
    links_.links.back().alternatives.push_back({0, named(column), {}});
    return *this;
  }
  /// No proof: as when nothing but names, or nothing at all, ties the columns.
  LinkedLoops& tied_by(Tie tie) {
    links_.links.back().columns.at(0).relation.tie = tie;
    return *this;
  }
  Advice advice() const { return advise(links_.links.back(), links_, window_, catalog_); }

 private:
  Origin named(const std::string& column) const {
    const std::size_t dot = column.find('.');
    Origin origin{{}, column.substr(0, dot), column.substr(dot + 1)};
    if (catalog_ == nullptr) return origin;
    if (const Catalog::Table* table = catalog_->table("", origin.table))
      origin.column = catalog_->column(*table, origin.name);
    return origin;
  }

  const Catalog* catalog_;
  Window window_;
  Links links_;
  StatementPtr outermost_;
};

}  // namespace onetrip::test
