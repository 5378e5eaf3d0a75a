#include "analyzer/statement_layout.hpp"

#include <bit>
#include <cstring>

#include "analyzer/trace_ids.hpp"

namespace onetrip {
namespace {

constexpr std::size_t most_holes = 64;
constexpr std::uint32_t no_match = 0xFFFFFFFF;

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

constexpr std::uint64_t each(unsigned char byte) {
  return 0x0101010101010101ULL * byte;
}

/// Top bits of the bytes that are below the limit (at most 128). Those above the lowest of them may
/// be wrong: a borrow comes from there.
constexpr std::uint64_t below(std::uint64_t bytes, unsigned char limit) {
  return (bytes - each(limit)) & ~bytes & each(0x80);
}

std::uint32_t skip_digits(std::string_view text, std::uint32_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// What would belong to a number before it.
bool continues_number(char byte) {
  const auto lower = static_cast<unsigned char>(byte | 0x20);
  return (lower >= 'a' && lower <= 'z') || is_digit(byte) || byte == '_' || byte == '.' ||
         byte == '$' || static_cast<unsigned char>(byte) >= 0x80;
}

bool has_literals(const Skeleton& skeleton, const SlotSource& list) {
  for (std::uint32_t i = list.begin; i < list.end; ++i)
    if (skeleton.elements()[i].kind != SlotSource::Kind::parameter) return true;
  return list.end - list.begin != list.count;
}

}  // namespace

std::uint64_t StatementLayout::key(std::string_view text, const ValueHasher& hasher) {
  std::size_t end = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; text.size() - end >= sizeof(std::uint64_t); end += sizeof(std::uint64_t)) {
      std::uint64_t bytes;
      std::memcpy(&bytes, text.data() + end, sizeof bytes);
      const std::uint64_t found = below(bytes ^ each('0'), 10) | below(bytes ^ each('\''), 1);
      if (found == 0) continue;
      end += static_cast<std::size_t>(std::countr_zero(found)) / 8;
      break;
    }
  }
  while (end < text.size() && text[end] != '\'' && !is_digit(text[end])) ++end;
  return hasher.bytes(text.substr(0, end));
}

std::optional<StatementLayout> StatementLayout::of(const Skeleton& skeleton,
                                                   const ValueHasher& hasher) {
  if (skeleton.pieces().size() != 1) return std::nullopt;
  const SkeletonPiece& piece = skeleton.pieces().front();
  const bool named =
      piece.name_token != SkeletonPiece::no_token || piece.setting_token != SkeletonPiece::no_token;
  if (named || piece.cut || piece.end_slot - piece.first_slot >= Skeleton::max_slots)
    return std::nullopt;
  StatementLayout layout;
  std::uint32_t comment = 0, here = 0;
  const auto& comments = skeleton.comments();
  const auto close_stretch = [&](std::uint32_t begin, std::uint32_t end) {
    Hole& hole = layout.holes_.back();
    hole.stretch = begin - here;
    hole.stretch_hash = hasher.bytes(skeleton.text().substr(here, hole.stretch));
    here = end;
  };
  const auto comments_before = [&](std::uint32_t position) {
    for (; comment < comments.size() && comments[comment].begin < position; ++comment) {
      if (!layout.add_comment(skeleton, comments[comment])) continue;
      const std::string_view inside = comments[comment].in(skeleton.text());
      const auto at = static_cast<std::uint32_t>(comments[comment].begin + *TraceIds::find(inside));
      close_stretch(at, at + static_cast<std::uint32_t>(TraceIds::size));
    }
  };
  for (std::uint32_t f = piece.first_fold; f < piece.end_fold; ++f) {
    const Fold& fold = skeleton.folds()[f];
    const Token& value = skeleton.tokens()[fold.end - 1];
    comments_before(value.begin);
    const std::size_t before = layout.holes_.size();
    if (!layout.add_fold(skeleton, fold) || layout.holes_.size() > most_holes) return std::nullopt;
    if (layout.holes_.size() == before) continue;
    close_stretch(value.begin, value.end);
  }
  const auto size = static_cast<std::uint32_t>(skeleton.text().size());
  comments_before(size);
  if (layout.holes_.empty()) return std::nullopt;
  layout.tail_ = size - here;
  layout.tail_hash_ = hasher.bytes(skeleton.text().substr(here));
  return layout;
}

