#include <algorithm>
#include <optional>

#include "analyzer/advice_case.hpp"
#include "analyzer/advice_names.hpp"

// Django names a table <app>_<model>, a key's column <field>_id, a junction <table>_<field>, and
// the way back <model>_set, or <model> where there is at most one. A model may override each of
// them, so a name is given only where the catalog speaks for the default and not against it.

namespace onetrip {
namespace {

struct AppModel {
  std::string app, model;  ///< as in the table's name
};

/// None when the part before the last underscore need not be an app: no other table has it, or it
/// is itself the name of a table.
std::optional<AppModel> app_model(const TableName& table, const Catalog* catalog) {
  const std::size_t border = table.name.rfind('_');
  if (find_table(table, catalog) == nullptr || border == std::string::npos || border == 0 ||
      border + 1 == table.name.size() || table.name != lower(table.name))
    return std::nullopt;
  const std::string app = table.name.substr(0, border);
  bool shared = false;
  for (const Catalog::Table& other : catalog->snapshot().tables) {
    if (other.name == app || other.name == plural(app) || other.name == singular(app))
      return std::nullopt;
    shared = shared || (other.name != table.name && other.name.starts_with(app + "_"));
  }
  if (!shared) return std::nullopt;
  return AppModel{app, table.name.substr(border + 1)};
}

/// shop_orderitem beside shop_order: a class of two words, whose capitals the table's name has
/// lost.
bool is_compound(const AppModel& names, const Catalog& catalog) {
  constexpr std::size_t shortest_word = 3;
  const auto& tables = catalog.snapshot().tables;
  return std::any_of(tables.begin(), tables.end(), [&](const Catalog::Table& other) {
    if (!other.name.starts_with(names.app + "_")) return false;
    const std::string_view model = std::string_view(other.name).substr(names.app.size() + 1);
    return model.size() >= shortest_word && model.size() < names.model.size() &&
           (names.model.starts_with(model) || names.model.ends_with(model));
  });
}

/// "Book.objects"; empty when the class's name cannot be told.
std::string manager(const TableName& table, const Catalog* catalog) {
  const std::optional<AppModel> names = app_model(table, catalog);
  if (!names || is_compound(*names, *catalog)) return {};
  return pascal({names->model}) + ".objects";
}

/// In how many ways rows of `from` refer to rows of `to`: keys, and junctions that `from` owns. Two
/// would have the same default name, so at least one of them has another.
std::size_t ways(const Catalog::Table& from, const Catalog::Table& to, const Catalog& catalog) {
  std::size_t count = 0;
  for (const ForeignKey& key : catalog.snapshot().foreign_keys) {
    if (key.referenced != to.oid) continue;
    if (key.table == from.oid) ++count;
    const Catalog::Table* junction = catalog.table(key.table);
    const bool owned = junction != nullptr && junction->oid != from.oid &&
                       junction->name.starts_with(from.name + "_");
    if (!owned) continue;
    const auto& keys = catalog.snapshot().foreign_keys;
    count += std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& other) {
      return &other != &key && other.table == junction->oid && other.referenced == from.oid;
    });
  }
  return count;
}

/// "book" of the way back from an author to the books; empty when it cannot be told.
std::string reverse_name(const LoopCase& loop, const TableName& table) {
  const std::optional<AppModel> names = app_model(table, loop.catalog);
  const Catalog::Table* from = find_table(table, loop.catalog);
  const Catalog::Table* to = find_table(loop.parent_table, loop.catalog);
  if (!names || from == nullptr || to == nullptr || ways(*from, *to, *loop.catalog) != 1) return {};
  return names->model;
}

std::string field_of(const std::string& column) {
  return column.ends_with("_id") && column.size() > 3 ? column.substr(0, column.size() - 3) : "";
}

/// What Django calls one step of a nest.
struct Step {
  std::vector<std::string>
      paths;               ///< several where two keys lead to one table; none: cannot be told
  bool by_column = false;  ///< named after a column, which a key proves
  bool is_set = false;     ///< the way back by its default name, which queries use without _set
};

/// "genres" of shop_book_genres. A junction that is named after both tables tells no field, nor
/// does any where the table was not named by Django.
Step step_of_field(const LoopCase& loop, const std::string& field) {
  if (!app_model(loop.parent_table, loop.catalog)) return {};
  const std::optional<AppModel> target = app_model(loop.target, loop.catalog);
  if (target && target->model == field) return {};
  return {{field}, false, false};
}

Step step_back(const std::string& model) {
  return model.empty() ? Step{} : Step{{model + "_set"}, false, true};
}

