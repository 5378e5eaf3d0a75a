#include <algorithm>
#include <iterator>
#include <optional>

#include "analyzer/advice_names.hpp"
#include "analyzer/advice_step.hpp"

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

std::optional<Step> step_of(const LoopCase& loop, const Dialect& dialect) {
  const Direction direction = loop.link.direction;
  const bool forward = direction == Direction::forward;
  if (!loop.related || loop.composite() || direction == Direction::refetch ||
      (loop.parent_columns.size() != 1 && !forward) || !loop.parent_table.known() ||
      !loop.target.known())
    return std::nullopt;
  // A list of links that joins what they lead to: which of the two the relation is, is not told.
  if (direction == Direction::reverse && loop.child.tables.size() > 1) return std::nullopt;
  if (dialect.plural_tables && (!is_plural(loop.parent_table.name) || !is_plural(loop.target.name)))
    return std::nullopt;
  Step step{
      model_name(loop.parent_table.name), model_name(loop.target.name), {}, loop.to_one(), forward};
  if (!forward) {
    NameWords relation = words_of_name(loop.target.name);
    relation.back() = singular(relation.back());
    if (!loop.to_one()) relation.back() = plural(relation.back());
    step.relations.push_back(dialect.spell(relation));
    return step;
  }
  for (const std::string& column : loop.parent_columns) {
    NameWords relation = words_of_name(column);
    if (relation.size() < 2 || relation.back() != "id") return std::nullopt;
    relation.pop_back();
    step.relations.push_back(dialect.spell(relation));
  }
  return step;
}

using Steps = std::vector<Step>;

