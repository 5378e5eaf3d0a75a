#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>
#include <vector>

namespace onetrip {

/// Values by a 64-bit hash, bounded in the bytes that they say they hold; the one not asked for
/// longest goes first. A value's address is good while it is on the shelf; the latest always is.
template <typename Value>
class Shelf {
 public:
  explicit Shelf(std::size_t limit) : limit_(limit), buckets_(64) {}

  /// Null when there is none.
  Value* find(std::uint64_t key) {
    Entry* entry = bucket(key);
    while (entry != nullptr && entry->key != key) entry = entry->next;
    if (entry == nullptr) return nullptr;
    entries_.splice(entries_.begin(), entries_, entry->place);
    return &entry->value;
  }

  /// The key must not be there: find() said so.
  Value& put(std::uint64_t key, Value value, std::size_t bytes) {
    if (entries_.size() >= buckets_.size()) grow();
    entries_.push_front({key, bytes + overhead, nullptr, {}, std::move(value)});
    Entry& entry = entries_.front();
    entry.place = entries_.begin();
    link(entry);
    bytes_ += entry.bytes;
    while (bytes_ > limit_ && entries_.size() > 1) remove_oldest();
    return entry.value;
  }

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t bytes;
    Entry* next;  ///< of its bucket
    typename std::list<Entry>::iterator place;
    Value value;
  };
  /// An entry with its links and its bucket, and what the allocator puts around it.
  static constexpr std::size_t overhead = sizeof(Entry) + 48;

  Entry*& bucket(std::uint64_t key) { return buckets_[key & (buckets_.size() - 1)]; }

  void link(Entry& entry) {
    Entry*& first = bucket(entry.key);
    entry.next = first;
    first = &entry;
  }

  void remove_oldest() {
    const Entry& oldest = entries_.back();
    Entry** link = &bucket(oldest.key);
    while (*link != &oldest) link = &(*link)->next;
    *link = oldest.next;
    bytes_ -= oldest.bytes;
    entries_.pop_back();
  }

  void grow() {
    buckets_.assign(buckets_.size() * 2, nullptr);
    for (Entry& entry : entries_) link(entry);
  }

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;     ///< latest first
  std::vector<Entry*> buckets_;  ///< a power of two of them
};

}  // namespace onetrip