Step step_of_junction(const LoopCase& loop) {
  const std::string& junction = loop.child_table.name;
  const bool same = loop.target == loop.parent_table;
  if (!loop.target.known() || (same && !loop.child_column.starts_with("from_"))) return {};
  const std::string owned = loop.parent_table.name + "_";
  if (junction.starts_with(owned) && junction.size() > owned.size() &&
      !junction.starts_with(loop.target.name + "_"))
    return step_of_field(loop, junction.substr(owned.size()));
  if (same && junction.starts_with(owned))
    return step_of_field(loop, junction.substr(owned.size()));
  if (!junction.starts_with(loop.target.name + "_") || junction.starts_with(owned)) return {};
  return step_back(reverse_name(loop, loop.target));
}

Step step_of(const LoopCase& loop) {
  if (!loop.related || loop.composite()) return {};
  if (loop.link.direction == Direction::many_to_many) return step_of_junction(loop);
  if (loop.link.direction == Direction::reverse) {
    const std::string model = reverse_name(loop, loop.child_table);
    if (model.empty() || !loop.to_one()) return step_back(model);
    return {{model}, false, false};
  }
  Step step{{}, true, false};
  for (const std::string& column : loop.parent_columns) {
    if (field_of(column).empty()) return {};
    step.paths.push_back(field_of(column));
  }
  return step;
}

/// A loop with those around it.
struct Nest {
  std::string manager;  ///< "Author.objects" of the list that the code begins with; may be empty
  std::string prefix;   ///< "book_set__": the way down from there
  bool to_one = true, by_column = true;  ///< all steps, the prefix's too
};

/// From the outermost list if every loop on the way is a bare relation; else from the last that is
/// not.
Nest nest_of(const std::vector<LoopCase>& loops) {
  Nest nest;
  std::size_t first = 0;
  for (std::size_t i = 0; i + 1 < loops.size(); ++i) {
    const Step step = step_of(loops[i]);
    if (loops[i].bare() && step.paths.size() == 1 &&
        loops[i].link.direction != Direction::refetch) {
      nest.prefix += step.paths[0] + "__";
      nest.to_one = nest.to_one && loops[i].to_one();
      nest.by_column = nest.by_column && step.by_column;
    } else {
      nest = {};
      first = i + 1;
    }
  }
  nest.manager = manager(loops[first].parent_table, loops[first].catalog);
  return nest;
}

OrmWords unnamed(std::string code) {
  return {std::move(code), false, "; its name in your models cannot be told from here"};
}

std::string likely(const std::string& names) {
  return "; the name " + names +
         " is likely, Django's default where neither related_name nor db_table was given";
}

std::string in_quotes(const std::vector<std::string>& names) {
  return "\"" + join(names, "\", \"") + "\"";
}

OrmWords refetch(const LoopCase& loop) {
  const std::vector<std::string> missing = missing_columns(loop);
  if (missing.empty() || loop.filtered) return {};
  std::vector<std::string> all = selected_columns(loop);
  all.insert(all.end(), missing.begin(), missing.end());
  const std::string base = manager(loop.child_table, loop.catalog);
  const bool sure = loop.related && !base.empty();
  constexpr std::size_t readable = 6;
  if (all.size() <= readable)
    return {base + ".only(" + in_quotes(all) + ")  # or drop .only()/.defer()", sure, {}};
  return {
      base + ".all()  # drop .defer(), or add " + in_quotes(missing) + " to .only(...)", sure, {}};
}

/// Prefetch("review_set", queryset=Review.objects.filter(...), to_attr="matching_reviews")
std::string prefetch(const LoopCase& loop, const std::string& path, std::string last) {
  const std::string base = manager(loop.target, loop.catalog);
  std::string queryset = "...";
  if (!base.empty()) queryset = base + (loop.filtered ? ".filter(...)" : ".order_by(...)");
  if (last.ends_with("_set")) last = plural(last.substr(0, last.size() - 4));
  return "Prefetch(\"" + path + "\", queryset=" + queryset +
         (loop.filtered ? ", to_attr=\"matching_" + last + "\"" : "") + ")";
}

