#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// Format codes as Bind has them, network byte order: none (all text), one for all, or one each.
bool is_binary(Bytes formats, std::size_t index);

/// What a RowDescription says of a result, as far as it is kept: how many columns it has, and those
/// whose cells are hashed, by type and name, in order of position.
struct ResultShape {
  static constexpr std::size_t most_keys = 32;  ///< as BinaryKeys has bits
  static constexpr std::uint32_t longest_cell = 64;

  bool known = false;
  std::uint16_t columns = 0;
  std::uint16_t left_out = 0;  ///< columns that might be keys, beyond as many as are kept
  std::vector<ResultColumn> keys;
};

/// One bit per key column: its cells come in binary format.
using BinaryKeys = std::uint32_t;

/// Reads a RowDescription's body into `shape` (whose capacity is used again), `most_keys` columns
/// at most; returns the formats that it tells, all text where they are not known yet.
BinaryKeys read_row_description(Bytes body, std::size_t most_keys, ResultShape& shape);
/// The formats that Bind asked for.
BinaryKeys binary_keys(const std::vector<ResultColumn>& keys, Bytes formats);

/// A value of a DataRow or a Bind.
struct WireValue {
  enum class Kind : std::uint8_t { null, known, too_long };
  Kind kind = Kind::null;
  Bytes bytes;               ///< of known; good during the call
  std::uint32_t length = 0;  ///< that it announced; 0 of null
};

/// Walks the values of a DataRow or a Bind, fed with bytes that are cut anywhere. A value that is
/// cut is gathered, one longer than `longest` is counted down.
///
///   values = { length:Int32 value:Byte[length] }*        length -1: NULL, no bytes
class ValueWalker {
 public:
  ValueWalker(std::uint32_t count, std::uint32_t longest) : count_(count), longest_(longest) {}

  bool done() const { return index_ == count_; }
  std::size_t footprint() const { return gathered_.capacity(); }

  /// Calls take(index, WireValue) for each value that is complete, once per value, in order.
  /// Returns the bytes behind the last one.
  template <class Take>
  Bytes walk(Bytes bytes, Take&& take) {
    while (!done()) {
      if (!in_value_ && length_bytes_ == 0 && walk_whole(bytes, take)) continue;
      if (!in_value_ && !read_length(bytes)) return {};
      if (is_null_) {
        take(next(), WireValue{});
        continue;
      }
      if (!gathered_.empty() || bytes.size() < left_) {
        if (!gather(bytes)) return {};
        take(next(), WireValue{kind(), gathered_, length_});
        gathered_.clear();
        continue;
      }
      const Bytes value = bytes.first(left_);
      bytes = bytes.subspan(left_);
      take(next(), WireValue{kind(), length_ > longest_ ? Bytes{} : value, length_});
    }
    return bytes;
  }

 private:
  static constexpr std::uint32_t null_length = 0xFFFF'FFFF;

  /// A value that is there with its length, as nearly all are.
  template <class Take>
  bool walk_whole(Bytes& bytes, Take&& take) {
    if (bytes.size() < sizeof(std::uint32_t)) return false;
    const std::uint32_t length = int32_at(bytes.data());
    const bool is_null = length == null_length;
    const std::size_t size = is_null ? 0 : length;
    if (size > bytes.size() - sizeof length) return false;
    const Bytes value = bytes.subspan(sizeof length, size);
    bytes = bytes.subspan(sizeof length + size);
    if (is_null) {
      take(index_++, WireValue{});
    } else if (length > longest_) {
      take(index_++, WireValue{WireValue::Kind::too_long, {}, length});
    } else {
      take(index_++, WireValue{WireValue::Kind::known, value, length});
    }
    return true;
  }
  bool read_length(Bytes& bytes);
  bool gather(Bytes& bytes);
  WireValue::Kind kind() const {
    return length_ > longest_ ? WireValue::Kind::too_long : WireValue::Kind::known;
  }
  std::uint32_t next() {
    in_value_ = false;
    is_null_ = false;
    return index_++;
  }

  std::vector<std::byte> gathered_;
  std::uint32_t count_;
  std::uint32_t longest_;
  std::uint32_t index_ = 0;
  std::uint32_t length_ = 0;
  std::uint32_t left_ = 0;
  std::uint8_t length_bytes_ = 0;
  bool in_value_ = false;
  bool is_null_ = false;
};

/// Adds one row's key cells to an execution that has its key columns.
class CellReader {
 public:
  /// How many values from the front of a row are to be walked, if its cells are looked at.
  static std::uint32_t wanted_values(const Execution& execution) {
    return execution.key_columns.empty() ? 0 : execution.key_columns.back().position + 1U;
  }

  CellReader(Execution& execution, BinaryKeys binary, const ValueHasher& hasher)
      : execution_(&execution), hasher_(&hasher), binary_(binary) {}

  void operator()(std::uint32_t index, const WireValue& value);
  /// Cells that did not come have no value.
  void end_row();

 private:
  Execution* execution_;
  const ValueHasher* hasher_;
  std::uint8_t key_ = 0;
  BinaryKeys binary_;
};

/// The same of a row of a large result, whose cells' sizes are counted, too.
class SizeReader {
 public:
  /// Whether they are of a row that ends at `end` of the answer, if its cells are looked at.
  static bool wants(std::uint64_t end) { return end > ColumnSizes::begin; }

  /// Of a row of execution.columns that ends at `end`.
  SizeReader(CellReader cells, Execution& execution, std::uint64_t end);

  std::uint32_t wanted_values() const { return wanted_; }
  void operator()(std::uint32_t index, const WireValue& value) {
    if (sizes_ != nullptr) sizes_->bytes[index] += value.length;
    cells_(index, value);
  }
  /// `size`: of the whole message.
  void end_row(std::uint64_t size);

 private:
  CellReader cells_;
  ColumnSizes* sizes_ = nullptr;  // null: not counted
  std::uint32_t wanted_;
};

}  // namespace onetrip
