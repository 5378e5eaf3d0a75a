#include "analyzer/statement_cache.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/comment_tags.hpp"
#include "analyzer/scan_literal.hpp"
#include "analyzer/shape_shelf.hpp"
#include "analyzer/skeleton.hpp"
#include "analyzer/statement_cache_shelf.hpp"
#include "analyzer/statement_cache_text.hpp"
#include "analyzer/statement_describe.hpp"
#include "analyzer/statement_layout.hpp"
#include "analyzer/statement_setting.hpp"
#include "analyzer/trace_ids.hpp"

namespace onetrip {
namespace {

using Piece = CachedPiece;
using Patch = CachedPiece::Patch;
using MixedElement = CachedPiece::MixedElement;

constexpr std::size_t door_size = 8192;  ///< a power of two
constexpr std::uint64_t most_ways = 4;   ///< layouts that begin alike
/// A text that a layout explains is kept when it came so often: then it says the same each time,
/// and is no one of thousands that only their literals tell apart.
constexpr std::uint64_t often = 4;

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

/// What a shape needs no value of is forgotten.
void keep_clear(const Statement& statement, std::vector<Slot>& slots) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].clear == 0 || i == statement.limit_slot || i == statement.offset_slot) continue;
    const bool pattern = std::any_of(statement.patterns.begin(), statement.patterns.end(),
                                     [i](const Pattern& p) { return p.slot == i; });
    if (!pattern) slots[i].clear = 0;
  }
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

/// Remembers what came lately, so that what comes but once is not kept.
class Door {
 public:
  static constexpr std::uint64_t most_counted = 7;  ///< in the bits that a hash spares

  /// How often it came since another had its place, at most most_counted times; now once more.
  std::uint64_t passed(std::uint64_t hash) {
    std::uint64_t& seen = seen_[hash & (door_size - 1)];
    const bool known = (seen & ~most_counted) == (hash & ~most_counted);
    const std::uint64_t times = known ? seen & most_counted : 0;
    seen = (hash & ~most_counted) | std::min(times + 1, most_counted);
    return times;
  }

  void expect(std::uint64_t hash) const { prefetch(&seen_[hash & (door_size - 1)], 1); }

 private:
  std::vector<std::uint64_t> seen_ = std::vector<std::uint64_t>(door_size);
};

struct StatementCache::Impl {
  /// Texts of one layout: the latest of them, to be filled in again.
  struct Known {
    StatementLayout layout;
    Text model;
  };

  Impl(const ValueHasher& value_hasher, const Limits& given)
      : hasher(value_hasher),
        limits(given),
        comments(value_hasher, given.text_bytes / 8),
        texts(given.text_bytes / 8 * 5),
        layouts(given.text_bytes / 4),
        shapes(given.shape_bytes) {
    nothing.pieces.emplace_back().statement = StatementPtr(describe_nothing());
    nothing.tags = comments.none();
  }

  const Text* find_layout(std::string_view text);
  void keep_layout();
  void read(std::string_view text, StringSyntax syntax, Counters& counters);
  bool is_constant() const;
  Piece read_piece(const SkeletonPiece& piece, Counters& counters);
  void read_slots(const SkeletonPiece& from, Piece& piece);
  Slot read_list(const SlotSource& source, std::uint32_t number, Piece& piece);
  StatementPtr shape_of(const SkeletonPiece& piece, Counters& counters);

  const ValueHasher& hasher;
  Limits limits;
  CommentTags comments;
  Shelf<Text> texts;
  Shelf<Known> layouts;
  ShapeShelf shapes;
  Door texts_door, layouts_door;
  Text nothing, fresh;
  Skeleton skeleton;
  std::vector<StatementLayout::Value> values;
  std::string scratch;
  std::uint64_t next_way = 0;
};

StatementCache::StatementCache(const ValueHasher& hasher, Limits limits)
    : impl_(std::make_unique<Impl>(hasher, limits)) {}

StatementCache::~StatementCache() = default;

void StatementCache::expect(std::uint64_t text_hash) const {
  impl_->texts.expect(text_hash);
  impl_->texts_door.expect(text_hash);
}

const StatementCache::Text& StatementCache::resolve(std::string_view text, std::uint64_t text_hash,
                                                    StringSyntax syntax) {
  constexpr std::uint64_t other_syntax = 0x9E3779B97F4A7C15ULL;
  const std::uint64_t key = syntax == StringSyntax::standard ? text_hash : text_hash ^ other_syntax;
  if (const Text* known = impl_->texts.find(key)) {
    ++counters_.text_hits;
    return *known;
  }
  if (text.empty()) return impl_->nothing;
  const std::uint64_t before = impl_->texts_door.passed(key);
  if (before < often && syntax == StringSyntax::standard) {
    if (const Text* known = impl_->find_layout(text)) {
      ++counters_.shape_hits;
      ++counters_.layout_hits;
      return *known;
    }
  }
  impl_->read(text, syntax, counters_);
  // Of several statements only the first brings the text.
  if (before > 0 || impl_->fresh.pieces.size() > 1 || impl_->is_constant()) {
    const std::size_t bytes = impl_->fresh.footprint();
    return impl_->texts.put(key, std::move(impl_->fresh), bytes);
  }
  if (syntax == StringSyntax::standard) impl_->keep_layout();
  return impl_->fresh;
}