/// The way down to the innermost loop: from the outermost list if every loop on it is a bare
/// relation. None when the innermost has no name.
std::optional<Steps> steps_of(const std::vector<LoopCase>& loops, const Dialect& dialect) {
  Steps steps;
  for (const LoopCase& loop : loops) {
    std::optional<Step> step = step_of(loop, dialect);
    const bool innermost = &loop == &loops.back();
    const bool passed = step && step->relations.size() == 1 && loop.bare();
    if (!step || (!innermost && !passed)) {
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
  for (const Step& step : steps) names.push_back(step.relation());
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
                    step.relation() + ")");
  return "select(" + steps[0].model + ").options(" + join(loads, ".") + ")";
}

std::string rails(const Steps& steps) {
  std::string text = ":" + steps.back().relation();
  for (std::size_t i = steps.size() - 1; i-- > 0;) {
    const bool braces = i + 2 < steps.size();
    text = steps[i].relation() + ": " + (braces ? "{ " + text + " }" : text);
  }
  return steps[0].model + ".includes(" + text + ")";
}

std::string hibernate(const Steps& steps) {
  if (steps.size() > 1) return "@EntityGraph(attributePaths = \"" + nested(steps, ".", "\")", "");
  const std::string alias = lower(steps[0].model.substr(0, 1));
  return "SELECT " + alias + " FROM " + steps[0].model + " " + alias + " LEFT JOIN FETCH " + alias +
         "." + steps[0].relation();
}

/// Several keys of one table: what is said of each, between what is said once.
std::string eager_load_each(Orm orm, const Step& step) {
  const auto each = [&](std::string_view before, std::string_view after, std::string_view between) {
    std::vector<std::string> parts;
    for (const std::string& relation : step.relations)
      parts.push_back(std::string(before) + relation + std::string(after));
    return join(parts, between);
  };
  const std::string instance = first_lower(step.model), alias = instance.substr(0, 1);
  switch (orm) {
    case Orm::sqlalchemy:
      return "select(" + step.model + ").options(" +
             each("joinedload(" + step.model + ".", ")", ", ") + ")";
    case Orm::rails:
      return step.model + ".includes(" + each(":", "", ", ") + ")";
    case Orm::hibernate:
      return "SELECT " + alias + " FROM " + step.model + " " + alias +
             each(" LEFT JOIN FETCH " + alias + ".", "", "");
    case Orm::laravel:
      return step.model + "::with([" + each("'", "'", ", ") + "])";
    case Orm::gorm:
      return "db" + each(".Preload(\"", "\")", "");
    case Orm::prisma:
      return "prisma." + instance + ".findMany({ include: { " + each("", ": true", ", ") + " } })";
    case Orm::typeorm:
      return instance + "Repository.find({ relations: { " + each("", ": true", ", ") + " } })";
    case Orm::sequelize:
    case Orm::django:
    case Orm::unknown:
      break;
  }
  return {};
}

std::string eager_load(Orm orm, const Steps& steps) {
  const std::string& model = steps[0].model;
  // An association with an alias is included by it alone, one without by the model alone: anything
  // else throws, and the wire does not show which it is.
  if (orm == Orm::sequelize) return model + ".findAll({ include: [...] })";
  if (steps.back().relations.size() > 1)
    return steps.size() == 1 ? eager_load_each(orm, steps[0]) : std::string();
  switch (orm) {
    case Orm::sqlalchemy:
      return sqlalchemy(steps);
    case Orm::rails:
      return rails(steps);
    case Orm::hibernate:
      return hibernate(steps);
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
    case Orm::sequelize:
    case Orm::django:
    case Orm::unknown:
      break;
  }
  return {};
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

OrmWords per_row(const LoopCase& loop, const Step& step, Orm orm) {
  if (step.relations.size() > 1) return {};
  std::string code = advise_per_row(orm, loop, step);
  if (code.empty()) return {};
  return {std::move(code), false, "; the names in the code are likely, by the tables' names"};
}

/// Rows of several tables: only what loads each table apart will do, never a join.
OrmWords polymorphic(Orm orm) {
  std::string code;
  if (orm == Orm::django) code = ".prefetch_related(...)";
  if (orm == Orm::rails) code = ".preload(...)";
  if (orm == Orm::laravel) code = "->with(...)";
  if (code.empty()) return {};
  return {std::move(code), false, "; its name in your models cannot be told from here"};
}

}  // namespace

OrmWords advise_orm(Orm orm, const std::vector<LoopCase>& loops) {
  if (loops.back().link.polymorphic) return polymorphic(orm);
  if (orm == Orm::django) return advise_django(loops);
  const auto* const dialect = std::find_if(std::begin(dialects), std::end(dialects),
                                           [&](const Dialect& one) { return one.orm == orm; });
  if (dialect == std::end(dialects)) return {};
  const LoopCase& loop = loops.back();
  if (loop.link.direction == Direction::refetch) return refetch(loop, orm);
  std::optional<Steps> steps = steps_of(loops, *dialect);
  // A query in Hibernate's language stands alone: rows that a loop brought have none to extend.
  if (orm == Orm::hibernate && steps && steps->size() < loops.size()) steps.reset();
  if (!steps) {
    if (!loop.bare()) return {};
    return {std::string(dialect->general), false,
            "; its name in your models cannot be told from here"};
  }
  if (!loop.bare()) return per_row(loop, steps->back(), orm);
  // Rails and Laravel make the column's name of the relation's, so the key speaks for both.
  const bool by_column =
      (orm == Orm::rails || orm == Orm::laravel) &&
      std::all_of(steps->begin(), steps->end(), [](const Step& step) { return step.forward; });
  std::vector<std::string> names;
  for (const Step& step : *steps) names.push_back(join(step.relations, " and "));
  std::string code = eager_load(orm, *steps);
  if (code.empty()) return {};
  std::string remark;
  if (orm == Orm::sequelize)
    remark = "; the association's alias, if it has one, cannot be told from here";
  else if (!by_column)
    remark = "; the relation is likely named " + join(names, ", then ");
  return {std::move(code), by_column, std::move(remark)};
}

}  // namespace onetrip
