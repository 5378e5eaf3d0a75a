#include "analyzer/statement_cache.hpp"

#include <utility>

#include "analyzer/scan_literal.hpp"
#include "analyzer/skeleton.hpp"
#include "analyzer/statement_cache_shelf.hpp"
#include "analyzer/statement_describe.hpp"
#include "analyzer/statement_setting.hpp"

namespace onetrip {
namespace {

/// An element of a list that has parameters in it.
struct MixedElement {
  ValueHash hash = no_value;
  std::uint32_t parameter = 0;  ///< 0: a literal
};

/// A slot whose value comes with each run.
struct Patch {
  std::uint32_t slot = 0;
  std::uint32_t parameter = 0;  ///< 0: a list, of the mixed elements [first, end)
  std::uint32_t first = 0, end = 0;
  std::uint32_t count = 0;
};

struct Piece {
  StatementPtr statement;
  std::vector<Slot> slots;  ///< those of literals filled in
  std::vector<ValueHash> elements;
  std::vector<Patch> patches;
  std::vector<MixedElement> mixed;
  std::string name, setting, setting_text;
  std::uint64_t setting_hash = 0;
  std::uint32_t setting_parameter = 0;
};

std::size_t bytes_of(const Piece& piece) {
  return sizeof(Piece) + piece.slots.capacity() * sizeof(Slot) +
         piece.elements.capacity() * sizeof(ValueHash) + piece.patches.capacity() * sizeof(Patch) +
         piece.mixed.capacity() * sizeof(MixedElement) + piece.name.capacity() +
         piece.setting.capacity() + piece.setting_text.capacity();
}

const std::shared_ptr<const Tags>& no_tags() {
  static const auto none = std::make_shared<const Tags>();
  return none;
}

Slot parameter_slot(const Execution& execution, std::uint32_t number,
                    std::vector<ValueHash>& elements) {
  if (number == 0 || number > execution.parameters.size()) return {};
  Slot slot = execution.parameters[number - 1];
  if (slot.kind != Slot::Kind::array) return slot;
  const std::size_t first = std::min<std::size_t>(slot.first_element, execution.elements.size());
  const std::size_t size = std::min<std::size_t>(slot.elements, execution.elements.size() - first);
  const auto begin = execution.elements.begin() + static_cast<std::ptrdiff_t>(first);
  slot.first_element = static_cast<std::uint32_t>(elements.size());
  slot.elements = static_cast<std::uint32_t>(size);
  elements.insert(elements.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  return slot;
}

Slot list_slot(const Piece& piece, const Patch& patch, const Execution& execution,
               std::vector<ValueHash>& elements) {
  Slot slot;
  slot.kind = Slot::Kind::array;
  slot.count = patch.count;
  slot.first_element = static_cast<std::uint32_t>(elements.size());
  for (std::uint32_t i = patch.first; i < patch.end; ++i) {
    const MixedElement& element = piece.mixed[i];
    ValueHash hash = element.hash;
    if (element.parameter > 0 && element.parameter <= execution.parameters.size()) {
      hash = execution.parameters[element.parameter - 1].hash;
    }
    if (hash != no_value) elements.push_back(hash);
  }
  slot.elements = static_cast<std::uint32_t>(elements.size()) - slot.first_element;
  return slot;
}

void fill_setting(const Piece& piece, const Execution& execution, Resolved& out) {
  out.setting = piece.setting;
  out.setting_text = piece.setting_text;
  out.setting_hash = piece.setting_hash;
  const std::uint32_t parameter = piece.setting_parameter;
  if (parameter == 0) return;
  if (parameter <= execution.parameters.size()) {
    out.setting_hash = execution.parameters[parameter - 1].hash;
  }
  if (is_own_setting(piece.setting) && parameter <= execution.setting_texts.size()) {
    out.setting_text = execution.setting_texts[parameter - 1];
  }
}

}  // namespace

class StatementCache::Text {
 public:
  std::vector<Piece> pieces;
  std::shared_ptr<const Tags> tags = no_tags();

  std::size_t footprint() const {
    std::size_t bytes = sizeof(Text);
    if (tags != no_tags()) bytes += sizeof(Tags) + 256;
    for (const Piece& piece : pieces) bytes += bytes_of(piece);
    return bytes;
  }
};

struct StatementCache::Impl {
  Impl(const ValueHasher& value_hasher, const Limits& given)
      : hasher(value_hasher), limits(given), texts(given.text_bytes), shapes(given.shape_bytes) {
    nothing.pieces.emplace_back().statement = std::make_shared<const Statement>(describe_nothing());
  }

  Text read(std::string_view text, StringSyntax syntax, Counters& counters);
  Piece read_piece(const SkeletonPiece& piece, Counters& counters);
  void read_slots(const SkeletonPiece& from, Piece& piece);
  Slot read_list(const SlotSource& source, std::uint32_t number, Piece& piece);
  StatementPtr shape_of(const SkeletonPiece& piece, Counters& counters);