OrmWords rows(const std::vector<LoopCase>& loops) {
  const LoopCase& loop = loops.back();
  const Step step = step_of(loop);
  const Nest nest = nest_of(loops);
  const bool select = loop.bare() && nest.to_one && loop.to_one();
  if (step.paths.empty()) {
    if (!loop.bare())
      return unnamed(nest.manager + ".prefetch_related(Prefetch(..., queryset=..., to_attr=...))");
    return unnamed(nest.manager + (select ? ".select_related(...)" : ".prefetch_related(...)"));
  }
  std::vector<std::string> paths, prefetches;
  for (const std::string& last : step.paths) {
    paths.push_back(nest.prefix + last);
    prefetches.push_back(prefetch(loop, paths.back(), last));
  }
  OrmWords words;
  words.sure = nest.by_column && step.by_column && loop.bare();
  if (!nest.by_column || !step.by_column) words.remark = likely(join(paths, ", "));
  words.code = nest.manager + (select ? ".select_related(" : ".prefetch_related(") +
               (loop.bare() ? in_quotes(paths) : join(prefetches, ", ")) + ")";
  return words;
}

/// Order.objects.filter(customer=OuterRef("pk")); empty when a name in it cannot be told.
std::string outer_filter(const LoopCase& loop) {
  const std::string base = manager(loop.child_table, loop.catalog);
  const std::string field = field_of(loop.child_column);
  const bool reverse = loop.related && loop.link.direction == Direction::reverse;
  if (base.empty() || field.empty() || !reverse || loop.composite()) return {};
  const bool primary = is_primary_key(loop.link.columns.front().origin, loop.catalog);
  return base + ".filter(" + field + "=OuterRef(\"" +
         (primary ? "pk" : loop.parent_columns.front()) + "\")" + (loop.filtered ? ", ..." : "") +
         ")";
}

OrmWords subquery(const LoopCase& loop) {
  const std::string filter = outer_filter(loop);
  const bool exists = loop.ask == Ask::exists;
  const std::string base = manager(loop.parent_table, loop.catalog) + ".annotate(";
  if (filter.empty())
    return unnamed(base + (exists ? "found=Exists(...))" : "first=Subquery(...))"));
  const std::string model = app_model(loop.child_table, loop.catalog)->model;
  if (exists) return {base + "has_" + model + "=Exists(" + filter + "))", !loop.filtered, {}};
  return {base + model + "_id=Subquery(" + filter + ".order_by(...).values(\"pk\")[:1]))", false,
          "; Subquery brings one value, LATERAL in SQL whole rows"};
}

std::string function_name(const std::string& sql) {
  for (const std::string_view known : {"count", "sum", "avg", "min", "max"})
    if (sql == known) return pascal({sql});
  return {};
}

/// Count("review"), Avg("review__rating")
OrmWords annotate(const LoopCase& loop) {
  const Aggregate aggregate = read_aggregate(loop.child);
  const std::string base = manager(loop.parent_table, loop.catalog) + ".annotate(";
  const std::string function = function_name(aggregate.function);
  const bool junction = loop.link.direction == Direction::many_to_many;
  std::string relation;
  bool by_column = false;
  if (const Step step = step_of(loop); step.paths.size() == 1) {
    const std::string& path = step.paths[0];  // queries name the way back without _set
    by_column = step.by_column;
    relation = step.is_set ? path.substr(0, path.size() - 4) : path;
  }
  const bool own_tables = loop.child.tables.size() == (junction ? 2U : 1U);
  const bool counts = function == "Count" && aggregate.star;
  const bool of_column = !aggregate.column.empty() && !junction;
  const bool forward = loop.link.direction == Direction::forward;
  if (relation.empty() || function.empty() || !own_tables || forward || (!counts && !of_column))
    return unnamed(base + (function.empty() ? "..." : "value=" + function + "(...)") + ")");
  const std::string path = counts ? relation : relation + "__" + aggregate.column;
  const std::string name =
      relation + "_" + (counts ? "" : aggregate.column + "_") + lower(function);
  OrmWords words;
  words.code = base + name + "=" + function + "(\"" + path + "\"" +
               (loop.filtered ? ", filter=Q(...)" : "") + "))";
  words.sure = by_column && !loop.filtered;
  if (!by_column) words.remark = likely(relation);
  return words;
}

}  // namespace

std::string django_manager(const TableName& table, const Catalog* catalog) {
  return manager(table, catalog);
}

OrmWords advise_django(const std::vector<LoopCase>& loops) {
  const LoopCase& loop = loops.back();
  if (loop.link.direction == Direction::refetch) return refetch(loop);
  switch (loop.ask) {
    case Ask::rows:
      return rows(loops);
    case Ask::aggregate:
      return annotate(loop);
    case Ask::exists:
    case Ask::some_rows:
      break;
  }
  return subquery(loop);
}

}  // namespace onetrip
