#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proxy/session/operation.hpp"
#include "proxy/session/result.hpp"

namespace onetrip {

/// A prepared statement as the server holds it.
struct PreparedStatement {
  std::string name;  ///< empty: the unnamed one
  std::string text;
  std::uint64_t text_hash = 0;
  bool truncated = false;
  bool names_setting = false;                  ///< its text names an `onetrip.` setting
  std::vector<std::uint32_t> parameter_types;  ///< declared by Parse, completed by its description
  ResultShape shape;                           ///< known once it was described
  bool passes_on = false;  ///< unnamed: its description may hold for its next Parse, too

  std::size_t footprint() const;
  /// Takes the types of a ParameterDescription, whose body this is.
  void describe_parameters(Bytes body);

 private:
  friend class StatementRef;
  friend class PreparedStatements;
  std::uint32_t references_ = 0;
  std::size_t counted_ = 0;  // its part of the limit; 0: not in the map
};

/// Counted reference, within one thread: a portal keeps its statement when that is closed.
class StatementRef {
 public:
  StatementRef() = default;
  static StatementRef make() { return StatementRef(new PreparedStatement); }
  StatementRef(const StatementRef& other) : StatementRef(other.statement_) {}
  StatementRef(StatementRef&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)) {}
  StatementRef& operator=(StatementRef other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  ~StatementRef() {
    if (statement_ != nullptr && --statement_->references_ == 0) delete statement_;
  }

  explicit operator bool() const { return statement_ != nullptr; }
  PreparedStatement& operator*() const { return *statement_; }
  PreparedStatement* operator->() const { return statement_; }
  PreparedStatement* get() const { return statement_; }
  bool is_only_one() const { return statement_ != nullptr && statement_->references_ == 1; }

 private:
  explicit StatementRef(PreparedStatement* statement) : statement_(statement) {
    if (statement_ != nullptr) ++statement_->references_;
  }

  PreparedStatement* statement_ = nullptr;
};

/// The prepared statements of a session, bounded in bytes: the oldest is forgotten, and what runs
/// through it then has no text. Changed when the server's answer says so, never before.
class PreparedStatements {
 public:
  explicit PreparedStatements(std::size_t limit) : limit_(limit) {}

  /// Empty if there is none, or it was forgotten. The empty name is the unnamed statement.
  StatementRef find(std::string_view name) const;
  /// The same, null if there is none; good until the next change.
  const PreparedStatement* peek(std::string_view name) const;
  /// The unnamed statement, where its description holds for this Parse of it, too: the text is the
  /// same, neither declares types, and nothing ran since the server described it. Else null.
  /// Drivers without a statement cache (asyncpg) describe it, then parse it again to bind it.
  const PreparedStatement* still_described(const Operation& parse) const;
  /// A statement has run, which may have changed a table or search_path, and so any description.
  void ran() {
    if (unnamed_) unnamed_->passes_on = false;
  }
  /// A statement to be filled for commit(); that of the unnamed one, emptied, if nobody needs it.
  StatementRef blank(std::string_view name);
  void commit(StatementRef statement);
  /// A description has made it larger. May forget others.
  void recount(PreparedStatement& statement);

  void close(std::string_view name);
  void close_all_named();

  std::size_t size() const { return by_name_.size() + (unnamed_ ? 1 : 0); }
  /// Bytes of the named ones.
  std::size_t bytes() const { return bytes_; }
  std::size_t footprint() const;

 private:
  using Order = std::list<StatementRef>;
  void forget(Order::iterator place);
  void keep_limit();

  std::size_t limit_;
  std::size_t bytes_ = 0;
  Order oldest_first_;
  std::unordered_map<std::string_view, Order::iterator> by_name_;  // names are in the statements
  StatementRef unnamed_;
  mutable StatementRef latest_;  // of the named ones, that was asked for: mostly the next, too
};

}  // namespace onetrip
