#include "analyzer/advice.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/advice_case.hpp"
#include "analyzer/orm.hpp"
#include "analyzer/sql_words.hpp"

namespace onetrip {
namespace {

bool equates(const Predicate& predicate) {
  return predicate.op == Predicate::Op::equal || predicate.op == Predicate::Op::in_list ||
         predicate.op == Predicate::Op::any_array;
}

/// One condition of a WHERE under AND, its parentheses dropped.
using Condition = std::vector<SqlWord>;

std::vector<Condition> conditions(const std::vector<SqlWord>& words) {
  std::vector<Condition> result(1);
  std::size_t i = find_keyword(words, "where") + 1;
  int depth = 0;
  for (; i < words.size(); ++i) {
    if (words[i].is("(")) ++depth;
    if (words[i].is(")")) --depth;
    const bool ends = words[i].is("group") || words[i].is("order") || words[i].is("limit") ||
                      words[i].is("offset") || words[i].is("fetch") || words[i].is(";");
    if (depth < 0 || (depth == 0 && ends)) break;
    if (words[i].is("and")) {
      result.emplace_back();
    } else if (!words[i].is("(") && !words[i].is(")")) {
      result.back().push_back(words[i]);
    }
  }
  return result;
}

/// [[schema .] table .] column, then `tail`; gives the column's name.
std::string column_before(const Condition& condition,
                          std::initializer_list<std::string_view> tail) {
  std::size_t i = 0;
  while (i + 2 < condition.size() && condition[i].is_name() && condition[i + 1].is(".")) i += 2;
  if (i >= condition.size() || !condition[i].is_name()) return {};
  if (condition.size() - i - 1 != tail.size()) return {};
  const bool same =
      std::equal(tail.begin(), tail.end(), condition.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                 [](std::string_view want, const SqlWord& word) { return word.is(want); });
  return same ? condition[i].name() : std::string();
}

/// Whether a condition leaves out no row that the relation would give: `1=1` (Prisma), the link's
/// own column `is not null` (Laravel), a soft delete that the ORM adds to every read.
bool harmless(const Condition& condition, const std::string& column, Orm orm) {
  using Kind = SqlWord::Kind;
  if (condition.size() == 3 && condition[0].kind == Kind::placeholder && condition[1].is("=") &&
      condition[2].kind == Kind::placeholder)
    return true;
  if (column_before(condition, {"is", "not", "null"}) == column) return true;
  const bool soft_delete = orm == Orm::gorm || orm == Orm::laravel;
  return soft_delete && column_before(condition, {"is", "null"}) == "deleted_at";
}

/// WHERE says no more than its `known` equalities with slots.
bool where_is_link(const LoopCase& loop, std::size_t known, Orm orm) {
  if (!loop.child.has_where) return false;
  if (loop.child.only_slot_equality) return true;
  const std::vector<SqlWord> words = sql_words(loop.child.normalized);
  for (const Condition& condition : conditions(words)) {
    if (harmless(condition, loop.child_column, orm)) continue;
    const bool has_slot = std::any_of(condition.begin(), condition.end(), [](const SqlWord& word) {
      return word.kind == SqlWord::Kind::placeholder;
    });
    const bool has_or = std::any_of(condition.begin(), condition.end(), [](const SqlWord& word) {
      return word.is("or") || word.is("not") || word.is("select");
    });
    if (!has_slot || has_or || known == 0) return false;
    --known;
  }
  return known == 0;
}

bool in_key(const LoopCase& loop, const Predicate& predicate) {
  if (!loop.composite()) return false;
  const bool child_refers = loop.link.direction != Direction::forward;
  const Catalog::Table* table = find_table(loop.child_table, loop.catalog);
  if (table == nullptr) return false;
  const std::optional<Column> column = loop.catalog->column(*table, predicate.column.column);
  const auto& members = child_refers ? loop.key->columns : loop.key->referenced_columns;
  return column && std::find(members.begin(), members.end(), column->attribute) != members.end();
}

/// The predicates that are the link: its own, and the others of a key of several columns. None when
/// there are still others.
std::optional<std::size_t> only_link_predicates(const LoopCase& loop) {
  const std::vector<Predicate>& all = loop.child.predicates;
  if (loop.link.predicate >= all.size()) return std::nullopt;
  const Predicate& own = all[loop.link.predicate];
  std::size_t count = 0;
  for (const Predicate& predicate : all) {
    const bool of_row = own.row_comparison != 0 && predicate.row_comparison == own.row_comparison;
    const bool is_own = &predicate == &own;
    if (!equates(predicate) || (!is_own && !of_row && !in_key(loop, predicate)))
      return std::nullopt;
    ++count;
  }
  return count;
}

/// The child of a to-many relation selects some columns of the table, but not all.
bool reads_part(const LoopCase& loop) {
  if (loop.to_one() || loop.ask != Ask::rows) return false;
  const Catalog::Table* table = find_table(loop.target, loop.catalog);
  if (table == nullptr || loop.child.outputs.empty()) return false;
  const auto plain = [](const OutputColumn& output) { return output.origin && !output.star; };
  if (!std::all_of(loop.child.outputs.begin(), loop.child.outputs.end(), plain)) return false;
  return loop.child.outputs.size() < table->columns.size();
}

/// SELECT 1 AS one FROM … LIMIT 1, in any spelling: nothing but constants is selected.
bool selects_constant(const Statement& child) {
  const std::vector<SqlWord> words = sql_words(child.normalized);
  const std::size_t from = find_keyword(words, "from");
  if (words.empty() || !words[0].is("select") || from == words.size() || from < 2) return false;
  std::size_t i = 1;
  while (i < from && words[i].is("(")) ++i;
  if (i >= from || words[i].kind != SqlWord::Kind::placeholder) return false;
  for (++i; i < from && words[i].is(")");) ++i;
  return i == from || (words[i].is("as") && i + 2 == from);
}

Ask what_is_asked(const LoopCase& loop) {
  const Statement& child = loop.child;
  if (child.aggregate_function == "exists" || selects_constant(child)) return Ask::exists;
  if (child.aggregate) return Ask::aggregate;
  if (child.offset_slot || (child.limited && !loop.to_one())) return Ask::some_rows;
  return Ask::rows;
}

void find_target(LoopCase& loop, const ColumnUse& linked) {
  loop.target = loop.child_table;
  if (loop.link.direction != Direction::many_to_many) return;
  loop.target = {};
  for (const JoinEdge& join : loop.child.joins) {
    const bool left = join.left.table == linked.table;
    const ColumnUse& near = left ? join.left : join.right;
    const ColumnUse& far = left ? join.right : join.left;
    if (near.table != linked.table || far.table >= loop.child.tables.size()) continue;
    if (far.table == linked.table || near.column == linked.column) continue;
    const TableUse& use = loop.child.tables[far.table];
    loop.target = {use.schema, use.name};
    loop.junction_column = near.column;
    loop.target_column = far.column;
    return;
  }
}

const ForeignKey* key_of(const LoopLink& link, const FeedingColumn& column,
                         const Catalog* catalog) {
  if (catalog == nullptr || !column.origin.column || !link.child.column) return nullptr;
  if (link.direction == Direction::forward)
    return catalog->foreign_key(*column.origin.column, *link.child.column);
  return catalog->foreign_key(*link.child.column, *column.origin.column);
}

bool names_table(const Statement& statement, const TableName& table) {
  return std::any_of(statement.tables.begin(), statement.tables.end(),
                     [&](const TableUse& use) { return use.name == table.name; });
}

bool is_related(const LoopCase& loop) {
  const Tie wanted =
      loop.link.direction == Direction::refetch ? Tie::same_column : Tie::foreign_key;
  const auto& columns = loop.link.columns;
  return loop.catalog != nullptr && !columns.empty() && loop.named &&
         std::all_of(columns.begin(), columns.end(),
                     [&](const FeedingColumn& column) { return column.relation.tie == wanted; });
}

std::string count(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string proof(const LoopCase& loop) {
  const FeedingColumn& first = loop.link.columns.front();
  std::string columns;
  for (const FeedingColumn& column : loop.link.columns)
    columns += (columns.empty() ? "" : " and ") + column.origin.shown();
  const std::string child = loop.link.child.shown();
  switch (first.relation.tie) {
    case Tie::foreign_key:
      return "Foreign key " + first.relation.foreign_key + " ties " + columns + " to " + child;
    case Tie::sibling:
      return columns + " and " + child + " refer to the same key";
    case Tie::same_column:
      return "The rows were already read, and " + child + " reads them again";
    case Tie::names:
    case Tie::name_end:
    case Tie::none:
      break;
  }
  if (loop.link.polymorphic)
    return columns + " leads to " + child + " where " + loop.link.composite.front().origin.shown() +
           " says so";
  if (loop.link.high_entropy) return child + " can have its values only from " + columns;
  return columns + " and " + child + " are tied by their names";
}

std::string others(const LoopCase& loop) {
  std::string columns;
  for (const FeedingColumn& column : loop.link.alternatives)
    columns += (columns.empty() ? "" : " or ") + column.origin.shown();
  return columns.empty() ? columns : " They may as well have come from " + columns + ".";
}

std::string outcome(const LoopCase& loop) {
  const std::string now = count(loop.link.rounds(), "statement");
  if (loop.ask == Ask::some_rows)
    return now +
           " become one, which takes LIMIT per row; the bare relation would still ask per row";
  if (loop.ask == Ask::exists) return now + " become one that looks for all rows at once";
  if (loop.ask == Ask::aggregate) return now + " become one with GROUP BY";
  if (loop.filtered)
    return now + " become one for all rows" +
           (loop.conditions ? ", its further conditions included" : "") +
           "; the bare relation would still ask per row";
  if (loop.link.direction == Direction::refetch) {
    std::string names;
    for (const std::string& name : missing_columns(loop))
      names += (names.empty() ? "" : ", ") + name;
    return now + " become none when the first one reads " +
           (names.empty() ? "all it needs" : names + " too");
  }
  if (loop.link.direction == Direction::forward && !loop.link.polymorphic && loop.named)
    return now + " become none, as a join brings their rows along in the first one";
  return now + " become one for all rows";
}

}  // namespace

bool LoopCase::to_one() const {
  if (link.direction == Direction::forward || link.direction == Direction::refetch) return true;
  return catalog != nullptr && link.child.column && catalog->is_unique(*link.child.column);
}

const Catalog::Table* find_table(const TableName& table, const Catalog* catalog) {
  if (catalog == nullptr || !table.known()) return nullptr;
  return catalog->table(table.schema, table.name);
}

TableName table_of(const Origin& origin, const Catalog* catalog) {
  if (catalog != nullptr && origin.column) {
    if (const Catalog::Table* table = catalog->table(origin.column->table))
      return {table->in_search_path ? "" : table->schema, table->name};
  }
  const std::size_t dot = origin.table.find('.');
  if (dot == std::string::npos) return {"", origin.table};
  return {origin.table.substr(0, dot), origin.table.substr(dot + 1)};
}

LoopCase make_case(const LoopLink& link, const Links& links, const Catalog* catalog, Orm orm) {
  LoopCase loop{link, *links.loops[link.loop].statement, *link.parent.statement, catalog};
  for (const FeedingColumn& column : link.columns)
    loop.parent_columns.push_back(column.origin.name);
  if (!link.columns.empty()) loop.parent_table = table_of(link.columns.front().origin, catalog);
  loop.child_table = table_of(link.child, catalog);
  loop.child_column = link.child.name;
  ColumnUse linked;
  const std::vector<Predicate>& fed = links.loops[link.loop].fed();
  if (link.predicate < fed.size()) linked = fed[link.predicate].column;
  if (linked.table < loop.child.tables.size()) {
    const TableUse& use = loop.child.tables[linked.table];
    loop.child_table = {use.schema, use.name};
    loop.child_column = linked.column;
  }
  if (!link.columns.empty()) loop.key = key_of(link, link.columns.front(), catalog);
  loop.named = names_table(loop.parent, loop.parent_table) &&
               names_table(loop.child, table_of(link.child, catalog));
  loop.related = is_related(loop);
  find_target(loop, linked);

  loop.ask = what_is_asked(loop);
  loop.ordered = loop.child.ordered && loop.ask == Ask::rows && !loop.to_one();
  const std::size_t tables = link.direction == Direction::many_to_many ? 2 : 1;
  const std::optional<std::size_t> predicates = only_link_predicates(loop);
  const Statement& child = loop.child;
  loop.conditions = !predicates || !where_is_link(loop, *predicates, orm);
  loop.filtered = loop.conditions || child.tables.size() != tables || child.grouped ||
                  child.distinct || child.set_operation || child.locking || child.offset_slot ||
                  reads_part(loop);
  return loop;
}

std::vector<std::string> selected_columns(const LoopCase& loop) {
  std::vector<std::string> names;
  for (const OutputColumn& output : loop.parent.outputs) {
    if (output.star) return {};
    if (!output.origin || output.origin->table >= loop.parent.tables.size()) continue;
    if (loop.parent.tables[output.origin->table].name == loop.child_table.name)
      names.push_back(output.origin->column);
  }
  return names;
}

std::vector<std::string> missing_columns(const LoopCase& loop) {
  const std::vector<std::string> had = selected_columns(loop);
  if (had.empty()) return {};
  std::vector<std::string> missing;
  for (const OutputColumn& output : loop.child.outputs) {
    if (output.star || !output.origin) return {};
    if (std::find(had.begin(), had.end(), output.origin->column) == had.end())
      missing.push_back(output.origin->column);
  }
  return missing;
}

Advice advise(const LoopLink& link, const Links& links, const Window& window,
              const Catalog* catalog) {
  const Statement& child = *links.loops[link.loop].statement;
  if (child.kind != StatementKind::select || link.columns.empty()) return {};
  Orm orm = guess_orm(window, child);
  if (orm == Orm::unknown) orm = guess_orm(window, *link.parent.statement);

  std::vector<const LoopLink*> nest{&link};  // innermost first
  while (nest.back()->outer && nest.size() <= links.links.size())
    nest.push_back(&links.links[*nest.back()->outer]);
  std::vector<LoopCase> loops;
  for (auto at = nest.rbegin(); at != nest.rend(); ++at)
    if (!(*at)->columns.empty()) loops.push_back(make_case(**at, links, catalog, orm));
  const LoopCase& loop = loops.back();

  OrmWords words = advise_orm(orm, loops);
  Advice advice;
  advice.sql = advise_sql(loop);
  advice.orm = to_string(orm);
  advice.code = std::move(words.code);
  // What mends one of several explanations may not be what happened.
  advice.sure = words.sure && link.alternatives.empty();
  advice.why = proof(loop) + ": " + outcome(loop) + words.remark + "." + others(loop);
  return advice;
}

}  // namespace onetrip
