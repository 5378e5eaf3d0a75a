#include "analyzer/advice_repetition.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/advice_case.hpp"
#include "analyzer/advice_names.hpp"
#include "analyzer/advice_words.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/orm.hpp"
#include "analyzer/sql_words.hpp"

namespace onetrip {
namespace {

bool is_named_like_key(const std::string& column) {
  return column == "id" || column == "pk" || column == "uuid";
}

/// A link that says which predicate is meant, and nothing of a parent.
LoopLink lone_link(std::size_t loop, std::uint16_t predicate, const Links& links,
                   const Window& window, const Catalog* catalog) {
  const Loop& rounds = links.loops[loop];
  LoopLink link;
  link.loop = loop;
  link.predicate = predicate;
  link.parent.statement = rounds.statement;
  link.children = rounds.trips;
  link.child = origin_of(rounds.fed()[predicate].column, *rounds.statement, catalog,
                         window.trips[rounds.trips.front()].key_columns());
  // Without a catalog the name has to tell that a value is one row.
  const bool one_row = !link.child.column && is_named_like_key(link.child.name);
  link.direction = one_row ? Direction::forward : Direction::reverse;
  return link;
}

Bulk bulk_of(Deed deed, const LoopCase& loop) {
  return {deed,
          loop.child_table,
          loop.child_column,
          loop.catalog == nullptr ? is_named_like_key(loop.child_column)
                                  : is_primary_key(loop.link.child, loop.catalog),
          {}};
}

void say(Advice& advice, Orm orm, OrmWords words) {
  advice.orm = to_string(orm);
  advice.code = std::move(words.code);
  advice.sure = words.sure;
  if (!advice.code.empty()) advice.why += words.remark;
}

std::vector<Assignment> varying(const Window& window, const Loop& loop) {
  std::vector<Assignment> result;
  for (const Assignment& one : loop.statement->assignments)
    if (variety(window, loop, one.slot) == Variety::several) result.push_back(one);
  return result;
}

/// How many columns SET gives something.
std::size_t set_columns(const std::vector<SqlWord>& words) {
  const std::size_t end = find_keyword(words, "where");
  std::size_t columns = 1;
  int depth = 0;
  for (std::size_t i = find_keyword(words, "set"); i < end; ++i) {
    if (words[i].is("(")) ++depth;
    if (words[i].is(")")) --depth;
    if (depth == 0 && words[i].is(",")) ++columns;
  }
  return columns;
}

/// UPDATE t SET a = new.a FROM (VALUES (…), (…)) AS new (id, a) WHERE t.id = new.id
std::string update_from_values(const Loop& loop, const LoopCase& one,
                               const std::vector<Assignment>& changed) {
  const Statement& statement = *loop.statement;
  const bool all_told = set_columns(sql_words(statement.normalized)) == changed.size();
  if (!all_told || !statement.only_slot_equality || statement.predicates.size() != 1) return {};
  const std::string key = sql_name(one.child_column);
  std::string set, columns = key;
  for (const Assignment& assignment : changed) {
    const std::string column = sql_name(assignment.column);
    set += (set.empty() ? "" : ", ") + column + " = new." + column;
    columns += ", " + column;
  }
  return "UPDATE " + sql_name(one.child_table) + " SET " + set +
         " FROM (VALUES (...), (...)) AS new (" + columns + ") WHERE " +
         sql_name(one.child_table.name) + "." + key + " = new." + key;
}

/// The INSERT's own text with more rows in its VALUES.
std::string insert_rows(const Statement& statement) {
  const std::string_view text = statement.normalized;
  const std::vector<SqlWord> words = sql_words(text);
  std::size_t i = find_keyword(words, "values") + 1;
  if (i >= words.size() || !words[i].is("(")) return {};
  int depth = 0;
  for (; i < words.size(); ++i) {
    if (words[i].is("(")) ++depth;
    if (words[i].is(")") && --depth == 0) break;
  }
  if (i == words.size()) return {};
  return std::string(text.substr(0, words[i].end())) + ", (...), (...)" +
         std::string(text.substr(words[i].end()));
}

/// psycopg's executemany of old sends one statement per row, too.
OrmWords driver_words(const Window& window, const Statement& statement) {
  if (window.db_driver.find("psycopg2") == std::string::npos) return {};
  const TableUse* target = written_table(statement);
  if (target == nullptr) return {};
  return {"psycopg2.extras.execute_values(cursor, \"INSERT INTO " +
              sql_name(TableName{target->schema, target->name}) + " (...) VALUES %s\", rows)",
          true,
          {}};
}

Advice advise_inserts(const Loop& loop, const Window& window, const Catalog* catalog) {
  const Statement& statement = *loop.statement;
  Advice advice;
  advice.sql = insert_rows(statement);
  advice.why = "VALUES takes many rows in one statement, and COPY takes any number of them fastest";
  const TableUse* target = written_table(statement);
  if (target == nullptr) return advice;
  const Orm orm = guess_orm(window, statement);
  OrmWords words =
      bulk_words(orm, {Deed::insert, {target->schema, target->name}, {}, false, {}}, catalog);
  if (orm == Orm::unknown) words = driver_words(window, statement);
  say(advice, orm, std::move(words));
  return advice;
}

}  // namespace

Advice advise_lookups(std::size_t loop, std::uint16_t predicate, const Links& links,
                      const Window& window, const Catalog* catalog) {
  const Loop& rounds = links.loops[loop];
  const Orm orm = guess_orm(window, *rounds.statement);
  const LoopLink link = lone_link(loop, predicate, links, window, catalog);
  const LoopCase one = make_case(link, links, catalog, orm);
  Advice advice;
  advice.sql = advise_sql(one);
  advice.why =
      "Where the values are known before the first lookup, one statement can ask for all of "
      "them";
  OrmWords words;
  if (one.bare()) words = bulk_words(orm, bulk_of(Deed::look_up, one), catalog);
  say(advice, orm, std::move(words));
  advice.why += ".";
  return advice;
}

Advice advise_writes(std::size_t loop, std::uint16_t predicate, const Links& links,
                     const Window& window, const Catalog* catalog) {
  const Loop& rounds = links.loops[loop];
  const Statement& statement = *rounds.statement;
  Advice advice;
  if (statement.kind == StatementKind::insert) {
    advice = advise_inserts(rounds, window, catalog);
    advice.why += ".";
    return advice;
  }
  const Orm orm = guess_orm(window, statement);
  const LoopLink link = lone_link(loop, predicate, links, window, catalog);
  const LoopCase one = make_case(link, links, catalog, orm);
  const std::vector<Assignment> changed = varying(window, rounds);
  Bulk bulk =
      bulk_of(statement.kind == StatementKind::delete_ ? Deed::remove : Deed::update_same, one);
  if (changed.empty()) {
    advice.sql = for_any(one);
    advice.why = "One condition can name all the rows";
  } else {
    bulk.deed = Deed::update;
    for (const Assignment& assignment : changed) bulk.changed.push_back(assignment.column);
    advice.sql = update_from_values(rounds, one, changed);
    advice.why = "One UPDATE can take the new values of all rows from a list";
  }
  say(advice, orm, bulk_words(orm, bulk, catalog));
  advice.why += ".";
  return advice;
}

Advice advise_walk(const Walk& walk, const Links& links, const Window& window,
                   const Catalog* catalog) {
  const Loop& rounds = links.loops[walk.loop];
  const Orm orm = guess_orm(window, *rounds.statement);
  const TableName table = table_of(walk.child, catalog);
  const bool same_table = walk.column.origin.table == walk.child.table;
  Advice advice;
  advice.orm = to_string(orm);
  if (table.known() && same_table) {
    const std::string name = sql_name(table), key = sql_name(walk.child.name);
    advice.sql = "WITH RECURSIVE tree AS (SELECT * FROM " + name + " WHERE " + key +
                 " = $1 UNION ALL SELECT below.* FROM " + name + " AS below JOIN tree ON below." +
                 key + " = tree." + sql_name(walk.column.origin.name) + ") SELECT * FROM tree";
  }
  advice.why = "Each level's values come from the rows of the one before (" +
               walk.column.origin.shown() + " to " + walk.child.shown() +
               "): a recursive query follows them within the server. Where rows may form a "
               "circle, UNION in place of UNION ALL ends it.";
  return advice;
}

Advice advise_duplicates(std::size_t loop, const Links& links, const Window& window,
                         const Catalog* catalog) {
  const Statement& statement = *links.loops[loop].statement;
  const Orm orm = guess_orm(window, statement);
  Advice advice;
  advice.orm = to_string(orm);
  advice.why =
      "Nothing in this request wrote to what it reads, and the answers were the same: "
      "keep the first one for the rest of the request, or pass it on.";
  const bool lone = statement.predicates.size() == 1 && statement.only_slot_equality &&
                    statement.tables.size() == 1;
  if (orm != Orm::sqlalchemy || !lone) return advice;
  const Origin column = origin_of(statement.predicates[0].column, statement, catalog);
  if (!is_primary_key(column, catalog)) return advice;
  const std::string model = model_name(statement.tables[0].name);
  advice.code = "session.get(" + model + ", ...)";
  advice.why +=
      " session.get() answers from the identity map, unless a commit expired it "
      "(expire_on_commit=False).";
  return advice;
}

}  // namespace onetrip
