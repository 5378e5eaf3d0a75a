#include "analyzer/statement_text.hpp"

namespace onetrip {
namespace {

/// Walks a piece's tokens, with what is folded as one step each, and keeps the white space between.
template <typename Plain, typename Folded>
void walk(const Skeleton& skeleton, const SkeletonPiece& piece, std::string& out, Plain plain,
          Folded folded) {
  std::uint32_t fold = piece.first_fold;
  for (std::uint32_t i = piece.first_token; i < piece.end_token;) {
    const Token& token = skeleton.tokens()[i];
    const bool spaced = i > piece.first_token && token.begin > skeleton.tokens()[i - 1].end;
    if (spaced) out.push_back(' ');
    if (fold < piece.end_fold && skeleton.folds()[fold].first == i) {
      folded(skeleton.folds()[fold]);
      i = skeleton.folds()[fold].end;
      ++fold;
    } else {
      plain(token);
      ++i;
    }
  }
}

/// Cuts at a character's beginning, when the text is UTF-8.
void shorten(std::string& text, std::size_t length) {
  if (text.size() <= length) return;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  text.resize(length);
}

std::string value_for_parser(const SlotSource& source, std::uint32_t slot) {
  const std::string number = std::to_string(number_of_slot(slot));
  switch (source.kind) {
    case SlotSource::Kind::parameter:
      return "$" + number;
    case SlotSource::Kind::integer:
      return number;
    case SlotSource::Kind::decimal:
      return number + ".0";
    default:
      return "'" + number + "'";
  }
}

std::string twice(const std::string& text) {
  return text + ", " + text;
}

/// Two rows like the first one, of one value.
std::string rows_for_parser(const std::string& value, std::uint32_t columns) {
  std::string row = "(" + value;
  for (std::uint32_t i = 1; i < columns; ++i) row += ", " + value;
  return twice(row + ")");
}

/// The elements' cast, `::int`: the tokens after the first element's value.
std::string cast_of_first(const Skeleton& skeleton, const Fold& fold) {
  std::string cast;
  std::uint32_t i = fold.first;
  while (i < fold.end && skeleton.tokens()[i].in(skeleton.text()) != "::") {
    if (skeleton.tokens()[i].is(',')) return cast;
    ++i;
  }
  for (int depth = 0; i < fold.end; ++i) {
    const Token& token = skeleton.tokens()[i];
    if (token.is('(')) ++depth;
    if (token.is(')')) --depth;
    if (token.is(',') && depth == 0) break;
    cast.append(token.in(skeleton.text())).push_back(' ');
  }
  return cast;
}

std::string fold_for_parser(const Skeleton& skeleton, const SkeletonPiece& piece,
                            const Fold& fold) {
  if (fold.kind == Fold::Kind::name) return "x";
  if (fold.kind == Fold::Kind::rest) return "'";
  const std::uint32_t index = piece.first_slot + fold.slot;
  SlotSource source;
  if (index < piece.end_slot) source = skeleton.slots()[index];
  if (fold.kind == Fold::Kind::scalar) return value_for_parser(source, fold.slot);
  // A list's elements may be of several kinds; the first one's will do for all.
  if (source.begin < source.end) source = skeleton.elements()[source.begin];
  const std::string value = value_for_parser(source, fold.slot);
  if (fold.kind == Fold::Kind::rows) return rows_for_parser(value, std::min(fold.columns, 1000U));
  return twice(value + cast_of_first(skeleton, fold));
}

std::string fold_for_people(const Skeleton& skeleton, const Fold& fold) {
  switch (fold.kind) {
    case Fold::Kind::list:
      return "...";
    case Fold::Kind::rows:
      return "(...)";
    case Fold::Kind::scalar: {
      const Token& token = skeleton.tokens()[fold.end - 1];
      if (token.kind == TokenKind::parameter) return std::string(token.in(skeleton.text()));
      return "?";
    }
    default:
      return "?";
  }
}

}  // namespace

std::string normalized_text(const Skeleton& skeleton, const SkeletonPiece& piece) {
  std::string out;
  const auto has_room = [&out] { return out.size() < longest_normalized; };
  walk(
      skeleton, piece, out,
      [&](const Token& token) {
        if (has_room()) out.append(token.in(skeleton.text()));
      },
      [&](const Fold& fold) {
        if (has_room()) out.append(fold_for_people(skeleton, fold));
      });
  shorten(out, longest_normalized);
  return out;
}

std::string parsable_text(const Skeleton& skeleton, const SkeletonPiece& piece) {
  std::string out;
  walk(
      skeleton, piece, out, [&](const Token& token) { out.append(token.in(skeleton.text())); },
      [&](const Fold& fold) { out.append(fold_for_parser(skeleton, piece, fold)); });
  return out;
}

}  // namespace onetrip
