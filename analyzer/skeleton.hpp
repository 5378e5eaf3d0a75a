#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/scan.hpp"

namespace onetrip {

/// Where the value of a slot stands in the text.
struct SlotSource {
  enum class Kind : std::uint8_t {
    integer,  ///< bytes [begin, end), without the sign
    decimal,
    text,  ///< any string; `token` says how it is quoted
    bits,
    parameter,  ///< `$count`
    list,       ///< elements [begin, end) of Skeleton::elements(); `count` of them in the text
  };
  Kind kind = Kind::text;
  TokenKind token = TokenKind::string;
  bool negative = false;
  std::uint32_t begin = 0, end = 0;
  std::uint32_t count = 0;
};

/// Tokens [first, end) of a text that the fingerprint does not tell apart.
struct Fold {
  enum class Kind : std::uint8_t {
    scalar,  ///< a literal, with its sign, or a parameter
    list,    ///< two or more elements between `(` and `)` of IN or `[` and `]` of ARRAY
    rows,    ///< two or more rows of VALUES or of IN, with their parentheses
    name,    ///< of a cursor, savepoint or prepared statement
    rest,    ///< an unterminated token
  };
  Kind kind = Kind::scalar;
  std::uint32_t first = 0, end = 0;
  std::uint32_t slot = 0;     ///< of scalar, list and rows: which slot of the piece
  std::uint32_t columns = 0;  ///< of rows: elements of the first
};

/// One statement of a text: ranges in the Skeleton's lists.
struct SkeletonPiece {
  std::uint64_t hash = 0;  ///< the fingerprint: XXH3-64 of the canonical bytes, without a key
  std::uint32_t first_token = 0, end_token = 0;
  std::uint32_t first_fold = 0, end_fold = 0;
  std::uint32_t first_slot = 0, end_slot = 0;
  std::uint32_t name_token = no_token;     ///< whose text is Resolved::name
  std::uint32_t setting_token = no_token;  ///< SET or RESET's first word after it, or set_config
  bool cut = false;                        ///< its last token is unterminated

  static constexpr std::uint32_t no_token = 0xFFFFFFFF;
};

/// The one pass over a text of which its fingerprints and the places of its values come. An object
/// is used again for text after text, so that a steady flow allocates nothing.
///
/// Canonical bytes of a token, each followed by a blank: a word in lower case; a quoted name, an
/// operator or punctuation as it is; the byte 1 for a literal or parameter, 2 for a list of two or
/// more in IN or ARRAY (then its elements' cast, which all must share), 3 for two or more rows of
/// VALUES, 4 for a dropped name, 5 for an unterminated rest. Nothing else may ever change them:
/// fingerprints are kept in other people's files.
class Skeleton {
 public:
  /// Slots beyond this are folded, but not numbered; list elements likewise.
  static constexpr std::uint32_t max_slots = 4096, max_elements = 1000;

  /// The text must stay alive while the results are read.
  void read(std::string_view text, StringSyntax syntax);

  std::string_view text() const { return text_; }
  const std::vector<Token>& tokens() const { return tokens_; }      ///< without comments
  const std::vector<Token>& comments() const { return comments_; }  ///< of the whole text
  const std::vector<SkeletonPiece>& pieces() const { return pieces_; }
  const std::vector<Fold>& folds() const { return folds_; }
  const std::vector<SlotSource>& slots() const { return slots_; }
  const std::vector<SlotSource>& elements() const { return elements_; }

 private:
  void cut_pieces();
  void fold_piece(std::uint32_t first, std::uint32_t end);
  void find_name(SkeletonPiece& piece) const;
  std::uint32_t fold_at(std::uint32_t token, WordCode code, SkeletonPiece& piece);
  std::uint32_t fold_scalar(std::uint32_t token);
  std::uint32_t fold_list(std::uint32_t open, char close);
  std::uint32_t fold_rows(std::uint32_t open);
  std::uint32_t fold_row_list(std::uint32_t open);
  std::uint32_t read_element(std::uint32_t token, std::uint32_t& cast) const;
  std::uint32_t skip_cast(std::uint32_t token) const;
  std::uint32_t skip_row(std::uint32_t open, std::uint32_t* columns) const;
  bool same_tokens(std::uint32_t a, std::uint32_t b, std::uint32_t count) const;
  bool is_operand_place(std::uint32_t token) const;
  bool is_literal(std::uint32_t token) const;
  SlotSource source_of(std::uint32_t token, bool negative) const;
  std::uint32_t add_slot(const SlotSource& source);
  void add_elements(std::uint32_t first, std::uint32_t end, SlotSource& list);
  void write(const Token& token);
  void write_mark(char mark);

  std::string_view text_;
  std::vector<Token> tokens_, comments_;
  std::vector<SkeletonPiece> pieces_;
  std::vector<Fold> folds_;
  std::vector<SlotSource> slots_, elements_;
  std::string canonical_;
  char* out_ = nullptr;
  std::uint32_t end_ = 0;         ///< of the piece being folded
  std::uint32_t first_slot_ = 0;  ///< of that piece
};

}  // namespace onetrip
