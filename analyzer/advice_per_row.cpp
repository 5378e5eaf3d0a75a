#include <string_view>
#include <utility>

#include "analyzer/advice_names.hpp"
#include "analyzer/advice_step.hpp"

namespace onetrip {
namespace {

bool by_column(const LoopCase& loop) {
  return loop.link.direction == Direction::reverse;
}

/// The functions that every ORM has words for, with a plain column or, to count, none.
bool is_plain(const Aggregate& aggregate) {
  if (aggregate.star) return aggregate.function == "count";
  for (const std::string_view known : {"count", "sum", "avg", "min", "max"})
    if (aggregate.function == known) return !aggregate.column.empty();
  return false;
}

/// "book" of book_id: the property of a class that holds the row instead of its key.
std::string property_of(const std::string& column) {
  NameWords words = words_of_name(column);
  if (words.size() < 2 || words.back() != "id") return {};
  words.pop_back();
  return camel(words);
}

std::string rails(const LoopCase& loop, const Step& step) {
  if (!by_column(loop) || loop.ask == Ask::some_rows) return {};
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

std::string laravel(const LoopCase& loop, const Step& step) {
  const std::string name = "'" + step.relation() + "'";
  const std::string model = step.model + "::";
  const std::string further = "fn ($query) => $query->";
  if (loop.ask == Ask::rows)
    return model + "with([" + name + " => " + further +
           (loop.filtered ? "where(...)" : "orderBy(...)") + "])";
  if (loop.ask == Ask::some_rows) return {};  // before version 11 LIMIT would count over all
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

std::string sqlalchemy(const LoopCase& loop, const Step& step) {
  if (!by_column(loop) || loop.ask == Ask::some_rows) return {};
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

/// An include takes conditions, an order and how many of a list; of a single row it takes none.
std::string prisma(const LoopCase& loop, const Step& step) {
  if (step.to_one) return {};
  const std::string find = "prisma." + camel(words_of_name(step.model)) + ".findMany({ include: { ";
  const std::string where = loop.filtered ? "where: { ... }" : "";
  if (loop.ask == Ask::rows || loop.ask == Ask::some_rows) {
    std::string how = where;
    if (loop.child.ordered) how += (how.empty() ? "" : ", ") + std::string("orderBy: { ... }");
    if (loop.ask == Ask::some_rows) how += (how.empty() ? "" : ", ") + std::string("take: ...");
    return how.empty() ? "" : find + step.relation() + ": { " + how + " } } })";
  }
  const Aggregate aggregate = read_aggregate(loop.child);
  if (loop.ask == Ask::exists || (aggregate.star && aggregate.function == "count"))
    return find + "_count: { select: { " + step.relation() + ": " +
           (loop.filtered ? "{ " + where + " }" : "true") + " } } } })";
  if (!by_column(loop) || !is_plain(aggregate)) return {};
  const std::string key = camel(words_of_name(loop.child_column));
  return "prisma." + camel(words_of_name(step.other)) + ".groupBy({ by: [\"" + key +
         "\"], where: { " + key + ": { in: ids }" + (loop.filtered ? ", ..." : "") + " }, _" +
         aggregate.function + ": { " + camel(words_of_name(aggregate.column)) + ": true } })";
}

std::string gorm(const LoopCase& loop, const Step& step) {
  if (loop.ask == Ask::some_rows) return {};  // LIMIT would count over all rows
  if (loop.ask == Ask::rows)
    return "db.Preload(\"" + step.relation() + "\", func(db *gorm.DB) *gorm.DB { return db" +
           (loop.filtered ? ".Where(...)" : "") + (loop.child.ordered ? ".Order(...)" : "") + " })";
  if (!by_column(loop)) return {};
  const std::string& column = loop.child_column;
  const std::string of = "db.Model(&" + step.other + "{})";
  const std::string where =
      ".Where(\"" + column + " IN ?\", ids)" + (loop.filtered ? ".Where(...)" : "");
  if (loop.ask == Ask::exists)
    return of + ".Distinct()" + where + ".Pluck(\"" + column + "\", &found)";
  const Aggregate aggregate = read_aggregate(loop.child);
  if (!is_plain(aggregate)) return {};
  return of + ".Select(\"" + column + ", " + aggregate.function + "(" +
         (aggregate.star ? "*" : aggregate.column) + ")\")" + where + ".Group(\"" + column +
         "\").Find(&found)";
}

std::string typeorm(const LoopCase& loop, const Step& step) {
  const std::string repository = camel(words_of_name(step.model)) + "Repository";
  if (loop.ask == Ask::rows) {
    if (!loop.filtered)
      return repository + ".find({ relations: { " + step.relation() + ": true }, order: { " +
             step.relation() + ": { ... } } })";
    const std::string alias = camel(words_of_name(step.model));
    return repository + ".createQueryBuilder(\"" + alias + "\").leftJoinAndSelect(\"" + alias +
           "." + step.relation() + "\", \"" + step.relation() + "\", \"...\").getMany()";
  }
  if (!by_column(loop) || loop.ask == Ask::some_rows) return {};
  const std::string column = "r." + loop.child_column;
  const std::string of =
      camel(words_of_name(step.other)) + "Repository.createQueryBuilder(\"r\").select(\"";
  const std::string where =
      ".where(\"" + column + " IN (:...ids)\", { ids })" + (loop.filtered ? ".andWhere(...)" : "");
  if (loop.ask == Ask::exists)
    return of + "DISTINCT " + column + "\", \"key\")" + where + ".getRawMany()";
  const Aggregate aggregate = read_aggregate(loop.child);
  if (!is_plain(aggregate)) return {};
  return of + column + "\", \"key\").addSelect(\"" + aggregate.function + "(" +
         (aggregate.star ? "*" : "r." + aggregate.column) + ")\", \"value\")" + where +
         ".groupBy(\"" + column + "\").getRawMany()";
}

/// `separate` asks once for all parents, also where LIMIT counts for each. Which alias the
/// association has, if any, the wire does not show.
std::string sequelize(const LoopCase& loop, const Step& step) {
  const bool list = by_column(loop) && !step.to_one;
  if (loop.ask == Ask::rows || loop.ask == Ask::some_rows) {
    if (loop.ask == Ask::some_rows && !list) return {};
    if (!list && !loop.filtered) return {};
    return step.model + ".findAll({ include: [{ association: ..." +
           (list ? ", separate: true" : "") + (loop.filtered ? ", where: { ... }" : "") +
           (!list ? ", required: false" : "") +
           (list && loop.child.ordered ? ", order: [...]" : "") +
           (loop.ask == Ask::some_rows ? ", limit: ..." : "") + " }] })";
  }
  if (!by_column(loop)) return {};
  const std::string& column = loop.child_column;
  const std::string where = "where: { " + column + ": ids" + (loop.filtered ? ", ..." : "") + " }";
  const std::string group = ", group: [\"" + column + "\"] })";
  if (loop.ask == Ask::exists)
    return step.other + ".findAll({ attributes: [\"" + column + "\"], " + where + group;
  const Aggregate aggregate = read_aggregate(loop.child);
  if (!is_plain(aggregate)) return {};
  if (aggregate.star) return step.other + ".count({ " + where + group;
  return step.other + ".findAll({ attributes: [\"" + column + "\", [fn(\"" + aggregate.function +
         "\", col(\"" + aggregate.column + "\")), \"value\"]], " + where + group;
}

std::string hibernate(const LoopCase& loop, const Step& step) {
  const std::string property = property_of(loop.child_column);
  if (!by_column(loop) || loop.ask == Ask::some_rows || property.empty()) return {};
  const std::string parents = camel(words_of_name(loop.parent_table.name));
  const std::string key = "c." + property;
  const std::string from = " FROM " + step.other + " c WHERE " + key + " IN :" + parents +
                           (loop.filtered ? " AND ..." : "");
  if (loop.ask == Ask::rows) return "SELECT c" + from + (loop.child.ordered ? " ORDER BY ..." : "");
  const std::string id = key + "." + camel(words_of_name(loop.parent_columns.front()));
  if (loop.ask == Ask::exists) return "SELECT DISTINCT " + id + from;
  const Aggregate aggregate = read_aggregate(loop.child);
  if (!is_plain(aggregate)) return {};
  const std::string of = aggregate.star ? "c" : "c." + camel(words_of_name(aggregate.column));
  return "SELECT " + id + ", " + aggregate.function + "(" + of + ")" + from + " GROUP BY " + id;
}

}  // namespace

std::string advise_per_row(Orm orm, const LoopCase& loop, const Step& step) {
  switch (orm) {
    case Orm::rails:
      return rails(loop, step);
    case Orm::laravel:
      return laravel(loop, step);
    case Orm::sqlalchemy:
      return sqlalchemy(loop, step);
    case Orm::prisma:
      return prisma(loop, step);
    case Orm::gorm:
      return gorm(loop, step);
    case Orm::typeorm:
      return typeorm(loop, step);
    case Orm::sequelize:
      return sequelize(loop, step);
    case Orm::hibernate:
      return hibernate(loop, step);
    case Orm::django:
    case Orm::unknown:
      break;
  }
  return {};
}

}  // namespace onetrip
