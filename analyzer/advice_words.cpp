#include "analyzer/advice_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "analyzer/advice_names.hpp"

namespace onetrip {
namespace {

/// {Model}, {model} and {models} are the table's names in the ORM's code, {column} and {columns}
/// those that are compared and set. In the order of Deed; empty where the ORM would still send a
/// statement per row.
struct Phrases {
  Orm orm;
  std::array<std::string_view, 5> of;
  bool plural_tables;  ///< its custom; a table that is none was named by hand
};

constexpr Phrases phrases[] = {
    {Orm::sqlalchemy,
     {"select({Model}).where({Model}.{column}.in_(values))", "insert({Model}).values([...])", "",
      "update({Model}).where({Model}.{column}.in_(values)).values(...)",
      "delete({Model}).where({Model}.{column}.in_(values))"},
     false},
    {Orm::rails,
     {"{Model}.where({column}: values)", "{Model}.insert_all([...])", "{Model}.upsert_all([...])",
      "{Model}.where({column}: values).update_all(...)",
      "{Model}.where({column}: values).delete_all"},
     true},
    {Orm::laravel,
     {"{Model}::whereIn('{column}', $values)->get()", "{Model}::insert([...])",
      "{Model}::upsert([...], ['{column}'], [{'columns'}])",
      "{Model}::whereIn('{column}', $values)->update([...])",
      "{Model}::whereIn('{column}', $values)->delete()"},
     true},
    {Orm::prisma,
     {"prisma.{model}.findMany({ where: { {column}: { in: values } } })",
      "prisma.{model}.createMany({ data: [...] })", "",
      "prisma.{model}.updateMany({ where: { {column}: { in: values } }, data: { ... } })",
      "prisma.{model}.deleteMany({ where: { {column}: { in: values } } })"},
     false},
    {Orm::gorm,
     {"db.Where(\"{column} IN ?\", values).Find(&{models})", "db.Create(&{models})",
      "db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&{models})",
      "db.Model(&{Model}{}).Where(\"{column} IN ?\", values).Updates(...)",
      "db.Where(\"{column} IN ?\", values).Delete(&{Model}{})"},
     true},
    {Orm::typeorm,
     {"{model}Repository.findBy({ {column}: In(values) })", "{model}Repository.insert([...])",
      "{model}Repository.upsert([...], [\"{column}\"])",
      "{model}Repository.update({ {column}: In(values) }, { ... })",
      "{model}Repository.delete({ {column}: In(values) })"},
     false},
    {Orm::hibernate,
     {"SELECT e FROM {Model} e WHERE e.{column} IN :values",
      "hibernate.jdbc.batch_size=50, with reWriteBatchedInserts=true in the JDBC URL", "",
      "UPDATE {Model} e SET ... WHERE e.{column} IN :values",
      "DELETE FROM {Model} e WHERE e.{column} IN :values"},
     false},
    {Orm::sequelize,
     {"{Model}.findAll({ where: { {column}: values } })", "{Model}.bulkCreate([...])",
      "{Model}.bulkCreate([...], { updateOnDuplicate: [{\"columns\"}] })",
      "{Model}.update({ ... }, { where: { {column}: values } })",
      "{Model}.destroy({ where: { {column}: values } })"},
     false},
};

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

std::string quoted(const std::vector<std::string>& names, std::string_view quote) {
  std::vector<std::string> all;
  for (const std::string& name : names)
    all.push_back(std::string(quote) + name + std::string(quote));
  return join(all, ", ");
}

std::string written(std::string_view phrase, const Bulk& bulk) {
  std::string text(phrase);
  const std::string model = model_name(bulk.table.name);
  const NameWords words = words_of_name(model);
  NameWords many = words;
  if (!many.empty()) many.back() = plural(many.back());
  replace_all(text, "{Model}", model);
  replace_all(text, "{model}", camel(words));
  replace_all(text, "{models}", camel(many));
  replace_all(text, "{column}", bulk.column);
  replace_all(text, "{'columns'}", quoted(bulk.changed, "'"));
  replace_all(text, "{\"columns\"}", quoted(bulk.changed, "\""));
  return text;
}

OrmWords django(const Bulk& bulk, const Catalog* catalog) {
  const std::string base = django_manager(bulk.table, catalog);
  OrmWords words;
  words.sure = !base.empty();
  const std::string filter = base + ".filter(" + bulk.column + "__in=values)";
  switch (bulk.deed) {
    case Deed::look_up:
      words.code = bulk.primary_key ? base + ".in_bulk(values)" : filter;
      break;
    case Deed::insert:
      words.code = base + ".bulk_create([...])";
      break;
    case Deed::update:
      if (!bulk.primary_key) return {};
      words.code = base + ".bulk_update([...], [" + quoted(bulk.changed, "\"") + "])";
      break;
    case Deed::update_same:
      words.code = filter + ".update(...)";
      break;
    case Deed::remove:
      words.code = filter + ".delete()";
      break;
  }
  return words;
}

}  // namespace

OrmWords bulk_words(Orm orm, const Bulk& bulk, const Catalog* catalog) {
  if (!bulk.table.known()) return {};
  if (orm == Orm::django) return django(bulk, catalog);
  const auto* const known = std::find_if(std::begin(phrases), std::end(phrases),
                                         [&](const Phrases& one) { return one.orm == orm; });
  if (known == std::end(phrases)) return {};
  if (known->plural_tables && !is_plural(bulk.table.name)) return {};
  const std::string_view phrase = known->of[static_cast<std::size_t>(bulk.deed)];
  if (phrase.empty()) return {};
  OrmWords words{written(phrase, bulk), false, "; the model is likely named so"};
  if (bulk.deed == Deed::update) words.remark += ", and an upsert wants whole rows";
  return words;
}

}  // namespace onetrip
