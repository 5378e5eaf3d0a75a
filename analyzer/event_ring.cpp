#include "analyzer/event_ring.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <utility>
#include <vector>

namespace onetrip {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t largest_kept = 64U << 10;

std::size_t footprint(const Event& event) {
  const SessionFacts& facts = event.facts;
  std::size_t size = sizeof(Event) + event.execution.footprint();
  for (const std::string* text : {&facts.user, &facts.database, &facts.application_name,
                                  &facts.client, &facts.upstream, &facts.server_version}) {
    size += text->capacity();
  }
  return size;
}

struct Place {
  Event event;
  std::size_t size = 0;  ///< when it was put; once drained, what its leftovers hold
};

}  // namespace

// Bytes are counted without a counter that both sides write: each side adds up what it moved, and
// the difference is what is in the ring.
struct EventRing::Impl {
  Impl(std::size_t slots, std::size_t the_max_bytes, std::function<void()> the_wake)
      : ring(std::bit_ceil(std::max<std::size_t>(slots, 2))),
        mask(ring.size() - 1),
        reserve(ring.size() / 16),
        max_bytes(the_max_bytes),
        wake(std::move(the_wake)) {}

  bool is_full(const Event& event, std::size_t size);
  void wake_when_half_full();

  std::vector<Place> ring;
  const std::size_t mask, reserve, max_bytes;
  const std::function<void()> wake;

  struct alignas(cache_line) Producer {
    std::atomic<std::uint64_t> put{0}, bytes{0}, leftovers{0}, dropped{0};
    std::uint64_t seen_taken = 0, seen_bytes = 0;  ///< of the consumer, as last looked up
    bool woke = false;
  } producer;
  struct alignas(cache_line) Consumer {
    std::atomic<std::uint64_t> taken{0}, bytes{0};
    std::uint64_t leftovers = 0;
  } consumer;
};

// The consumer's line is looked at only when the ring seems to be filling.
bool EventRing::Impl::is_full(const Event& event, std::size_t size) {
  const std::uint64_t put = producer.put.load(std::memory_order_relaxed);
  const std::uint64_t bytes = producer.bytes.load(std::memory_order_relaxed);
  const bool filling = put - producer.seen_taken >= ring.size() / 2 ||
                       bytes + size - producer.seen_bytes >= max_bytes / 2;
  if (filling) {
    producer.seen_taken = consumer.taken.load(std::memory_order_acquire);
    producer.seen_bytes = consumer.bytes.load(std::memory_order_relaxed);
  }
  if (event.kind != Event::Kind::execution) return put - producer.seen_taken >= ring.size();
  return put - producer.seen_taken >= ring.size() - reserve ||
         bytes + size - producer.seen_bytes > max_bytes;
}

void EventRing::Impl::wake_when_half_full() {
  const std::uint64_t depth = producer.put.load(std::memory_order_relaxed) - producer.seen_taken;
  const std::uint64_t bytes = producer.bytes.load(std::memory_order_relaxed) - producer.seen_bytes;
  const bool half_full = depth >= ring.size() / 2 || bytes >= max_bytes / 2;
  if (half_full && !producer.woke && wake) wake();
  producer.woke = half_full;
}

EventRing::EventRing(std::size_t slots, std::size_t max_bytes, std::function<void()> wake)
    : impl_(std::make_unique<Impl>(slots, max_bytes, std::move(wake))) {}

EventRing::~EventRing() = default;

void EventRing::put(Event& event) {
  Impl& ring = *impl_;
  const std::size_t size = footprint(event);
  if (ring.is_full(event, size)) {
    ring.producer.dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::uint64_t put = ring.producer.put.load(std::memory_order_relaxed);
  Place& place = ring.ring[put & ring.mask];
  std::swap(place.event, event);
  const std::size_t leftover = std::exchange(place.size, size);
  ring.producer.leftovers.fetch_add(leftover, std::memory_order_relaxed);
  ring.producer.bytes.fetch_add(size, std::memory_order_relaxed);
  ring.producer.put.store(put + 1, std::memory_order_release);
  ring.wake_when_half_full();
}

std::size_t EventRing::drain(const std::function<void(Event&)>& take) {
  Impl& ring = *impl_;
  const std::uint64_t until = ring.producer.put.load(std::memory_order_acquire);
  const std::uint64_t from = ring.consumer.taken.load(std::memory_order_relaxed);
  for (std::uint64_t here = from; here != until; ++here) {
    Place& place = ring.ring[here & ring.mask];
    const std::size_t size = place.size;
    take(place.event);
    const std::size_t left = footprint(place.event);
    const std::uint64_t held =
        ring.consumer.leftovers - ring.producer.leftovers.load(std::memory_order_relaxed);
    if (left > largest_kept || held + left > ring.max_bytes) {
      // Assigning an empty string keeps the other's buffer; swapping does not.
      Event empty;
      std::swap(place.event, empty);
      place.size = 0;
    } else {
      place.size = left;
      ring.consumer.leftovers += left;
    }
    // Each slot is given back at once, so that a batch that takes long does not fill the ring.
    ring.consumer.bytes.fetch_add(size, std::memory_order_relaxed);
    ring.consumer.taken.store(here + 1, std::memory_order_release);
  }
  return static_cast<std::size_t>(until - from);
}

std::uint64_t EventRing::dropped() const {
  return impl_->producer.dropped.load(std::memory_order_relaxed);
}

std::size_t EventRing::depth() const {
  const std::uint64_t taken = impl_->consumer.taken.load(std::memory_order_relaxed);
  const std::uint64_t put = impl_->producer.put.load(std::memory_order_relaxed);
  return put > taken ? static_cast<std::size_t>(put - taken) : 0;
}

std::size_t EventRing::capacity() const {
  return impl_->ring.size();
}

}  // namespace onetrip
