#include "analyzer/skeleton.hpp"

#include <cstring>

#include "analyzer/statement_ends.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace onetrip {
namespace {

constexpr char scalar_mark = 1, list_mark = 2, rows_mark = 3, name_mark = 4, rest_mark = 5;

/// ASCII letters of eight bytes in lower case; bytes of 0x80 and above stay.
std::uint64_t lower_case(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101ULL;
  const std::uint64_t low = bytes & (0x7F * each);
  const std::uint64_t from_a = low + (0x80 - 'A') * each;  // top bit: 'A' or above
  const std::uint64_t past_z = low + (0x7F - 'Z') * each;  // top bit: above 'Z'
  const std::uint64_t upper = (from_a ^ past_z) & ~bytes & (0x80 * each);
  return bytes | (upper >> 2U);
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted_name;
}

}  // namespace

void Skeleton::read(std::string_view text, StringSyntax syntax) {
  text_ = text;
  tokens_.clear();
  comments_.clear();
  pieces_.clear();
  folds_.clear();
  slots_.clear();
  elements_.clear();
  Scanner scanner(text, syntax);
  for (Token token; scanner.next(token);) {
    (token.kind == TokenKind::comment ? comments_ : tokens_).push_back(token);
  }
  cut_pieces();
}

void Skeleton::cut_pieces() {
  const auto size = static_cast<std::uint32_t>(tokens_.size());
  std::uint32_t first = 0;
  StatementEnds statement;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!statement.ends(text_, tokens_[i])) continue;
    fold_piece(first, i);
    first = i + 1;
  }
  fold_piece(first, size);
}

void Skeleton::fold_piece(std::uint32_t first, std::uint32_t end) {
  if (first == end) return;
  end_ = end;
  first_slot_ = static_cast<std::uint32_t>(slots_.size());
  SkeletonPiece piece;
  piece.first_token = first;
  piece.end_token = end;
  piece.first_slot = first_slot_;
  piece.first_fold = static_cast<std::uint32_t>(folds_.size());
  find_name(piece);

  // A token gives at most its own length and a blank, and has at least one byte.
  const std::size_t bound = 2 * (std::size_t{tokens_[end - 1].end} - tokens_[first].begin) + 16;
  if (canonical_.size() < bound) canonical_.resize(bound);
  out_ = canonical_.data();
  for (std::uint32_t token = first; token < end;) {
    token = fold_at(token, word_code(text_, tokens_[token]), piece);
  }
  piece.hash = XXH3_64bits(canonical_.data(), static_cast<std::size_t>(out_ - canonical_.data()));
  piece.end_fold = static_cast<std::uint32_t>(folds_.size());
  piece.end_slot = static_cast<std::uint32_t>(slots_.size());
  pieces_.push_back(piece);
}

/// Writes one token, or what stands folded from it on; gives the token after.
std::uint32_t Skeleton::fold_at(std::uint32_t index, WordCode code, SkeletonPiece& piece) {
  const Token& token = tokens_[index];
  const std::uint32_t next = index + 1;
  if (index == piece.name_token) {
    folds_.push_back({Fold::Kind::name, index, next, 0, 0});
    write_mark(name_mark);
    return next;
  }
  if (token.kind == TokenKind::unterminated) {
    folds_.push_back({Fold::Kind::rest, index, next, 0, 0});
    piece.cut = true;
    write_mark(rest_mark);
    return next;
  }
  if (is_literal(index)) return fold_scalar(index);
  write(token);
  if (code == 0 || next >= end_) return next;
  switch (code) {
    case word_code("in"):
      if (!tokens_[next].is('(')) return next;
      if (next + 1 < end_ && tokens_[next + 1].is('(')) return fold_row_list(next);
      return fold_list(next, ')');
    case word_code("array"):
      return tokens_[next].is('[') ? fold_list(next, ']') : next;
    case word_code("values"):
      return tokens_[next].is('(') ? fold_rows(next) : next;
    case word_code("current"):  // WHERE CURRENT OF cursor
      if (word_code(text_, tokens_[next]) == word_code("of") && next + 1 < end_ &&
          is_name(tokens_[next + 1])) {
        piece.name_token = next + 1;
      }
      return next;
    case word_code("set_config"):
      if (piece.setting_token == SkeletonPiece::no_token) piece.setting_token = index;
      return next;
    default:
      return next;
  }
}

