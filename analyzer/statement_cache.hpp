#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"
#include "analyzer/scan.hpp"
#include "analyzer/statement.hpp"
#include "analyzer/tags.hpp"

namespace onetrip {

/// One run of one statement of a text: the shape, and what differs from run to run. Good for being
/// used again and again: its vectors keep their capacity.
struct Resolved {
  StatementPtr statement;   ///< null before the first fill()
  std::vector<Slot> slots;  ///< one per slot of the statement; literals and parameters alike
  std::vector<ValueHash> elements;  ///< of array and list slots
  SharedTags tags;                  ///< of all comments of the text, shared by all texts that
                                    ///< have the same; never null after fill()
  std::string trace_id;             ///< of a traceparent; empty when tags->trace_id holds it
  std::string name;  ///< run-time name of a cursor, savepoint or SQL-prepared statement

  /// What SET, SET LOCAL, RESET or set_config names: `onetrip.request = x` → "onetrip.request", in
  /// lower case; RESET ALL gives "all". Empty for any other statement.
  std::string setting;
  std::string setting_text;        ///< its value, only for onetrip.* settings; empty after RESET
  std::uint64_t setting_hash = 0;  ///< keyed hash of any setting's value; 0 when reset or not known
};

/// Text → Statement, without asking libpg_query twice about one shape. Three levels: by hash of the
/// exact text (what the text's literals and comments say is kept with it, as hashes and tags, never
/// as text); by layout, where texts differ in literals and trace ids alone; then by skeleton (our
/// own one-pass scan). A text whose literals may change is kept when it comes twice, or where a
/// layout explains it, when it comes often. Each bounded in bytes, oldest out first. Worker thread
/// only.
class StatementCache {
 public:
  struct Limits {
    std::size_t text_bytes = 16U << 20;  ///< texts, layouts and what comments say
    std::size_t shape_bytes = 64U << 20;
    std::size_t longest_parsed = 64U << 10;  ///< a longer shape (lists count as two elements) is
                                             ///< not given to libpg_query
  };
  struct Counters {
    std::uint64_t text_hits = 0;                           ///< texts
    std::uint64_t shape_hits = 0;                          ///< statements of texts that were new
    std::uint64_t layout_hits = 0;                         ///< … of these, found by layout
    std::uint64_t parsed = 0;                              ///< calls to libpg_query
    std::uint64_t too_long = 0, too_deep = 0, syntax = 0;  ///< shapes that it did not understand
    std::uint64_t cut_text = 0;  ///< statements that end in an open quote or comment
  };

  StatementCache(const ValueHasher& hasher, Limits limits);
  ~StatementCache();

  /// The statements of one text. Immutable.
  class Text;

  /// The statements of a text, in order (one but for simple Query), empty ones left out; a text
  /// without any gives one of kind empty. `text_hash` is ValueHasher::bytes of the text: where the
  /// cache knows it, the text is not looked at and may be empty (Execution::text). The result is
  /// valid until the next call.
  const Text& resolve(std::string_view text, std::uint64_t text_hash, StringSyntax syntax);
  /// It will be asked for in a moment: prefetch()es where it would be.
  void expect(std::uint64_t text_hash) const;

  static std::size_t size(const Text& text);

  /// Statement `ordinal` of a text with the parameters of one execution filled in. False, and `out`
  /// as it was, when the text has no such statement.
  static bool fill(const Text& text, std::uint32_t ordinal, const Execution& execution,
                   Resolved& out);

  const Counters& counters() const { return counters_; }
  std::size_t bytes() const;
  std::size_t shapes() const;
  /// Shapes that had to go; they are parsed again when they come.
  std::uint64_t forgotten_shapes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  Counters counters_;
};

/// Facts of statements, straight: for `onetrip fingerprint` and tests. Text of several statements
/// gives several.
std::vector<Statement> describe(std::string_view sql);

}  // namespace onetrip
