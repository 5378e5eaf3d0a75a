#include "analyzer/dialect.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/sql_words.hpp"

namespace onetrip {
namespace {

using Words = std::vector<SqlWord>;

/// One element of a select list:  [a .] [b .] column [AS alias]  or  [table .] *
struct Item {
  std::vector<SqlWord> path;
  bool star = false, plain = false, has_as = false;
  std::string alias;

  bool quoted(std::size_t parts) const {
    if (!plain || path.size() != parts) return false;
    return std::all_of(path.begin(), path.end(),
                       [](const SqlWord& part) { return part.kind == SqlWord::Kind::quoted; });
  }
};

/// What is seen of a SELECT's spelling.
struct Spelling {
  bool upper = false, lower = false;  ///< SELECT or select
  std::vector<Item> items;
  SqlWord table;        ///< first of FROM, without its schema
  bool schema = false;  ///< that FROM names
  std::string table_name, table_alias;
  bool alias_as = false;
  bool where_quoted = false;  ///< WHERE "t"."c" …, with or without parenthesis
  bool where_parenthesis = false;
  bool parameters = false, literals = false;
  Words words;
};

Item read_item(const Words& words, std::size_t begin, std::size_t end) {
  Item item;
  std::size_t i = begin;
  for (; i < end && words[i].is_name(); i += 2) {
    item.path.push_back(words[i]);
    if (i + 1 >= end || !words[i + 1].is(".")) {
      ++i;
      break;
    }
  }
  if (i < end && words[i].is("*")) {
    item.star = true;
    ++i;
  }
  if (i < end && words[i].is("as")) {
    item.has_as = true;
    ++i;
    if (i < end && words[i].is_name()) item.alias = words[i++].name();
  }
  item.plain = i == end && (item.star || !item.path.empty());
  return item;
}

std::vector<Item> read_items(const Words& words, std::size_t begin, std::size_t end) {
  std::vector<Item> items;
  int depth = 0;
  std::size_t start = begin;
  for (std::size_t i = begin; i <= end; ++i) {
    if (i < end && words[i].is("(")) ++depth;
    if (i < end && words[i].is(")")) --depth;
    if (i < end && (depth > 0 || !words[i].is(","))) continue;
    items.push_back(read_item(words, start, i));
    start = i + 1;
  }
  return items;
}

void read_from(Spelling& spelling, std::size_t from) {
  const Words& words = spelling.words;
  std::size_t i = from + 1;
  while (i + 2 < words.size() && words[i].is_name() && words[i + 1].is(".")) i += 2;
  if (i >= words.size() || !words[i].is_name()) return;
  spelling.schema = i > from + 1;
  spelling.table = words[i];
  spelling.table_name = words[i].name();
  ++i;
  if (i < words.size() && words[i].is("as")) {
    spelling.alias_as = true;
    ++i;
  }
  const bool alias = i < words.size() && words[i].is_name() &&
                     (spelling.alias_as || words[i].kind == SqlWord::Kind::quoted ||
                      words[i].text.find('_') != std::string_view::npos);
  if (alias) spelling.table_alias = words[i].name();
}

void read_where(Spelling& spelling, std::size_t from) {
  const Words& words = spelling.words;
  std::size_t i = find_keyword(words, "where", from) + 1;
  for (; i < words.size() && words[i].is("("); ++i) spelling.where_parenthesis = true;
  if (i + 2 >= words.size()) return;
  spelling.where_quoted = words[i].kind == SqlWord::Kind::quoted && words[i + 1].is(".") &&
                          words[i + 2].kind == SqlWord::Kind::quoted;
}

Spelling read_spelling(std::string_view normalized) {
  Spelling spelling;
  spelling.words = sql_words(normalized);
  const Words& words = spelling.words;
  if (words.empty() || !words[0].is("select")) return spelling;
  spelling.upper = words[0].text == "SELECT";
  spelling.lower = words[0].text == "select";
  for (const SqlWord& word : words) {
    if (word.kind != SqlWord::Kind::placeholder) continue;
    (word.text.starts_with('$') ? spelling.parameters : spelling.literals) = true;
  }
  const std::size_t from = find_keyword(words, "from");
  if (from == words.size()) return spelling;
  spelling.items = read_items(words, 1, from);
  read_from(spelling, from);
  read_where(spelling, from);
  return spelling;
}

template <typename Predicate>
bool all_items(const Spelling& spelling, Predicate predicate) {
  return !spelling.items.empty() &&
         std::all_of(spelling.items.begin(), spelling.items.end(), predicate);
}

/// Whether these words stand next to one another somewhere (keywords in lower case, names in
/// quotes).
bool has(const Words& words, std::initializer_list<std::string_view> sequence) {
  const auto same = [](const SqlWord& word, std::string_view want) {
    return word.kind == SqlWord::Kind::quoted || word.kind == SqlWord::Kind::placeholder
               ? word.text == want
               : word.is(want);
  };
  return std::search(words.begin(), words.end(), sequence.begin(), sequence.end(), same) !=
         words.end();
}

/// The names that Django gives to what it computes, over a quoted and qualified condition.
bool django_aggregate(const Spelling& s) {
  if (!s.upper || s.items.size() != 1 || !s.where_quoted) return false;
  if (has(s.words, {"count", "(", "*", ")", "as", "\"__count\""})) return true;
  if (has(s.words, {"select", "(", "?", ")", "as", "\"a\"", "from"})) return true;
  if (has(s.words, {"select", "?", "as", "\"a\"", "from"})) return true;
  const std::string& alias = s.items[0].alias;
  return alias.find("__") != std::string::npos && alias.find("__") != 0 && s.literals;
}

/// SELECT "app_model"."a", "app_model"."b" FROM "app_model": no alias, a table named after app and
/// model, and values in the text, as psycopg puts them.
bool django(const Spelling& s) {
  if (django_aggregate(s)) return true;
  const bool list =
      s.upper && s.table.kind == SqlWord::Kind::quoted && s.table_alias.empty() &&
      all_items(s, [](const Item& item) { return item.quoted(2) && !item.star && !item.has_as; });
  const std::size_t underscore = s.table_name.find('_');
  const bool app_model = underscore != std::string::npos && underscore > 0 &&
                         (!s.table_name.ends_with('s') || s.table_name.ends_with("ss"));
  return list && app_model && !s.parameters;
}

/// SELECT "authors".* FROM "authors" WHERE "authors"."id" = $1, and `1 AS one` for exists.
bool rails(const Spelling& s) {
  if (!s.upper || s.items.size() != 1 || s.table.kind != SqlWord::Kind::quoted) return false;
  if (has(s.words, {"select", "?", "as", "one", "from"})) return s.where_quoted;
  const Item& item = s.items[0];
  const bool whole = item.star && item.path.size() == 1 && item.path[0].text == s.table.text;
  return whole && s.where_quoted && !s.where_parenthesis && s.table_alias.empty();
}

/// select * from "books" where "books"."author_id" = $1 and "books"."author_id" is not null
bool laravel(const Spelling& s) {
  if (!s.lower || s.table.kind != SqlWord::Kind::quoted || !s.where_quoted) return false;
  if (has(s.words, {"as", "aggregate", "from"})) return true;
  const bool star = s.items.size() == 1 && s.items[0].star;
  const bool relation = has(s.words, {"is", "not", "null"});
  return star && (relation || has(s.words, {"limit", "?"}));
}

/// SELECT author.id AS author_id, author.name AS author_name FROM author
bool sqlalchemy(const Spelling& s) {
  return s.upper && s.items.size() >= 2 && all_items(s, [](const Item& item) {
           return item.plain && item.has_as && item.path.size() == 2 &&
                  item.path[0].kind == SqlWord::Kind::word &&
                  item.alias == item.path[0].name() + "_" + item.path[1].name();
         });
}

/// SELECT "Author"."id" AS "Author_id" FROM "author" "Author"
bool typeorm(const Spelling& s) {
  return s.upper && !s.table_alias.empty() && !s.alias_as && all_items(s, [&](const Item& item) {
           return item.quoted(2) && item.has_as && item.path[0].name() == s.table_alias &&
                  item.alias == s.table_alias + "_" + item.path[1].name();
         });
}

/// author0_, a1_0: an alias that ends in its numbers.
bool hibernate_alias(std::string_view alias) {
  const bool five = alias.ends_with('_');
  if (five) alias.remove_suffix(1);
  const std::size_t last = alias.find_last_not_of("0123456789");
  if (last == std::string_view::npos || last + 1 == alias.size()) return false;
  if (five) return alias[last] != '_';
  if (alias[last] != '_' || last == 0) return false;
  return std::isdigit(static_cast<unsigned char>(alias[last - 1])) != 0;
}

bool hibernate(const Spelling& s) {
  return s.lower && !s.alias_as && hibernate_alias(s.table_alias) &&
         all_items(s, [&](const Item& item) {
           return item.plain && item.path.size() == 2 && hibernate_alias(item.path[0].name());
         });
}

/// Version 7: SELECT "t0"."id" FROM "public"."Author" AS "t0" WHERE ("t0"."id" = $1 AND 1=1)
bool prisma_alias(const Spelling& s) {
  constexpr std::string_view alias = "t0";
  return s.upper && s.schema && s.alias_as && s.table_alias == alias &&
         s.table.kind == SqlWord::Kind::quoted && all_items(s, [&](const Item& item) {
           return item.quoted(2) && !item.star && !item.has_as && item.path[0].name() == alias;
         });
}

/// SELECT "public"."Author"."id" FROM "public"."Author" WHERE (… AND 1=1) OFFSET $2
bool prisma(const Spelling& s) {
  if (prisma_alias(s)) return true;
  const bool list = s.upper && all_items(s, [](const Item& item) {
                      return item.quoted(3) && !item.star && !item.has_as;
                    });
  return list && (has(s.words, {"offset"}) || has(s.words, {"?", "=", "?"}));
}

/// SELECT * FROM "authors" WHERE "authors"."id" = $1
bool gorm(const Spelling& s) {
  const bool star = s.upper && s.items.size() == 1 && s.items[0].star && s.items[0].path.empty();
  const bool parameters = s.parameters || has(s.words, {"\"deleted_at\"", "is", "null"});
  return star && s.table.kind == SqlWord::Kind::quoted && s.table_alias.empty() && s.where_quoted &&
         !s.where_parenthesis && parameters;
}

/// SELECT "id", "name" FROM "Authors" AS "Author" WHERE "Author"."id" = 1
bool sequelize(const Spelling& s) {
  const bool model = s.alias_as && !s.table_alias.empty() &&
                     (s.table_name == s.table_alias || s.table_name == s.table_alias + "s");
  return s.upper && model && s.where_quoted && all_items(s, [&](const Item& item) {
           return !item.has_as && (item.quoted(1) || (item.quoted(2) && !item.star &&
                                                      item.path[0].name() == s.table_alias));
         });
}

}  // namespace

Orm dialect_of(std::string_view normalized) {
  using Check = bool (*)(const Spelling&);
  constexpr std::array<std::pair<Check, Orm>, 9> checks{{{django, Orm::django},
                                                         {sqlalchemy, Orm::sqlalchemy},
                                                         {rails, Orm::rails},
                                                         {laravel, Orm::laravel},
                                                         {prisma, Orm::prisma},
                                                         {gorm, Orm::gorm},
                                                         {typeorm, Orm::typeorm},
                                                         {hibernate, Orm::hibernate},
                                                         {sequelize, Orm::sequelize}}};
  const Spelling spelling = read_spelling(normalized);
  Orm found = Orm::unknown;
  for (const auto& [check, orm] : checks) {
    if (!check(spelling)) continue;
    if (found != Orm::unknown) return Orm::unknown;
    found = orm;
  }
  return found;
}

std::string_view to_string(Orm orm) {
  switch (orm) {
    case Orm::django:
      return "django";
    case Orm::sqlalchemy:
      return "sqlalchemy";
    case Orm::rails:
      return "rails";
    case Orm::laravel:
      return "laravel";
    case Orm::prisma:
      return "prisma";
    case Orm::gorm:
      return "gorm";
    case Orm::typeorm:
      return "typeorm";
    case Orm::hibernate:
      return "hibernate";
    case Orm::sequelize:
      return "sequelize";
    case Orm::unknown:
      break;
  }
  return "";
}

}  // namespace onetrip
