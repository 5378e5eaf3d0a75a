#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>
#include <vector>

#include "analyzer/prefetch.hpp"

namespace onetrip {

/// Values by a 64-bit hash, bounded in the bytes that they say they hold. Goes first: the oldest
/// that was not asked for since it came, or since it was spared for having been asked for. A
/// value's address is good while it is on the shelf; the latest always is.
template <typename Value>
class Shelf {
 public:
  explicit Shelf(std::size_t limit) : limit_(limit), buckets_(64) {}

  /// Null when there is none.
  Value* find(std::uint64_t key) {
    Entry* entry = bucket(key);
    while (entry != nullptr && entry->key != key) entry = entry->next;
    if (entry == nullptr) return nullptr;
    entry->wanted = true;
    return &entry->value;
  }

  /// prefetch()es where find() will look first.
  void expect(std::uint64_t key) const { prefetch(&buckets_[key & (buckets_.size() - 1)], 1); }

  /// The key must not be there: find() said so.
  Value& put(std::uint64_t key, Value value, std::size_t bytes) {
    if (entries_.size() >= buckets_.size()) grow();
    entries_.push_front({key, bytes + overhead, nullptr, {}, false, std::move(value)});
    Entry& entry = entries_.front();
    entry.place = entries_.begin();
    link(entry);
    bytes_ += entry.bytes;
    while (this->bytes() > limit_ && entries_.size() > 1) remove_oldest();
    return entry.value;
  }

  /// Nothing when it is not there.
  void remove(std::uint64_t key) {
    Entry* entry = bucket(key);
    while (entry != nullptr && entry->key != key) entry = entry->next;
    if (entry != nullptr) remove(*entry);
  }

  std::size_t bytes() const { return bytes_ + buckets_.size() * sizeof(void*); }
  std::size_t size() const { return entries_.size(); }
  /// How many went because there was no room.
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Entry {
    std::uint64_t key;
    std::size_t bytes;
    Entry* next;  ///< of its bucket
    typename std::list<Entry>::iterator place;
    bool wanted;
    Value value;
  };
  /// An entry with its links, and what the allocator puts around it.
  static constexpr std::size_t overhead = sizeof(Entry) + 2 * sizeof(void*) + 16;

  Entry*& bucket(std::uint64_t key) { return buckets_[key & (buckets_.size() - 1)]; }

  void link(Entry& entry) {
    Entry*& first = bucket(entry.key);
    entry.next = first;
    first = &entry;
  }

  void remove_oldest() {
    // The first one is new. Each of the others is spared once at most.
    while (entries_.back().wanted) {
      entries_.back().wanted = false;
      entries_.splice(std::next(entries_.begin()), entries_, std::prev(entries_.end()));
    }
    remove(entries_.back());
    ++forgotten_;
  }

  void remove(Entry& entry) {
    Entry** link = &bucket(entry.key);
    while (*link != &entry) link = &(*link)->next;
    *link = entry.next;
    bytes_ -= entry.bytes;
    entries_.erase(entry.place);
  }

  void grow() {
    buckets_.assign(buckets_.size() * 2, nullptr);
    for (Entry& entry : entries_) link(entry);
  }

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;
  std::list<Entry> entries_;     ///< latest first
  std::vector<Entry*> buckets_;  ///< a power of two of them
};

}  // namespace onetrip
