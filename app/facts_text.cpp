#include "app/facts_text.hpp"

#include <array>
#include <boost/json.hpp>

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

/// In the order of StatementKind.
constexpr std::array<std::string_view, 30> kinds{
    "select",  "insert",       "update", "delete",   "merge",     "values",
    "table",   "begin",        "commit", "rollback", "savepoint", "rollback_to",
    "release", "set",          "reset",  "show",     "discard",   "declare_cursor",
    "fetch",   "close_cursor", "copy",   "prepare",  "execute",   "deallocate",
    "explain", "ddl",          "listen", "lock",     "empty",     "other"};
static_assert(kinds[static_cast<std::size_t>(StatementKind::copy)] == "copy");
static_assert(kinds[static_cast<std::size_t>(StatementKind::other)] == "other");

std::string_view operator_text(Predicate::Op op) {
  switch (op) {
    case Predicate::Op::equal:
      return "=";
    case Predicate::Op::in_list:
      return "in";
    case Predicate::Op::any_array:
      return "= any";
    case Predicate::Op::less:
      return "<";
    case Predicate::Op::greater:
      return ">";
    case Predicate::Op::not_equal:
      return "<>";
    case Predicate::Op::like:
      return "like";
    case Predicate::Op::other:
      break;
  }
  return "other";
}

std::string table_name(const TableUse& table) {
  return table.schema.empty() ? table.name : table.schema + "." + table.name;
}

std::string column_name(const Statement& statement, const ColumnUse& column) {
  if (column.table >= statement.tables.size()) return column.column;
  return table_name(statement.tables[column.table]) + "." + column.column;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array tables_json(const Statement& statement) {
  json::array out;
  for (const TableUse& table : statement.tables) {
    json::object one{{"name", table_name(table)}, {"alias", text_or_null(table.alias)}};
    one["written"] = table.written;
    out.push_back(std::move(one));
  }
  return out;
}

json::array predicates_json(const Statement& statement) {
  json::array out;
  for (const Predicate& predicate : statement.predicates) {
    out.push_back(json::object{{"column", column_name(statement, predicate.column)},
                               {"operator", operator_text(predicate.op)},
                               {"slot", predicate.slot}});
  }
  return out;
}

json::array joins_json(const Statement& statement) {
  json::array out;
  for (const JoinEdge& join : statement.joins) {
    out.push_back(json::object{{"left", column_name(statement, join.left)},
                               {"right", column_name(statement, join.right)}});
  }
  return out;
}

/// The outermost FROM, table by table; those of one group are connected by conditions.
json::array from_json(const Statement& statement) {
  json::array out;
  for (const FromTable& from : statement.from) {
    const bool table = from.table < statement.tables.size();
    out.push_back(
        json::object{{"table", table ? json::value(table_name(statement.tables[from.table]))
                                     : json::value(nullptr)},
                     {"group", from.group}});
  }
  return out;
}

json::array patterns_json(const Statement& statement) {
  json::array out;
  for (const Pattern& pattern : statement.patterns)
    out.push_back(
        json::object{{"column", column_name(statement, pattern.column)}, {"slot", pattern.slot}});
  return out;
}

json::array traits_json(const Statement& statement) {
  json::array out;
  const auto add = [&](bool holds, const char* name) {
    if (holds) out.emplace_back(name);
  };
  add(statement.has_where, "where");
  add(statement.only_slot_equality, "only_equality");
  add(statement.aggregate, "aggregate");
  add(statement.grouped, "grouped");
  add(statement.distinct, "distinct");
  add(statement.ordered, "ordered");
  add(statement.limited, "limited");
  add(statement.random_order, "random_order");
  add(statement.locking, "locking");
  add(statement.skip_locked, "skip_locked");
  add(statement.impure, "impure");
  add(statement.set_operation, "set_operation");
  add(statement.multi_row_values, "many_rows");
  add(statement.returning, "returning");
  add(statement.data_modifying_cte, "data_modifying_cte");
  add(statement.noise, "noise");
  add(statement.pool_marker, "pool_marker");
  add(statement.set_up, "set_up");
  return out;
}

void add_line(std::string& out, std::string_view key, const std::string& text) {
  if (text.empty()) return;
  std::string padded(key);
  padded.resize(13, ' ');
  out += padded + printable(text) + "\n";
}

std::string joined(const json::array& list, const auto& write) {
  std::string out;
  for (const json::value& item : list) out += (out.empty() ? "" : ", ") + write(item);
  return out;
}

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string().c_str()) : "";
}

}  // namespace

json::object statement_facts_json(const Statement& statement) {
  json::object out;
  out["fingerprint"] = statement.fingerprint;
  out["summary"] = statement.summary;
  out["kind"] = kinds[static_cast<std::size_t>(statement.kind)];
  out["normalized"] = statement.normalized;
  out["slots"] = statement.slots;
  out["tables"] = tables_json(statement);
  out["predicates"] = predicates_json(statement);
  out["joins"] = joins_json(statement);
  out["from"] = from_json(statement);
  out["patterns"] = patterns_json(statement);
  out["traits"] = traits_json(statement);
  out["parsed"] = statement.parsed;
  out["unparsed_reason"] = text_or_null(statement.unparsed_reason);
  out["pg_fingerprint"] = text_or_null(statement.pg_fingerprint);
  return out;
}

std::string statement_text(const Statement& statement) {
  std::string out;
  add_line(out, "fingerprint", statement.fingerprint);
  add_line(out, "summary", statement.summary);
  add_line(out, "kind", std::string(kinds[static_cast<std::size_t>(statement.kind)]));
  add_line(out, "normalized", statement.normalized);
  add_line(out, "tables", joined(tables_json(statement), [](const json::value& table) {
             const std::string alias = text(table.at("alias"));
             return text(table.at("name")) + (alias.empty() ? "" : " as " + alias) +
                    (table.at("written").get_bool() ? " (written)" : "");
           }));
  add_line(out, "predicates", joined(predicates_json(statement), [](const json::value& predicate) {
             return text(predicate.at("column")) + " " + text(predicate.at("operator")) + " slot " +
                    std::to_string(predicate.at("slot").to_number<unsigned>());
           }));
  add_line(out, "joins", joined(joins_json(statement), [](const json::value& join) {
             return text(join.at("left")) + " = " + text(join.at("right"));
           }));
  add_line(out, "traits", joined(traits_json(statement), text));
  add_line(out, "not parsed", statement.unparsed_reason);
  add_line(out, "pg_query", statement.pg_fingerprint);
  return out;
}

}  // namespace onetrip