  const ValueHasher& hasher;
  Limits limits;
  Shelf<Text> texts;
  Shelf<StatementPtr> shapes;
  Text nothing;
  Skeleton skeleton;
  std::string scratch;
};

StatementCache::StatementCache(const ValueHasher& hasher, Limits limits)
    : impl_(std::make_unique<Impl>(hasher, limits)) {}

StatementCache::~StatementCache() = default;

const StatementCache::Text& StatementCache::resolve(std::string_view text, std::uint64_t text_hash,
                                                    StringSyntax syntax) {
  constexpr std::uint64_t other_syntax = 0x9E3779B97F4A7C15ULL;
  const std::uint64_t key = syntax == StringSyntax::standard ? text_hash : text_hash ^ other_syntax;
  if (const Text* known = impl_->texts.find(key)) {
    ++counters_.text_hits;
    return *known;
  }
  if (text.empty()) return impl_->nothing;
  Text fresh = impl_->read(text, syntax, counters_);
  const std::size_t bytes = fresh.footprint();
  return impl_->texts.put(key, std::move(fresh), bytes);
}

StatementCache::Text StatementCache::Impl::read(std::string_view text, StringSyntax syntax,
                                                Counters& counters) {
  Text fresh;
  skeleton.read(text, syntax);
  if (!skeleton.comments().empty()) {
    Tags tags;
    for (const Token& comment : skeleton.comments()) read_comment(comment.in(text), tags);
    if (!tags.empty()) fresh.tags = std::make_shared<const Tags>(std::move(tags));
  }
  fresh.pieces.reserve(skeleton.pieces().size());
  for (const SkeletonPiece& piece : skeleton.pieces()) {
    fresh.pieces.push_back(read_piece(piece, counters));
  }
  if (fresh.pieces.empty()) fresh.pieces.push_back(nothing.pieces.front());
  return fresh;
}

Piece StatementCache::Impl::read_piece(const SkeletonPiece& from, Counters& counters) {
  Piece piece;
  piece.statement = shape_of(from, counters);
  if (from.cut) ++counters.cut_text;
  read_slots(from, piece);
  if (from.name_token != SkeletonPiece::no_token) {
    const Token& name = skeleton.tokens()[from.name_token];
    piece.name = token_value(name.in(skeleton.text()), name.kind, scratch);
  }
  if (from.setting_token != SkeletonPiece::no_token) {
    Setting setting = read_setting(skeleton, from);
    if (setting.has_value) piece.setting_hash = hasher.bytes(setting.value);
    if (is_own_setting(setting.name)) piece.setting_text = std::move(setting.value);
    piece.setting = std::move(setting.name);
    piece.setting_parameter = setting.parameter;
  }
  return piece;
}

void StatementCache::Impl::read_slots(const SkeletonPiece& from, Piece& piece) {
  const std::uint32_t size = from.end_slot - from.first_slot;
  piece.slots.resize(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    const SlotSource& source = skeleton.slots()[from.first_slot + i];
    if (source.kind == SlotSource::Kind::parameter) {
      piece.patches.push_back({i, source.count, 0, 0, 0});
    } else if (source.kind == SlotSource::Kind::list) {
      piece.slots[i] = read_list(source, i, piece);
    } else {
      piece.slots[i] = literal_slot(skeleton.text(), source, hasher, scratch, piece.elements);
    }
  }
}

Slot StatementCache::Impl::read_list(const SlotSource& source, std::uint32_t number, Piece& piece) {
  bool mixed = false;
  for (std::uint32_t i = source.begin; i < source.end && !mixed; ++i) {
    mixed = skeleton.elements()[i].kind == SlotSource::Kind::parameter;
  }
  Slot slot;
  slot.kind = Slot::Kind::array;
  slot.count = source.count;
  slot.first_element = static_cast<std::uint32_t>(piece.elements.size());
  const auto first_mixed = static_cast<std::uint32_t>(piece.mixed.size());
  for (std::uint32_t i = source.begin; i < source.end; ++i) {
    const SlotSource& element = skeleton.elements()[i];
    const ValueHash hash = literal_hash(skeleton.text(), element, hasher, scratch);
    const bool bound = element.kind == SlotSource::Kind::parameter;
    if (mixed) {
      piece.mixed.push_back({hash, bound ? element.count : 0});
    } else if (hash != no_value) {
      piece.elements.push_back(hash);
    }
  }
  slot.elements = static_cast<std::uint32_t>(piece.elements.size()) - slot.first_element;
  const auto end_mixed = static_cast<std::uint32_t>(piece.mixed.size());
  if (mixed) piece.patches.push_back({number, 0, first_mixed, end_mixed, source.count});
  return slot;
}

StatementPtr StatementCache::Impl::shape_of(const SkeletonPiece& piece, Counters& counters) {
  if (const StatementPtr* known = shapes.find(piece.hash)) {
    ++counters.shape_hits;
    return *known;
  }
  auto fresh = std::make_shared<Statement>(describe(skeleton, piece, limits.longest_parsed));
  if (fresh->unparsed_reason == "too_long") {
    ++counters.too_long;
  } else if (fresh->unparsed_reason == "too_deep") {
    ++counters.too_deep;
  } else {
    if (!fresh->parsed) ++counters.syntax;
    if (!piece.cut) ++counters.parsed;
  }
  const std::size_t bytes = footprint(*fresh);
  return shapes.put(piece.hash, std::move(fresh), bytes);
}

std::size_t StatementCache::size(const Text& text) {
  return text.pieces.size();
}

bool StatementCache::fill(const Text& text, std::uint32_t ordinal, const Execution& execution,
                          Resolved& out) {
  if (ordinal >= text.pieces.size()) return false;
  const Piece& piece = text.pieces[ordinal];
  out.statement = piece.statement;
  out.tags = text.tags;
  out.slots = piece.slots;
  out.elements = piece.elements;
  out.name = piece.name;
  for (const Patch& patch : piece.patches) {
    out.slots[patch.slot] = patch.parameter > 0
                                ? parameter_slot(execution, patch.parameter, out.elements)
                                : list_slot(piece, patch, execution, out.elements);
  }
  fill_setting(piece, execution, out);
  return true;
}

std::size_t StatementCache::bytes() const {
  return impl_->texts.bytes() + impl_->shapes.bytes();
}

std::size_t StatementCache::shapes() const {
  return impl_->shapes.size();
}

}  // namespace onetrip
