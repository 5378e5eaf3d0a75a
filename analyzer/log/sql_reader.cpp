#include "analyzer/log/sql_reader.hpp"

#include <algorithm>

#include "analyzer/statement_ends.hpp"

namespace onetrip {
namespace {

/// COPY … FROM STDIN: its rows follow in the text.
bool copies_from_text(std::string_view sql) {
  bool copies = false;
  Scanner scanner(sql);
  for (Token token; scanner.next(token);) {
    if (token.kind == TokenKind::comment) continue;
    if (!copies && word_code(sql, token) != word_code("copy")) return false;
    copies = true;
    if (word_code(sql, token) == word_code("stdin")) return true;
  }
  return false;
}

bool is_end_of_copy(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line == "\\.";
}

}  // namespace

void SqlReader::feed(std::string_view bytes) {
  held_.append(bytes);
  if (held_.size() >= look_again_) cut(Rest::may_follow);
}

void SqlReader::end() {
  cut(Rest::is_all);
}

// What is held is read again from its beginning, but only when it is twice as long as then.
void SqlReader::cut(Rest rest) {
  if (skipping_) skip_long();
  std::size_t begin = 0;
  while (!skipping_ && begin < held_.size()) {
    const std::size_t end = next(begin, rest);
    if (end == begin) break;
    begin = end;
  }
  held_.erase(0, begin);
  if (held_.size() > longest_entry && !skipping_) {
    ++faults_["too_long"];
    skipping_ = true;
    skip_long();
  }
  look_again_ = 2 * held_.size() + 1;
}

// A quote that nothing closes makes one statement of all the rest: it ends here with a line.
void SqlReader::skip_long() {
  const std::size_t end = held_.find(";\n");
  skipping_ = end == std::string::npos;
  held_.erase(0, skipping_ ? held_.size() - std::min<std::size_t>(held_.size(), 1) : end + 2);
}

std::size_t SqlReader::line_end(std::size_t begin, Rest rest) const {
  const std::size_t end = held_.find('\n', begin);
  if (end != std::string::npos) return end + 1;
  return rest == Rest::is_all ? held_.size() : std::string::npos;
}

std::size_t SqlReader::next(std::size_t begin, Rest rest) {
  const std::string_view text = std::string_view(held_).substr(begin);
  if (copies_) {
    const std::size_t end = line_end(begin, rest);
    if (end == std::string::npos) return begin;
    copies_ = !is_end_of_copy(text.substr(0, end - begin));
    return end;
  }
  StatementEnds statement;
  bool some = false;
  Scanner scanner(text);
  for (Token token; scanner.next(token);) {
    if (token.kind == TokenKind::comment) continue;
    if (!some && token.is('\\')) {
      const std::size_t end = line_end(begin + token.begin, rest);
      return end == std::string::npos ? begin : end;
    }
    if (statement.ends(text, token)) {
      if (some) hand_over(text.substr(0, token.begin));
      return begin + token.end;
    }
    some = true;
  }
  if (rest == Rest::may_follow) return begin;
  if (some) hand_over(text);
  return held_.size();
}

void SqlReader::hand_over(std::string_view sql) {
  const std::size_t first = std::min(sql.find_first_not_of(" \t\r\n\f\v"), sql.size());
  sql.remove_prefix(first);
  take_(sql);
  copies_ = copies_from_text(sql);
}

}  // namespace onetrip