std::uint32_t Skeleton::fold_scalar(std::uint32_t index) {
  const bool has_sign = tokens_[index].kind == TokenKind::op;
  const bool negative = has_sign && tokens_[index].first == '-';
  const std::uint32_t value = has_sign ? index + 1 : index;
  const std::uint32_t slot = add_slot(source_of(value, negative));
  folds_.push_back({Fold::Kind::scalar, index, value + 1, slot, 0});
  write_mark(scalar_mark);
  return value + 1;
}

//   ( element, element … )      [ element, element … ]
//   element: [+-] literal-or-parameter [:: type]        two or more, all with the same casts
std::uint32_t Skeleton::fold_list(std::uint32_t open, char close) {
  SlotSource list;
  list.kind = SlotSource::Kind::list;
  list.begin = static_cast<std::uint32_t>(elements_.size());
  std::uint32_t first_cast = 0;
  std::uint32_t cast_size = 0;
  std::uint32_t token = open + 1;
  for (;; ++token) {
    std::uint32_t cast = token;
    const std::uint32_t after = read_element(token, cast);
    const bool goes_on = after != token && after < end_;
    if (!goes_on || !(tokens_[after].is(',') || tokens_[after].is(close))) break;
    if (list.count == 0) {
      first_cast = cast;
      cast_size = after - cast;
    } else if (after - cast != cast_size || !same_tokens(cast, first_cast, cast_size)) {
      break;
    }
    add_elements(token, cast, list);
    token = after;
    if (tokens_[after].is(close)) break;
  }
  if (list.count < 2 || token >= end_ || !tokens_[token].is(close)) {
    elements_.resize(list.begin);
    return open;
  }
  list.end = static_cast<std::uint32_t>(elements_.size());
  write(tokens_[open]);
  folds_.push_back({Fold::Kind::list, open + 1, token, add_slot(list), 0});
  write_mark(list_mark);
  for (std::uint32_t i = 0; i < cast_size; ++i) write(tokens_[first_cast + i]);
  write(tokens_[token]);
  return token + 1;
}

//   (…), (…) …      two or more, without a query inside
std::uint32_t Skeleton::fold_rows(std::uint32_t open) {
  SlotSource list;
  list.kind = SlotSource::Kind::list;
  list.begin = static_cast<std::uint32_t>(elements_.size());
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t end = open;
  for (std::uint32_t row = open;;) {
    const std::uint32_t after = skip_row(row, rows == 0 ? &columns : nullptr);
    if (after == row) return open;
    ++rows;
    end = after;
    if (after + 1 >= end_ || !tokens_[after].is(',') || !tokens_[after + 1].is('(')) break;
    row = after + 1;
  }
  if (rows < 2) return open;
  add_elements(open, end, list);
  list.end = static_cast<std::uint32_t>(elements_.size());
  folds_.push_back({Fold::Kind::rows, open, end, add_slot(list), columns});
  write_mark(rows_mark);
  return end;
}

//   ( (…), (…) … ) of IN, of values and their casts alone: `x IN ((a), (b))` are two columns
std::uint32_t Skeleton::fold_row_list(std::uint32_t open) {
  write(tokens_[open]);
  int depth = 0;
  for (std::uint32_t i = open; i < end_; ++i) {
    const Token& token = tokens_[i];
    if (token.is('(')) ++depth;
    if (token.is(')') && --depth == 0) break;
    if (is_name(token) && !(tokens_[i - 1].in(text_) == "::" || tokens_[i - 1].is('.'))) {
      return open + 1;
    }
  }
  return fold_rows(open + 1);
}

