#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "analyzer/facts_scope.hpp"

namespace onetrip {

/// Walks one statement's parse tree. Recursive: the tree's depth was bounded before it was made.
class FactsReader {
 public:
  explicit FactsReader(Statement& statement) : statement_(statement) {}

  void read(const tree::value& statement);

 private:
  /// Where conditions stand: rows that fail an inner one are gone; of an outer join they are not.
  enum class Position : std::uint8_t { inner, outer };

  // facts.cpp: whole statements, DML
  void take(QueryFacts&& query);
  std::optional<QueryFacts> read_query(const tree::value& node, const Scope* outer);
  /// What INSERT, UPDATE, DELETE and MERGE begin with: WITH, and the table that is written.
  Scope read_target(const tree::object& node, const Scope* outer);
  QueryFacts read_insert(const tree::object& node, const Scope* outer);
  QueryFacts read_update(const tree::object& node, const Scope* outer);
  QueryFacts read_delete(const tree::object& node, const Scope* outer);
  QueryFacts read_merge(const tree::object& node, const Scope* outer);
  void read_single_row(const tree::object& insert, const tree::object& select);
  void read_assignments(const tree::object& update);
  void read_returning(const tree::object& node, const Scope& scope, QueryFacts& query);
  void collect(const tree::value& node, const Scope* scope);
  void collect_members(const tree::object& node, const Scope* scope);
  void collect_tables(const tree::value& node);

  // facts_query.cpp: SELECT
  QueryFacts read_select(const tree::object& node, const Scope* outer);
  QueryFacts read_set_operation(const tree::object& node, const Scope& scope);
  bool same_origin(const OutputColumn& one, const OutputColumn& other) const;
  void read_with(const tree::object& node, Scope& scope);
  void read_from(const tree::value& item, Position position, Scope& scope, QueryFacts& query);
  void read_join(const tree::object& join, Position position, Scope& scope, QueryFacts& query);
  void read_using(const tree::object& join, std::size_t first, std::size_t middle, Scope& scope,
                  QueryFacts& query);
  void read_range_var(const tree::object& node, Position position, Scope& scope, QueryFacts& query);
  void add_derived(std::string name, const tree::object* alias, const QueryFacts* facts,
                   Position position, Scope& scope, QueryFacts& query);
  std::uint16_t add_table(const tree::object& range_var);
  FromItem written_table(const tree::object& range_var);
  void read_limits(const tree::object& node, QueryFacts& query);

  // facts_from.cpp: what FROM's items have to do with one another
  static void connect(const tree::value& condition, Scope& scope);
  static void connect_mentioned(const tree::value& node, Scope& scope,
                                std::optional<std::size_t>& first);
  /// What will be the scope's next item refers to others: a lateral subquery, a function.
  static void connect_new_item(const tree::value& item, Scope& scope);
  static std::vector<FromTable> from_tables(Scope& scope);

  // facts_pattern.cpp: LIKE
  void read_patterns(const tree::value& condition, const Scope& scope, QueryFacts& query) const;
  void read_like(const tree::object& expression, const Scope& scope, QueryFacts& query) const;

  // facts_predicate.cpp: conditions
  void read_where(const tree::value* where, const Scope& scope, QueryFacts& query);
  bool read_condition(const tree::value& node, Position position, const Scope& scope,
                      QueryFacts& query);
  bool read_comparison(const tree::object& expression, Position position, const Scope& scope,
                       QueryFacts& query);
  bool read_operator(const tree::object& expression, Position position, const Scope& scope,
                     QueryFacts& query);
  bool read_rows(const tree::array& left, const tree::array& right, Position position,
                 const Scope& scope, QueryFacts& query);
  bool read_in(const tree::object& expression, const Scope& scope, QueryFacts& query);
  bool read_any(const tree::object& expression, const Scope& scope, QueryFacts& query);
  bool read_between(const tree::object& expression, const Scope& scope, QueryFacts& query);
  bool add_predicate(Predicate::Op op, const tree::value* column, const tree::value* slot,
                     const Scope& scope, QueryFacts& query);
  std::optional<ColumnUse> column(const tree::value* node, const Scope& scope) const;
  std::optional<std::uint16_t> slot(const tree::value* node) const;

  // facts_output.cpp: what a query gives
  void read_outputs(const tree::array& targets, const Scope& scope, QueryFacts& query) const;
  void add_star(const tree::object& column_ref, const Scope& scope, QueryFacts& query) const;
  void read_aggregates(const tree::object& select, QueryFacts& query) const;
  void read_exists(const tree::object& select, const Scope& scope, QueryFacts& query);

  Statement& statement_;
  std::uint16_t row_comparisons_ = 0;
  std::deque<QueryFacts> common_facts_;  ///< of all WITH queries: CommonTable points here
};

}  // namespace onetrip
