#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// Follows the transactions of one session, and the savepoints that lie directly in them. For every
/// execution: settle(), then whatever is asked about it, then follow().
///
/// A test framework that runs each test in a savepoint of one long transaction (Django's TestCase)
/// is known by this: the second first-level savepoint too is ended by ROLLBACK TO, as all were.
/// From then on isolates() holds, until a savepoint is released with what was done in it.
///
/// One that gives each test a transaction (pytest-django, Rails, and most others) is known by its
/// end: nothing failed, and yet what was written is undone; or Django has checked the constraints
/// just before. Sessions and pools end a transaction by ROLLBACK too, but those have only read.
class TransactionState {
 public:
  /// What an execution did to the borders of windows.
  enum class Change : std::uint8_t {
    none,
    began,  ///< a transaction
    committed,
    rolled_back,
    undone,      ///< rolled back as tests do: that request is over
    entered,     ///< a first-level savepoint, while isolates() holds
    left,        ///< rolled back to it, while isolates() holds
    recognised,  ///< isolates() holds from now on: savepoints 1 and 2 were each a test
  };

  /// Takes what ReadyForQuery told before the execution; what pipelining left untold is known from
  /// the statements.
  void settle(const Execution& execution);
  /// `name`: of the savepoint.
  Change follow(const Execution& execution, const Statement& statement, std::string_view name);

  bool open() const { return open_; }
  /// Statements that are no noise, in the open transaction, so far.
  std::uint64_t statements() const { return statements_; }
  /// The first-level savepoint that the next statement runs under, counted from 1 in its
  /// transaction; 0 when none.
  std::uint32_t savepoint() const;
  bool isolates() const { return isolates_; }

 private:
  struct Savepoint {
    std::string name;
    std::uint32_t ordinal = 0;
    bool rolled_back = false;
  };

  void end();
  Change roll_back(const Execution& execution);
  Change enter(std::string_view name);
  Change roll_back_to(std::string_view name);
  void release(std::string_view name);
  std::vector<Savepoint>::iterator innermost(std::string_view name);

  bool open_ = false, isolates_ = false;
  bool wrote_ = false;                ///< rows, in this transaction
  bool checked_constraints_ = false;  ///< by the last statement, as Django's tests do
  bool all_rolled_back_ = true;       ///< every first-level savepoint that ended
  std::uint32_t entered_ = 0;         ///< first-level savepoints of this transaction
  std::uint64_t statements_ = 0;
  std::vector<Savepoint> stack_;  ///< outermost first
};

}  // namespace onetrip
