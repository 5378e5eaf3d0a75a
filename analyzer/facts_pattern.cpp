#include "analyzer/facts_reader.hpp"

namespace onetrip {
namespace {

/// What is compared, without what ORMs put around it so that case does not matter.
const tree::value* bare(const tree::value* node) {
  for (;;) {
    if (const tree::object* cast = tree::as(node, "TypeCast")) {
      node = tree::member(*cast, "arg");
      continue;
    }
    const tree::object* call = tree::as(node, "FuncCall");
    if (call == nullptr) return node;
    const std::string name = tree::last_name(tree::list_in(*call, "funcname"));
    const tree::array& arguments = tree::list_in(*call, "args");
    if ((name != "upper" && name != "lower") || arguments.size() != 1) return node;
    node = &arguments[0];
  }
}

//   '%' || $1 || '%'     concat('%', $1, '%')
const tree::value* beginning(const tree::value* node) {
  for (;;) {
    node = bare(node);
    if (const tree::object* expression = tree::as(node, "A_Expr")) {
      if (tree::last_name(tree::list_in(*expression, "name")) != "||") return node;
      node = tree::member(*expression, "lexpr");
      continue;
    }
    const tree::object* call = tree::as(node, "FuncCall");
    if (call == nullptr) return node;
    const tree::array& arguments = tree::list_in(*call, "args");
    if (tree::last_name(tree::list_in(*call, "funcname")) != "concat" || arguments.empty())
      return node;
    node = &arguments[0];
  }
}

}  // namespace

/// Under NOT no row is found by it.
void FactsReader::read_patterns(const tree::value& condition, const Scope& scope,
                                QueryFacts& query) const {
  if (const tree::object* several = tree::as(condition, "BoolExpr")) {
    if (tree::text_in(*several, "boolop") == "NOT_EXPR") return;
    for (const tree::value& part : tree::list_in(*several, "args"))
      read_patterns(part, scope, query);
    return;
  }
  const tree::object* expression = tree::as(condition, "A_Expr");
  if (expression == nullptr) return;
  const std::string kind = tree::text_in(*expression, "kind");
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") read_like(*expression, scope, query);
}

void FactsReader::read_like(const tree::object& expression, const Scope& scope,
                            QueryFacts& query) const {
  const std::string sign = tree::last_name(tree::list_in(expression, "name"));
  if (sign != "~~" && sign != "~~*") return;  // NOT LIKE
  auto use = column(bare(tree::member(expression, "lexpr")), scope);
  const auto pattern = slot(beginning(tree::member(expression, "rexpr")));
  if (use && pattern) query.patterns.push_back({std::move(*use), *pattern});
}

}  // namespace onetrip
