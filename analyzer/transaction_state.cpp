#include "analyzer/transaction_state.hpp"

#include <algorithm>

namespace onetrip {

namespace {

// A savepoint nested deeper than this is a program's own business, and its stack is not kept.
constexpr std::size_t deepest = 64;

bool writes(const Execution& execution, const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::insert:
    case StatementKind::update:
    case StatementKind::delete_:
    case StatementKind::merge:
      return execution.rows > 0;
    default:
      return false;
  }
}

bool checks_constraints(const Statement& statement) {
  return statement.kind == StatementKind::set &&
         statement.normalized == "SET CONSTRAINTS ALL DEFERRED";
}

}  // namespace

void TransactionState::settle(const Execution& execution) {
  if (execution.pipelined || execution.ordinal > 0) return;
  const bool told = execution.status_before != TransactionStatus::idle;
  if (open_ && !told) end();
  open_ = told;
}

void TransactionState::end() {
  *this = TransactionState();
}

std::uint32_t TransactionState::savepoint() const {
  if (stack_.empty() || stack_.front().rolled_back) return 0;
  return stack_.front().ordinal;
}

TransactionState::Change TransactionState::follow(const Execution& execution,
                                                  const Statement& statement,
                                                  std::string_view name) {
  if (execution.outcome != Outcome::completed) return Change::none;
  if (statement.kind == StatementKind::rollback) return roll_back(execution);
  checked_constraints_ = checks_constraints(statement);
  switch (statement.kind) {
    case StatementKind::begin:
      if (open_) return Change::none;
      open_ = true;
      return Change::began;
    case StatementKind::commit:
      end();
      // COMMIT of a failed transaction is answered with ROLLBACK.
      return execution.command == "ROLLBACK" ? Change::rolled_back : Change::committed;
    case StatementKind::savepoint:
      return enter(name);
    case StatementKind::rollback_to:
      return roll_back_to(name);
    case StatementKind::release:
      release(name);
      return Change::none;
    default:
      if (statement.noise) return Change::none;
      ++statements_;
      wrote_ |= writes(execution, statement);
      if (!stack_.empty() && stack_.front().rolled_back) {
        // Work goes on under a savepoint that was rolled back to: it is a retry, not a test's end.
        stack_.front().rolled_back = false;
        all_rolled_back_ = isolates_ = false;
      }
      return Change::none;
  }
}

TransactionState::Change TransactionState::roll_back(const Execution& execution) {
  const bool healthy = open_ && execution.status_before != TransactionStatus::failed;
  const bool undoes = healthy && (wrote_ || checked_constraints_);
  end();
  return undoes ? Change::undone : Change::rolled_back;
}

TransactionState::Change TransactionState::enter(std::string_view name) {
  if (!open_) return Change::none;
  if (!stack_.empty() && stack_.front().rolled_back) stack_.clear();
  if (stack_.size() >= deepest) return Change::none;
  const bool first_level = stack_.empty();
  if (first_level) ++entered_;
  stack_.push_back({std::string(name), entered_, false});
  return first_level && isolates_ ? Change::entered : Change::none;
}

TransactionState::Change TransactionState::roll_back_to(std::string_view name) {
  const auto found = innermost(name);
  if (found == stack_.end()) return Change::none;
  stack_.erase(found + 1, stack_.end());
  if (stack_.size() > 1 || stack_.front().rolled_back) return Change::none;
  stack_.front().rolled_back = true;
  if (isolates_) return Change::left;
  if (!all_rolled_back_ || entered_ != 2) return Change::none;
  isolates_ = true;
  return Change::recognised;
}

void TransactionState::release(std::string_view name) {
  const auto found = innermost(name);
  if (found == stack_.end()) return;
  if (found == stack_.begin() && !found->rolled_back) all_rolled_back_ = isolates_ = false;
  stack_.erase(found, stack_.end());
}

std::vector<TransactionState::Savepoint>::iterator TransactionState::innermost(
    std::string_view name) {
  const auto found = std::find_if(stack_.rbegin(), stack_.rend(),
                                  [&](const Savepoint& one) { return one.name == name; });
  return found == stack_.rend() ? stack_.end() : std::prev(found.base());
}

}  // namespace onetrip
