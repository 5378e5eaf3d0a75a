#include "proxy/session/result.hpp"

#include <iterator>
#include <string_view>

#include "proxy/wire/backend.hpp"

namespace onetrip {

namespace {

constexpr std::uint32_t first_user_oid = 16'384;
constexpr std::uint32_t name_type = 19;

enum class Rank : std::uint8_t { no_key, plain_text, plain_integer, named };

bool is_integer_or_uuid(std::uint32_t type) {
  return type == type_oid::int4 || type == type_oid::int8 || type == type_oid::int2 ||
         type == type_oid::uuid;
}

/// Enums, domains over nothing known, citext: readable in text format only.
bool is_textual(std::uint32_t type) {
  return type == type_oid::text || type == type_oid::varchar || type == type_oid::bpchar ||
         type == name_type || type >= first_user_oid;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char c, char expected) {
           return (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == expected;
         });
}

bool ends_like(std::string_view name, std::string_view suffix) {
  return name.size() >= suffix.size() &&
         equals_ignoring_case(name.substr(name.size() - suffix.size()), suffix);
}

/// id, author_id, authorId, order_uuid, natural_key, pk.
bool is_named_like_key(std::string_view name) {
  for (const std::string_view whole : {"id", "pk", "uuid"}) {
    if (equals_ignoring_case(name, whole)) return true;
  }
  for (const std::string_view suffix : {"_id", "_uuid", "_key"}) {
    if (ends_like(name, suffix)) return true;
  }
  if (name.size() < 3 || !ends_like(name, "id")) return false;
  const char before = name[name.size() - 3];
  return name[name.size() - 2] == 'I' && before >= 'a' && before <= 'z';
}

Rank rank_of(const backend::Field& field) {
  const bool whole = is_integer_or_uuid(field.type_oid);
  const bool textual = is_textual(field.type_oid);
  const bool other = field.type_oid == type_oid::oid || field.type_oid == type_oid::numeric;
  if (!whole && !textual && !other) return Rank::no_key;
  if (is_named_like_key(field.name)) return Rank::named;
  if (field.table_oid == 0 || other) return Rank::no_key;
  return whole ? Rank::plain_integer : Rank::plain_text;
}

struct Pick {
  backend::Field field;
  std::uint16_t position = 0;
  Rank rank = Rank::no_key;
};

/// The best columns seen so far, in order of position.
class Picks {
 public:
  explicit Picks(std::size_t most) : most_(most) { picks_.reserve(most); }
  void add(const Pick& pick) {
    if (picks_.size() == most_) ++left_out_;
    if (picks_.size() == most_ && !drop_worse_than(pick.rank)) return;
    picks_.push_back(pick);
  }
  std::vector<Pick>::const_iterator begin() const { return picks_.begin(); }
  std::vector<Pick>::const_iterator end() const { return picks_.end(); }
  std::size_t size() const { return picks_.size(); }
  std::uint16_t left_out() const { return left_out_; }

 private:
  /// Of several equally bad ones the last goes.
  bool drop_worse_than(Rank rank) {
    const auto worst =
        std::min_element(picks_.rbegin(), picks_.rend(),
                         [](const Pick& one, const Pick& other) { return one.rank < other.rank; });
    if (worst->rank >= rank) return false;
    picks_.erase(std::prev(worst.base()));
    return true;
  }

  std::vector<Pick> picks_;
  std::size_t most_;
  std::uint16_t left_out_ = 0;
};

}  // namespace

bool is_binary(Bytes formats, std::size_t index) {
  constexpr std::size_t size = sizeof(std::int16_t);
  if (formats.size() == size) index = 0;
  if (formats.size() < (index + 1) * size) return false;
  return formats[index * size + 1] != std::byte{0};
}

BinaryKeys read_row_description(Bytes body, std::size_t most_keys, ResultShape& shape) {
  backend::RowDescription description(body);
  shape.columns = description.fields();
  Picks picks(std::min(most_keys, ResultShape::most_keys));
  for (std::uint16_t position = 0; position < shape.columns && !description.failed(); ++position) {
    const backend::Field field = description.next();
    const Rank rank = rank_of(field);
    if (rank != Rank::no_key) picks.add({field, position, rank});
  }
  shape.left_out = picks.left_out();
  shape.keys.resize(picks.size());
  BinaryKeys binary = 0;
  BinaryKeys bit = 1;
  auto key = shape.keys.begin();
  for (const Pick& pick : picks) {
    key->table_oid = pick.field.table_oid;
    key->attribute = pick.field.attribute;
    key->position = pick.position;
    key->type_oid = pick.field.type_oid;
    key->name = pick.field.name;
    if (pick.field.format != 0) binary |= bit;
    bit <<= 1U;
    ++key;
  }
  return binary;
}

BinaryKeys binary_keys(const std::vector<ResultColumn>& keys, Bytes formats) {
  BinaryKeys binary = 0;
  BinaryKeys bit = 1;
  for (const ResultColumn& key : keys) {
    if (is_binary(formats, key.position)) binary |= bit;
    bit <<= 1U;
  }
  return binary;
}

bool ValueWalker::read_length(Bytes& bytes) {
  while (length_bytes_ < 4) {
    if (bytes.empty()) return false;
    length_ = length_ << 8U | std::to_integer<std::uint32_t>(bytes.front());
    bytes = bytes.subspan(1);
    ++length_bytes_;
  }
  length_bytes_ = 0;
  in_value_ = true;
  is_null_ = length_ == null_length;
  left_ = is_null_ ? 0 : length_;
  return true;
}

bool ValueWalker::gather(Bytes& bytes) {
  const Bytes part = bytes.first(std::min<std::size_t>(left_, bytes.size()));
  if (length_ <= longest_) gathered_.insert(gathered_.end(), part.begin(), part.end());
  bytes = bytes.subspan(part.size());
  left_ -= static_cast<std::uint32_t>(part.size());
  return left_ == 0;
}

void CellReader::operator()(std::uint32_t index, const WireValue& value) {
  if (key_ == execution_->key_columns.size()) return;
  const ResultColumn& column = execution_->key_columns[key_];
  if (column.position != index) return;
  ValueHash hash = no_value;
  if (value.kind == WireValue::Kind::known) {
    const bool binary = ((binary_ >> key_) & 1U) != 0;
    hash = binary ? hasher_->binary(column.type_oid, as_text(value.bytes))
                  : hasher_->text(column.type_oid, as_text(value.bytes));
  }
  execution_->cells.push_back(hash);
  ++key_;
}

void CellReader::end_row() {
  for (; key_ < execution_->key_columns.size(); ++key_) execution_->cells.push_back(no_value);
}

SizeReader::SizeReader(CellReader cells, Execution& execution, std::uint64_t end)
    : cells_(cells), wanted_(CellReader::wanted_values(execution)) {
  if (!wants(end) || execution.columns > ColumnSizes::most_columns) return;
  wanted_ = execution.columns;
  sizes_ = &execution.sizes;
  if (sizes_->bytes.size() < execution.columns) sizes_->bytes.resize(execution.columns);
}

void SizeReader::end_row(std::uint64_t size) {
  cells_.end_row();
  if (sizes_ == nullptr) return;
  sizes_->of_bytes += size;
  ++sizes_->rows;
}

}  // namespace onetrip
