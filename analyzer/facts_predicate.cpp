#include <charconv>

#include "analyzer/facts_reader.hpp"
#include "analyzer/statement_text.hpp"

namespace onetrip {
namespace {

std::optional<Predicate::Op> op_of(std::string_view symbol) {
  if (symbol == "=") return Predicate::Op::equal;
  if (symbol == "<" || symbol == "<=") return Predicate::Op::less;
  if (symbol == ">" || symbol == ">=") return Predicate::Op::greater;
  if (symbol == "<>") return Predicate::Op::not_equal;
  return std::nullopt;
}

Predicate::Op turned(Predicate::Op op) {
  if (op == Predicate::Op::less) return Predicate::Op::greater;
  if (op == Predicate::Op::greater) return Predicate::Op::less;
  return op;
}

std::optional<std::int64_t> number_in(const tree::object& constant) {
  if (const auto* integer = tree::object_in(constant, "ival")) {
    const tree::value* number = tree::member(*integer, "ival");
    if (number == nullptr || !number->is_int64()) return std::nullopt;
    return number->get_int64();
  }
  const auto* text = tree::object_in(constant, "sval");
  const auto* decimal = tree::object_in(constant, "fval");
  if (text == nullptr && decimal == nullptr) return std::nullopt;
  const std::string digits =
      text != nullptr ? tree::text_in(*text, "sval") : tree::text_in(*decimal, "fval");
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

/// A value of the statement, through any cast.
std::optional<std::uint16_t> FactsReader::slot(const tree::value* node) const {
  while (const tree::object* cast = tree::as(node, "TypeCast")) node = tree::member(*cast, "arg");
  std::optional<std::int64_t> number;
  if (const tree::object* parameter = tree::as(node, "ParamRef")) {
    const tree::value* written = tree::member(*parameter, "number");
    if (written != nullptr && written->is_int64()) number = written->get_int64();
  } else if (const tree::object* constant = tree::as(node, "A_Const")) {
    number = number_in(*constant);
  }
  if (!number || *number < 1 || *number > statement_.slots) return std::nullopt;
  return static_cast<std::uint16_t>(slot_of_number(*number));
}

/// A plain column. A cast makes it something else: `id::text` is not what an index holds.
std::optional<ColumnUse> FactsReader::column(const tree::value* node, const Scope& scope) const {
  const tree::object* reference = tree::as(node, "ColumnRef");
  if (reference == nullptr) return std::nullopt;
  return scope.resolve(*reference);
}

void FactsReader::read_where(const tree::value* where, const Scope& scope, QueryFacts& query) {
  if (where == nullptr) return;
  const bool only_equality = read_condition(*where, Position::inner, scope, query);
  query.only_slot_equality = only_equality && (!query.has_where || query.only_slot_equality);
  query.has_where = true;
  collect(*where, &scope);
}

/// True when the condition is nothing but equality with slots.
bool FactsReader::read_condition(const tree::value& node, Position position, const Scope& scope,
                                 QueryFacts& query) {
  if (const tree::object* both = tree::as(node, "BoolExpr")) {
    if (tree::text_in(*both, "boolop") != "AND_EXPR") return false;
    bool only_equality = true;
    for (const tree::value& part : tree::list_in(*both, "args")) {
      only_equality = read_condition(part, position, scope, query) && only_equality;
    }
    return only_equality;
  }
  const tree::object* expression = tree::as(node, "A_Expr");
  return expression != nullptr && read_comparison(*expression, position, scope, query);
}

bool FactsReader::read_comparison(const tree::object& expression, Position position,
                                  const Scope& scope, QueryFacts& query) {
  const std::string kind = tree::text_in(expression, "kind");
  if (kind == "AEXPR_OP" || kind == "AEXPR_NOT_DISTINCT") {
    return read_operator(expression, position, scope, query);
  }
  if (position == Position::outer) return false;
  if (kind == "AEXPR_IN") return read_in(expression, scope, query);
  if (kind == "AEXPR_OP_ANY") return read_any(expression, scope, query);
  if (kind == "AEXPR_BETWEEN" || kind == "AEXPR_BETWEEN_SYM") {
    return read_between(expression, scope, query);
  }
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") {
    add_predicate(Predicate::Op::like, tree::member(expression, "lexpr"),
                  tree::member(expression, "rexpr"), scope, query);
  }
  return false;
}

bool FactsReader::read_operator(const tree::object& expression, Position position,
                                const Scope& scope, QueryFacts& query) {
  const tree::value* left = tree::member(expression, "lexpr");
  const tree::value* right = tree::member(expression, "rexpr");
  const auto op = op_of(tree::last_name(tree::list_in(expression, "name")));
  if (!op || left == nullptr || right == nullptr) return false;
  const tree::object* left_row = tree::as(left, "RowExpr");
  const tree::object* right_row = tree::as(right, "RowExpr");
  if (left_row != nullptr && right_row != nullptr && *op == Predicate::Op::equal) {
    return read_rows(tree::list_in(*left_row, "args"), tree::list_in(*right_row, "args"), position,
                     scope, query);
  }
  if (*op == Predicate::Op::equal) {
    auto one = column(left, scope);
    auto other = column(right, scope);
    if (one && other) {
      query.joins.push_back({std::move(*one), std::move(*other)});
      return false;
    }
  }
  if (position == Position::outer) return false;
  const bool known = add_predicate(*op, left, right, scope, query) ||
                     add_predicate(turned(*op), right, left, scope, query);
  return known && *op == Predicate::Op::equal;
}

//   (a, b) = ($1, $2)
bool FactsReader::read_rows(const tree::array& left, const tree::array& right, Position position,
                            const Scope& scope, QueryFacts& query) {
  if (left.size() != right.size()) return false;
  ++row_comparisons_;
  bool complete = true;
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto one = column(&left[i], scope);
    auto other = column(&right[i], scope);
    if (one && other) {
      query.joins.push_back({std::move(*one), std::move(*other)});
      complete = false;
      continue;
    }
    const bool known = position == Position::inner &&
                       (add_predicate(Predicate::Op::equal, &left[i], &right[i], scope, query) ||
                        add_predicate(Predicate::Op::equal, &right[i], &left[i], scope, query));
    if (known) query.predicates.back().row_comparison = row_comparisons_;
    complete = complete && known;
  }
  return complete;
}

//   x IN ($1)     x IN ($1, $1): a list of two or more     (a, b) IN (($1, $2))
bool FactsReader::read_in(const tree::object& expression, const Scope& scope, QueryFacts& query) {
  const tree::object* list = tree::as(tree::member(expression, "rexpr"), "List");
  const tree::value* left = tree::member(expression, "lexpr");
  if (list == nullptr || tree::last_name(tree::list_in(expression, "name")) != "=") return false;
  const tree::array& items = tree::list_in(*list, "items");
  if (items.empty()) return false;
  const tree::object* left_row = tree::as(left, "RowExpr");
  const tree::object* right_row = tree::as(items[0], "RowExpr");
  if (left_row != nullptr && right_row != nullptr && items.size() == 1) {
    return read_rows(tree::list_in(*left_row, "args"), tree::list_in(*right_row, "args"),
                     Position::inner, scope, query);
  }
  const auto value = slot(&items[0]);
  for (const tree::value& item : items) {
    if (slot(&item) != value) return false;
  }
  const auto op = items.size() == 1 ? Predicate::Op::equal : Predicate::Op::in_list;
  return add_predicate(op, left, &items[0], scope, query);
}

//   x = ANY($1)     x = ANY(ARRAY[$1])     x = ANY(ARRAY[$1, $1]): two or more
bool FactsReader::read_any(const tree::object& expression, const Scope& scope, QueryFacts& query) {
  if (tree::last_name(tree::list_in(expression, "name")) != "=") return false;
  const tree::value* left = tree::member(expression, "lexpr");
  const tree::value* right = tree::member(expression, "rexpr");
  const tree::value* bare = right;
  while (const tree::object* cast = tree::as(bare, "TypeCast")) bare = tree::member(*cast, "arg");
  const tree::object* written = tree::as(bare, "A_ArrayExpr");
  if (written == nullptr) {
    return add_predicate(Predicate::Op::any_array, left, right, scope, query);
  }
  const tree::array& items = tree::list_in(*written, "elements");
  if (items.empty()) return false;
  const auto value = slot(&items[0]);
  for (const tree::value& item : items) {
    if (slot(&item) != value) return false;
  }
  const auto op = items.size() == 1 ? Predicate::Op::equal : Predicate::Op::any_array;
  return add_predicate(op, left, &items[0], scope, query);
}

bool FactsReader::read_between(const tree::object& expression, const Scope& scope,
                               QueryFacts& query) {
  const tree::object* list = tree::as(tree::member(expression, "rexpr"), "List");
  if (list == nullptr) return false;
  const tree::array& ends = tree::list_in(*list, "items");
  if (ends.size() != 2) return false;
  const tree::value* left = tree::member(expression, "lexpr");
  add_predicate(Predicate::Op::greater, left, &ends[0], scope, query);
  add_predicate(Predicate::Op::less, left, &ends[1], scope, query);
  return false;
}

bool FactsReader::add_predicate(Predicate::Op op, const tree::value* column_node,
                                const tree::value* slot_node, const Scope& scope,
                                QueryFacts& query) {
  auto use = column(column_node, scope);
  const auto value = slot(slot_node);
  if (!use || !value) return false;
  query.predicates.push_back({op, std::move(*use), *value, 0});
  return true;
}

}  // namespace onetrip
