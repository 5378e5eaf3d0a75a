#include "analyzer/view_rule.hpp"

#include <charconv>
#include <limits>

namespace onetrip {

// ({QUERY :commandType 1 … :targetList ({TARGETENTRY :expr {VAR …} :resno 1 :resname id
//  :ressortgroupref 0 :resorigtbl 16385 :resorigcol 1 :resjunk false} …) …})
// A node is `{TYPE :field value …}`; special characters in names are escaped with a backslash.

namespace {

constexpr int query_depth = 1, entry_depth = 2;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

bool is_bracket(char c) {
  return c == '{' || c == '}' || c == '(' || c == ')';
}

/// Cuts the text into brackets and words.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  /// Empty at the end.
  std::string_view next() {
    while (here_ < text_.size() && is_space(text_[here_])) ++here_;
    const std::size_t from = here_;
    if (here_ < text_.size() && is_bracket(text_[here_])) return text_.substr(here_++, 1);
    while (here_ < text_.size() && !is_space(text_[here_]) && !is_bracket(text_[here_])) {
      here_ += text_[here_] == '\\' ? 2U : 1U;
    }
    if (here_ > text_.size()) here_ = text_.size();
    return text_.substr(from, here_ - from);
  }

 private:
  std::string_view text_;
  std::size_t here_ = 0;
};

std::uint32_t number(std::string_view word) {
  std::uint32_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value);
  return value;
}

bool is_attribute(std::uint32_t value) {
  return value > 0 && value <= std::uint32_t{std::numeric_limits<std::int16_t>::max()};
}

struct Entry {
  std::uint32_t resno = 0, table = 0, attribute = 0;
};

}  // namespace

std::unordered_map<std::int16_t, Column> view_columns(std::string_view rule) {
  std::unordered_map<std::int16_t, Column> columns;
  Words words(rule);
  int depth = 0;
  bool in_targets = false;
  Entry entry;
  std::string_view field;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word == "{") {
      if (++depth == entry_depth) entry = {};
    } else if (word == "}") {
      if (depth-- == entry_depth && in_targets && is_attribute(entry.resno) && entry.table != 0 &&
          is_attribute(entry.attribute)) {
        columns[static_cast<std::int16_t>(entry.resno)] = {
            entry.table, static_cast<std::int16_t>(entry.attribute)};
      }
    } else if (word.front() == ':') {
      if (depth == query_depth) in_targets = word == ":targetList";
      field = word;
    } else if (depth == entry_depth) {
      if (field == ":resno") entry.resno = number(word);
      if (field == ":resorigtbl") entry.table = number(word);
      if (field == ":resorigcol") entry.attribute = number(word);
    }
    if (depth <= 0 && word == "}") break;
  }
  return columns;
}

}  // namespace onetrip
