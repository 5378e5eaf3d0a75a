#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/statement.hpp"
#include "analyzer/tags.hpp"

namespace onetrip {

/// One statement of a text, with what differs from run to run.
struct Resolved {
  StatementPtr statement;
  std::vector<Slot> slots;          ///< one per slot of the statement; literals and parameters alike
  std::vector<ValueHash> elements;  ///< of array and list slots
  Tags tags;                        ///< of all comments of the text
  std::string name;                 ///< run-time name of a cursor, savepoint or SQL-prepared statement
  std::string setting;              ///< `onetrip.request = x` → "onetrip.request"; any SET's name
  std::string setting_text;         ///< its value, only for onetrip.* settings
  std::uint64_t setting_hash = 0;   ///< keyed hash of any setting's value
};

/// Text → Statement, without asking libpg_query twice about one shape. Two levels: by hash of the
/// exact text (what the text's literals and comments say is kept with it, as hashes and tags, never
/// as text), then by skeleton (our own one-pass scan). Each bounded in bytes, oldest out first.
/// Worker thread only.
class StatementCache {
 public:
  struct Limits {
    std::size_t text_bytes = 16U << 20;
    std::size_t shape_bytes = 64U << 20;
    std::size_t longest_parsed = 64U << 10;  ///< longer text is not given to libpg_query
  };
  struct Counters {
    std::uint64_t text_hits = 0, shape_hits = 0, parsed = 0;  ///< parsed: calls to libpg_query
    std::uint64_t too_long = 0, too_deep = 0, syntax = 0, cut_text = 0;
  };

  StatementCache(const ValueHasher& hasher, Limits limits);
  ~StatementCache();

  /// The statements of a text, in order (one but for simple Query), empty ones left out. The result
  /// is valid until the next call. `parameters` are not applied: slots that stand for `$n` come back
  /// through apply().
  struct Piece;
  class Text;
  const Text& resolve(std::string_view text, std::uint64_t text_hash, bool standard_strings);

  /// Piece `ordinal` of a text with the parameters of one execution filled in.
  static bool fill(const Text& text, std::uint32_t ordinal, const Execution& execution, Resolved& out);

  const Counters& counters() const { return counters_; }
  std::size_t bytes() const;
  std::size_t shapes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Counters counters_;
};

/// Facts of one statement, straight: for `onetrip fingerprint` and tests. Text of several statements
/// gives several.
std::vector<Statement> describe(std::string_view sql);

}  // namespace onetrip