/// False when the fold has something that no layout has. Adds no hole where nothing may differ.
bool StatementLayout::add_fold(const Skeleton& skeleton, const Fold& fold) {
  if (fold.kind == Fold::Kind::name || fold.kind == Fold::Kind::rest) return false;
  const SlotSource& source = skeleton.slots()[skeleton.pieces().front().first_slot + fold.slot];
  if (source.kind == SlotSource::Kind::parameter) return true;
  if (source.kind == SlotSource::Kind::list) return !has_literals(skeleton, source);
  const std::string_view text = skeleton.text();
  Hole hole;
  hole.slot = fold.slot;
  hole.negative = source.negative;
  if (source.kind == SlotSource::Kind::integer) {
    hole.kind = Hole::Kind::integer;
  } else if (source.kind == SlotSource::Kind::decimal) {
    hole.kind = Hole::Kind::decimal;
  } else if (source.kind == SlotSource::Kind::text && source.token == TokenKind::string) {
    hole.kind = Hole::Kind::string;
  } else {
    return false;
  }
  if (read(hole, text, source.begin) != source.end) return false;
  const bool number = hole.kind != Hole::Kind::string;
  if (number && source.end < text.size() && continues_number(text[source.end])) return false;
  holes_.push_back(hole);
  return true;
}

/// True when it has ids, the first that there are.
bool StatementLayout::add_comment(const Skeleton& skeleton, const Token& comment) {
  if (trace_ || !TraceIds::find(comment.in(skeleton.text()))) return false;
  trace_ = true;
  Hole hole;
  hole.kind = Hole::Kind::trace;
  hole.slot = Value::no_slot;
  holes_.push_back(hole);
  return true;
}

/// Where what the hole takes ends.
std::uint32_t StatementLayout::read(const Hole& hole, std::string_view text, std::uint32_t from) {
  switch (hole.kind) {
    case Hole::Kind::trace:
      if (!TraceIds::begin(text.substr(from))) return no_match;
      return from + static_cast<std::uint32_t>(TraceIds::size);
    case Hole::Kind::string: {
      if (from >= text.size() || text[from] != '\'') return no_match;
      const std::size_t end = text.find('\'', from + 1);
      const bool doubled = end + 1 < text.size() && text[end + 1] == '\'';
      if (end == std::string_view::npos || doubled) return no_match;
      return static_cast<std::uint32_t>(end + 1);
    }
    case Hole::Kind::integer:
    case Hole::Kind::decimal:
      break;
  }
  std::uint32_t end = skip_digits(text, from);
  if (end == from) return no_match;
  if (hole.kind == Hole::Kind::integer) return end;
  if (end >= text.size() || text[end] != '.') return no_match;
  const std::uint32_t point = end;
  end = skip_digits(text, point + 1);
  return end == point + 1 ? no_match : end;
}

bool StatementLayout::match(std::string_view text, const ValueHasher& hasher,
                            std::vector<Value>& values) const {
  static constexpr SlotSource::Kind kinds[] = {SlotSource::Kind::integer, SlotSource::Kind::decimal,
                                               SlotSource::Kind::text};
  static constexpr TokenKind tokens[] = {TokenKind::integer, TokenKind::decimal, TokenKind::string};
  values.clear();
  std::uint32_t here = 0;
  for (const Hole& hole : holes_) {
    if (text.size() - here < hole.stretch) return false;
    if (hasher.bytes(text.substr(here, hole.stretch)) != hole.stretch_hash) return false;
    here += hole.stretch;
    const std::uint32_t end = read(hole, text, here);
    if (end == no_match) return false;
    Value value;
    value.slot = hole.slot;
    value.source.begin = here;
    value.source.end = end;
    value.source.negative = hole.negative;
    if (hole.kind != Hole::Kind::trace) {
      value.source.kind = kinds[static_cast<std::size_t>(hole.kind)];
      value.source.token = tokens[static_cast<std::size_t>(hole.kind)];
    }
    values.push_back(value);
    here = end;
  }
  return text.size() - here == tail_ && hasher.bytes(text.substr(here)) == tail_hash_;
}

std::uint64_t StatementLayout::hash(const ValueHasher& hasher) const {
  std::vector<std::uint64_t> words{tail_hash_};
  for (const Hole& hole : holes_) {
    words.push_back(hole.stretch_hash);
    words.push_back(static_cast<std::uint64_t>(hole.kind));
  }
  return hasher.bytes({reinterpret_cast<const char*>(words.data()), words.size() * 8});
}

}  // namespace onetrip
