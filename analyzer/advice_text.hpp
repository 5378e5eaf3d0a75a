#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/advice_case.hpp"
#include "analyzer/sql_words.hpp"

namespace onetrip {

/// Where a child's text compares the link's column with its slot.
struct Spot {
  std::size_t begin = 0, end = 0;  ///< bytes of the text
  std::string column;              ///< as the text writes it
  std::string cast;                ///< of the slot: "::INTEGER"
  std::size_t placeholder = 0;     ///< index of the word
};

/// Statement::normalized, to be written anew: placeholders are numbered from $2 on, $1 being the
/// array of all the parent's values.
class ChildText {
 public:
  explicit ChildText(const LoopCase& loop);

  const std::optional<Spot>& spot() const { return spot_; }
  bool has(std::string_view keyword) const {
    return std::any_of(words_.begin(), words_.end(),
                       [&](const SqlWord& w) { return w.is(keyword); });
  }
  /// One SELECT of one level, in which a condition may be widened to all of the parent's values.
  bool is_flat() const;
  /// Begin of the keyword at the outermost level, or the text's end.
  std::size_t place(std::string_view keyword) const {
    const std::size_t i = find_keyword(words_, keyword);
    return i < words_.size() ? words_[i].begin : end();
  }
  std::size_t after_select() const { return words_[0].end(); }
  /// LIMIT of a lookup by a unique column, and what follows, are no use for many.
  std::size_t before_limit() const {
    return std::min({place("limit"), place("offset"), place("fetch")});
  }
  /// Bytes [begin, end) with `condition` in the spot's place.
  std::string write(std::size_t begin, std::size_t end, const std::string& condition);
  std::size_t end() const {
    if (words_.empty()) return 0;
    const bool semicolon = words_.back().is(";");
    return semicolon ? words_.back().begin : words_.back().end();
  }

 private:
  bool can_be_rewritten() const;
  void find_spot();
  bool match_before(std::size_t value);
  bool match_after(std::size_t value);
  std::size_t column_begin(std::size_t last) const;
  bool is_link_column(std::size_t i) const {
    return words_[i].is_name() && words_[i].name() == loop_.child_column;
  }
  std::string text_between(std::size_t first, std::size_t last) const {
    return std::string(text_.substr(words_[first].begin, words_[last].end() - words_[first].begin));
  }

  const LoopCase& loop_;
  std::string_view text_;
  std::vector<SqlWord> words_;
  std::vector<std::size_t> slots_;
  std::optional<Spot> spot_;
  std::map<std::string, int, std::less<>> numbers_;
  int next_number_ = 2;
};

}  // namespace onetrip