/// The token after the element that begins here, its casts included; `token` itself when what
/// stands here is none. `cast` becomes the token where its casts begin.
std::uint32_t Skeleton::read_element(std::uint32_t token, std::uint32_t& cast) const {
  if (token >= end_ || !is_literal(token)) return token;
  cast = token + (tokens_[token].kind == TokenKind::op ? 2 : 1);
  return skip_cast(cast);
}

//   :: name [. name] [name …] [( 10 [, 2] )] [name …] [[3]] …
std::uint32_t Skeleton::skip_cast(std::uint32_t token) const {
  const auto has = [this](std::uint32_t at, char punctuation) {
    return at < end_ && tokens_[at].is(punctuation);
  };
  while (token < end_ && tokens_[token].kind == TokenKind::op && tokens_[token].in(text_) == "::") {
    ++token;
    for (; token < end_; ++token) {
      const Token& part = tokens_[token];
      if (is_name(part) || part.is('.') || part.is('[')) continue;
      if (has(token, ']') || (part.kind == TokenKind::integer && has(token - 1, '['))) continue;
      if (!part.is('(')) break;
      while (token < end_ && !tokens_[token].is(')')) ++token;
    }
  }
  return token < end_ ? token : end_;
}

/// The token after the row's `)`; `open` itself when it has a query in it or does not end.
std::uint32_t Skeleton::skip_row(std::uint32_t open, std::uint32_t* columns) const {
  int depth = 0;
  for (std::uint32_t i = open; i < end_; ++i) {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::word) {
      const WordCode code = word_code(text_, token);
      if (code == word_code("select") || code == word_code("values")) return open;
    }
    if (token.kind != TokenKind::punctuation) continue;
    if (token.first == '(' || token.first == '[') ++depth;
    if (columns != nullptr && depth == 1 && (token.first == '(' || token.first == ',')) ++*columns;
    if ((token.first == ')' || token.first == ']') && --depth == 0) return i + 1;
  }
  return open;
}

bool Skeleton::same_tokens(std::uint32_t a, std::uint32_t b, std::uint32_t count) const {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (tokens_[a + i].in(text_) != tokens_[b + i].in(text_)) return false;
  }
  return true;
}

/// The number of the slot within its piece.
std::uint32_t Skeleton::add_slot(const SlotSource& source) {
  const auto number = static_cast<std::uint32_t>(slots_.size()) - first_slot_;
  if (number >= max_slots) return max_slots;
  slots_.push_back(source);
  return number;
}

void Skeleton::add_elements(std::uint32_t first, std::uint32_t end, SlotSource& list) {
  for (std::uint32_t i = first; i < end; ++i) {
    if (!is_literal(i)) continue;
    const bool has_sign = tokens_[i].kind == TokenKind::op;
    const bool negative = has_sign && tokens_[i].first == '-';
    if (has_sign) ++i;
    ++list.count;
    if (elements_.size() - list.begin < max_elements) elements_.push_back(source_of(i, negative));
  }
}

// Eight bytes at a time where the text has them; what is written beyond the token is overwritten.
void Skeleton::write(const Token& token) {
  const std::size_t size = token.end - token.begin;
  const char* const from = text_.data() + token.begin;
  const bool fold = token.kind == TokenKind::word;
  if (text_.size() - token.end >= sizeof(std::uint64_t)) {
    for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
      std::uint64_t bytes;
      std::memcpy(&bytes, from + i, sizeof bytes);
      if (fold) bytes = lower_case(bytes);
      std::memcpy(out_ + i, &bytes, sizeof bytes);
    }
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      const bool upper = fold && from[i] >= 'A' && from[i] <= 'Z';
      out_[i] = static_cast<char>(from[i] + (upper ? 'a' - 'A' : 0));
    }
  }
  out_ += size;
  *out_++ = ' ';
}

void Skeleton::write_mark(char mark) {
  *out_++ = mark;
  *out_++ = ' ';
}

}  // namespace onetrip
