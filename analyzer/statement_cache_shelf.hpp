#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <utility>

namespace onetrip {

/// Values by a 64-bit hash, bounded in the bytes that they say they hold; the one not asked for
/// longest goes first. A value's address is good while it is on the shelf; the latest always is.
template <typename Value>
class Shelf {
 public:
  explicit Shelf(std::size_t limit) : limit_(limit) {}

  /// Null when there is none.
  Value* find(std::uint64_t key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->value;
  }

  /// In place of the key's former value, if any.
  Value& put(std::uint64_t key, Value value, std::size_t bytes) {
    remove(key);
    entries_.push_front({key, bytes + overhead, std::move(value)});
    index_.emplace(key, entries_.begin());
    bytes_ += bytes + overhead;
    while (bytes_ > limit_ && entries_.size() > 1) remove(entries_.back().key);
    return entries_.front().value;
  }

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t bytes;
    Value value;
  };
  struct AsItIs {
    std::size_t operator()(std::uint64_t key) const { return static_cast<std::size_t>(key); }
  };
  /// List and hash nodes with what the allocator puts around them.
  static constexpr std::size_t overhead = sizeof(Entry) + 80;

  void remove(std::uint64_t key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    bytes_ -= found->second->bytes;
    entries_.erase(found->second);
    index_.erase(found);
  }

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< latest first
  std::unordered_map<std::uint64_t, typename std::list<Entry>::iterator, AsItIs> index_;
};

}  // namespace onetrip