/// The model of the text's layout, with the text's own literals and trace.
const StatementCache::Text* StatementCache::Impl::find_layout(std::string_view text) {
  const std::uint64_t key = StatementLayout::key(text, hasher);
  for (std::uint64_t way = 0; way < most_ways; ++way) {
    Known* known = layouts.find(key + way);
    if (known == nullptr) return nullptr;
    if (!known->layout.match(text, hasher, values)) continue;
    Piece& piece = known->model.pieces.front();
    piece.elements.clear();
    for (const StatementLayout::Value& value : values) {
      if (value.slot == StatementLayout::Value::no_slot) {
        TraceIds::copy_id(text.substr(value.source.begin), known->model.trace_id);
      } else {
        piece.slots[value.slot] = literal_slot(text, value.source, hasher, scratch, piece.elements);
      }
    }
    keep_clear(*piece.statement, piece.slots);
    return &known->model;
  }
  return nullptr;
}

void StatementCache::Impl::keep_layout() {
  std::optional<StatementLayout> layout = StatementLayout::of(skeleton, hasher);
  if (!layout || layout->has_trace() != !fresh.trace_id.empty()) return;
  if (layouts_door.passed(layout->hash(hasher)) == 0) return;
  const std::uint64_t key = StatementLayout::key(skeleton.text(), hasher);
  std::uint64_t way = 0;
  while (way < most_ways && layouts.find(key + way) != nullptr) ++way;
  if (way == most_ways) {
    way = next_way++ % most_ways;
    layouts.remove(key + way);
  }
  const std::size_t bytes = layout->footprint() + fresh.footprint();
  layouts.put(key + way, {std::move(*layout), fresh}, bytes);
}

/// Whether equal texts of this shape are equal in all they say.
bool StatementCache::Impl::is_constant() const {
  if (!fresh.trace_id.empty()) return false;
  const auto& slots = skeleton.slots();
  return std::all_of(slots.begin(), slots.end(), [](const SlotSource& slot) {
    return slot.kind == SlotSource::Kind::parameter;
  });
}

void StatementCache::Impl::read(std::string_view text, StringSyntax syntax, Counters& counters) {
  skeleton.read(text, syntax);
  fresh.tags = comments.read(text, skeleton.comments(), fresh.trace_id);
  fresh.pieces.clear();
  fresh.pieces.reserve(skeleton.pieces().size());
  for (const SkeletonPiece& piece : skeleton.pieces()) {
    fresh.pieces.push_back(read_piece(piece, counters));
  }
  if (fresh.pieces.empty()) fresh.pieces.push_back(nothing.pieces.front());
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
  keep_clear(*piece.statement, piece.slots);
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
  if (StatementPtr known = shapes.find(piece.hash)) {
    ++counters.shape_hits;
    return known;
  }
  Statement made = describe(skeleton, piece, limits.longest_parsed);
  if (made.unparsed_reason == "too_long") {
    ++counters.too_long;
  } else if (made.unparsed_reason == "too_deep") {
    ++counters.too_deep;
  } else {
    if (!made.parsed) ++counters.syntax;
    if (!piece.cut) ++counters.parsed;
  }
  return shapes.put(std::move(made));
}

std::size_t StatementCache::size(const Text& text) {
  return text.pieces.size();
}

bool StatementCache::fill(const Text& text, std::uint32_t ordinal, const Execution& execution,
                          Resolved& out) {
  if (ordinal >= text.pieces.size()) return false;
  const Piece& piece = text.pieces[ordinal];
  if (out.statement != piece.statement) out.statement = piece.statement;
  if (out.tags != text.tags) out.tags = text.tags;
  out.trace_id = text.trace_id;
  out.slots = piece.slots;
  out.elements = piece.elements;
  out.name = piece.name;
  for (const Patch& patch : piece.patches) {
    out.slots[patch.slot] = patch.parameter > 0
                                ? parameter_slot(execution, patch.parameter, out.elements)
                                : list_slot(piece, patch, execution, out.elements);
  }
  if (!piece.patches.empty()) keep_clear(*piece.statement, out.slots);
  fill_setting(piece, execution, out);
  return true;
}

std::size_t StatementCache::bytes() const {
  return impl_->texts.bytes() + impl_->layouts.bytes() + impl_->comments.bytes() +
         impl_->shapes.bytes();
}

std::size_t StatementCache::shapes() const {
  return impl_->shapes.size();
}

std::uint64_t StatementCache::forgotten_shapes() const {
  return impl_->shapes.forgotten();
}

}  // namespace onetrip
