#pragma once

#include <string>
#include <string_view>

namespace onetrip {

/// One `key=value` of a comment, as written.
struct CommentPair {
  std::string_view key, value;
  bool quoted = false;  ///< then the value is URL-encoded, more or less
};

/// Cuts a comment's inside into pairs.
///
///   comment = { pair [","] }          pair  = key ("=" | ":") value
///   value   = "'" { byte | "\'" } "'" | the same in double quotes | all up to the next ","
/// What is no pair is skipped. Keeps a view of the text.
class CommentReader {
 public:
  explicit CommentReader(std::string_view text) : rest_(text) {}
  bool next(CommentPair& pair);

 private:
  void read_quoted(CommentPair& pair);
  void read_bare(CommentPair& pair);

  std::string_view rest_;
};

/// A value in clear: quotes' backslashes and URL-encoding off (also when encoded twice, with `%`
/// doubled, or with `+` for a blank), control bytes made blanks, at most 1,024 bytes.
std::string comment_value(const CommentPair& pair);

}  // namespace onetrip
