#include <algorithm>
#include <iterator>
#include <optional>

#include "analyzer/advice_case.hpp"
#include "analyzer/advice_names.hpp"

namespace onetrip {
namespace {

/// How an ORM spells the names of relations, and what it says when there are none to say.
struct Dialect {
  Orm orm;
  std::string (*spell)(const NameWords& words);
  std::string_view general;
  bool plural_tables;  ///< its custom; a table that is none was named by hand
};

constexpr Dialect dialects[] = {
    {Orm::sqlalchemy, snake, ".options(selectinload(...))", false},
    {Orm::rails, snake, ".includes(...)", true},
    {Orm::laravel, camel, "->with(...)", true},
    {Orm::prisma, camel, "include: { ... }", false},
    {Orm::gorm, pascal, ".Preload(...)", true},
    {Orm::typeorm, camel, "relations: { ... }", false},
    {Orm::hibernate, camel, "LEFT JOIN FETCH ...", false},
    {Orm::sequelize, pascal, "include: [...]", false},
};

/// From a model over a relation to another model.
struct Step {
  std::string model, relation, other;
  bool to_one = false, forward = false;
};

std::optional<Step> step_of(const LoopCase& loop, const Dialect& dialect) {
  const Direction direction = loop.link.direction;
  if (!loop.related || loop.composite() || loop.parent_columns.size() != 1 ||
      direction == Direction::refetch || !loop.parent_table.known() || !loop.target.known())
    return std::nullopt;
  if (dialect.plural_tables && (!is_plural(loop.parent_table.name) || !is_plural(loop.target.name)))
    return std::nullopt;
  NameWords relation = words_of_name(loop.target.name);
  if (direction == Direction::forward) {
    relation = words_of_name(loop.parent_columns[0]);
    if (relation.size() < 2 || relation.back() != "id") return std::nullopt;
    relation.pop_back();
  } else {
    relation.back() = singular(relation.back());
    if (!loop.to_one()) relation.back() = plural(relation.back());
  }
  return Step{model_name(loop.parent_table.name), dialect.spell(relation),
              model_name(loop.target.name), loop.to_one(), direction == Direction::forward};
}

using Steps = std::vector<Step>;

/// The way down to the innermost loop: from the outermost list if every loop on it is a bare
/// relation. None when the innermost has no name.
std::optional<Steps> steps_of(const std::vector<LoopCase>& loops, const Dialect& dialect) {
  Steps steps;
  for (const LoopCase& loop : loops) {
    std::optional<Step> step = step_of(loop, dialect);
    const bool innermost = &loop == &loops.back();
    if (!step || (!innermost && !loop.bare())) {
      if (innermost) return std::nullopt;
      steps.clear();
      continue;
    }
    steps.push_back(std::move(*step));
  }
  return steps;
}

/// a, between, b, end, and `close` for each level but the first.
std::string nested(const Steps& steps, std::string_view between, std::string_view end,
                   std::string_view close) {
  std::vector<std::string> names;
  for (const Step& step : steps) names.push_back(step.relation);
  std::string text = join(names, between);
  text += end;
  for (std::size_t i = 1; i < steps.size(); ++i) text += close;
  return text;
}

std::string first_lower(const std::string& model) {
  return camel(words_of_name(model));
}

std::string sqlalchemy(const Steps& steps) {
  std::vector<std::string> loads;
  for (const Step& step : steps)
    loads.push_back((step.to_one ? "joinedload(" : "selectinload(") + step.model + "." +
                    step.relation + ")");
  return "select(" + steps[0].model + ").options(" + join(loads, ".") + ")";
}

std::string rails(const Steps& steps) {
  std::string text = ":" + steps.back().relation;
  for (std::size_t i = steps.size() - 1; i-- > 0;) {
    const bool braces = i + 2 < steps.size();
    text = steps[i].relation + ": " + (braces ? "{ " + text + " }" : text);
  }
  return steps[0].model + ".includes(" + text + ")";
}

std::string hibernate(const Steps& steps) {
  if (steps.size() > 1) return "@EntityGraph(attributePaths = \"" + nested(steps, ".", "\")", "");
  const std::string alias = lower(steps[0].model.substr(0, 1));
  return "SELECT " + alias + " FROM " + steps[0].model + " " + alias + " LEFT JOIN FETCH " + alias +
         "." + steps[0].relation;
}

std::string sequelize(const Steps& steps) {
  std::string text = steps.back().other;
  for (std::size_t i = steps.size() - 1; i-- > 0;)
    text = "{ model: " + steps[i].other + ", include: [" + text + "] }";
  return steps[0].model + ".findAll({ include: [" + text + "] })";
}

std::string eager_load(Orm orm, const Steps& steps) {
  const std::string& model = steps[0].model;
  switch (orm) {
    case Orm::sqlalchemy:
      return sqlalchemy(steps);
    case Orm::rails:
      return rails(steps);
    case Orm::hibernate:
      return hibernate(steps);
    case Orm::sequelize:
      return sequelize(steps);
    case Orm::laravel:
      return model + "::with('" + nested(steps, ".", "')", "");
    case Orm::gorm:
      return "db.Preload(\"" + nested(steps, ".", "\")", "");
    case Orm::prisma:
      return "prisma." + first_lower(model) + ".findMany({ include: { " +
             nested(steps, ": { include: { ", ": true", " } }") + " } })";
    case Orm::typeorm:
      return first_lower(model) + "Repository.find({ relations: { " +
             nested(steps, ": { ", ": true", " }") + " } })";
    case Orm::django:
    case Orm::unknown:
      break;
  }
  return {};
}

/// A value per row of the parent, or rows that more than the link decides.
std::string rails_for_all(const LoopCase& loop, const Step& step) {
  if (loop.link.direction != Direction::reverse || loop.ask == Ask::some_rows) return {};
  const std::string& column = loop.child_column;
  const std::string parents = snake(words_of_name(loop.parent_table.name));
  const std::string where =
      step.other + ".where(" + column + ": " + parents + ")" + (loop.filtered ? ".where(...)" : "");
  const std::string group = where + ".group(:" + column + ")";
  if (loop.ask == Ask::rows)
    return where + (loop.filtered ? "" : ".order(...)") + ".group_by(&:" + column + ")";
  if (loop.ask == Ask::exists) return where + ".distinct.pluck(:" + column + ")";
  const Aggregate aggregate = read_aggregate(loop.child);
  if (aggregate.star && aggregate.function == "count") return group + ".count";
  if (aggregate.column.empty()) return {};
  for (const auto& [sql, ruby] : {std::pair{"sum", "sum"}, std::pair{"avg", "average"},
                                  std::pair{"min", "minimum"}, std::pair{"max", "maximum"}})
    if (aggregate.function == sql) return group + "." + ruby + "(:" + aggregate.column + ")";
  return {};
}

std::string laravel_for_all(const LoopCase& loop, const Step& step) {
  const std::string name = "'" + step.relation + "'";
  const std::string model = step.model + "::";
  const std::string further = "fn ($query) => $query->";
  if (loop.ask == Ask::rows)
    return model + "with([" + name + " => " + further +
           (loop.filtered ? "where(...)" : "orderBy(...)") + "])";
  if (loop.ask == Ask::some_rows) return {};
  const std::string of = loop.filtered ? "[" + name + " => " + further + "where(...)]" : name;
  if (loop.ask == Ask::exists) return model + "withExists(" + of + ")";
  const Aggregate aggregate = read_aggregate(loop.child);
  if (aggregate.star && aggregate.function == "count") return model + "withCount(" + of + ")";
  for (const std::string_view known : {"sum", "avg", "min", "max"})
    if (aggregate.function == known && !aggregate.column.empty())
      return model + "with" + pascal({aggregate.function}) + "(" + of + ", '" + aggregate.column +
             "')";
  return {};
}

std::string sqlalchemy_for_all(const LoopCase& loop, const Step& step) {
  if (loop.link.direction != Direction::reverse || loop.ask == Ask::some_rows) return {};
  const std::string column = step.other + "." + loop.child_column;
  const std::string where = ".where(" + column + ".in_(...)" + (loop.filtered ? ", ..." : "") + ")";
  if (loop.ask == Ask::rows)
    return "select(" + step.other + ")" + where + (loop.ordered ? ".order_by(...)" : "");
  if (loop.ask == Ask::exists) return "select(" + column + ")" + where + ".distinct()";
  const Aggregate aggregate = read_aggregate(loop.child);
  if (!aggregate.star && aggregate.column.empty()) return {};
  const std::string of = aggregate.star ? "" : step.other + "." + aggregate.column;
  return "select(" + column + ", func." + aggregate.function + "(" + of + "))" + where +
         ".group_by(" + column + ")";
}

OrmWords refetch(const LoopCase& loop, Orm orm) {
  if (orm != Orm::sqlalchemy || !loop.related || loop.filtered) return {};
  const std::vector<std::string> missing = missing_columns(loop);
  if (missing.empty())
    return {"Session(expire_on_commit=False)", false, ", if a commit in between expired them"};
  const std::string model = model_name(loop.child_table.name);
  std::vector<std::string> columns;
  for (const std::string& name : missing) columns.push_back("undefer(" + model + "." + name + ")");
  return {"select(" + model + ").options(" + join(columns, ", ") + ")", false,
          "; the names are likely"};
}

OrmWords for_all(const LoopCase& loop, const Step& step, Orm orm) {
  std::string code;
  if (orm == Orm::rails) code = rails_for_all(loop, step);
  if (orm == Orm::laravel) code = laravel_for_all(loop, step);
  if (orm == Orm::sqlalchemy) code = sqlalchemy_for_all(loop, step);
  if (code.empty()) return {};
  return {std::move(code), false, "; the names in the code are likely, by the tables' names"};
}

}  // namespace

OrmWords advise_orm(Orm orm, const std::vector<LoopCase>& loops) {
  if (orm == Orm::django) return advise_django(loops);
  const auto* const dialect = std::find_if(std::begin(dialects), std::end(dialects),
                                           [&](const Dialect& one) { return one.orm == orm; });
  if (dialect == std::end(dialects)) return {};
  const LoopCase& loop = loops.back();
  if (loop.link.direction == Direction::refetch) return refetch(loop, orm);
  const std::optional<Steps> steps = steps_of(loops, *dialect);
  if (!steps) {
    if (!loop.bare()) return {};
    return {std::string(dialect->general), false,
            "; its name in your models cannot be told from here"};
  }
  if (!loop.bare()) return for_all(loop, steps->back(), orm);
  // Rails and Laravel make the column's name of the relation's, so the key speaks for both.
  const bool by_column =
      (orm == Orm::rails || orm == Orm::laravel) &&
      std::all_of(steps->begin(), steps->end(), [](const Step& step) { return step.forward; });
  std::vector<std::string> names;
  for (const Step& step : *steps) names.push_back(step.relation);
  std::string remark;
  if (!by_column) remark = "; the relation is likely named " + join(names, ", then ");
  return {eager_load(orm, *steps), by_column, std::move(remark)};
}

}  // namespace onetrip
