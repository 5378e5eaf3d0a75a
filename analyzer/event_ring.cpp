#include "analyzer/event_ring.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "analyzer/prefetch.hpp"

namespace onetrip {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t largest_kept = 64U << 10;
constexpr std::size_t most_spare = 4096;  ///< events that wait to be used again

std::size_t footprint(const Event& event) {
  std::size_t size = sizeof(Event) + event.execution.footprint();
  if (event.kind == Event::Kind::execution) return size;
  const SessionFacts& facts = event.facts;
  for (const std::string* text : {&facts.user, &facts.database, &facts.application_name,
                                  &facts.client, &facts.upstream, &facts.server_version}) {
    size += text->capacity();
  }
  return size;
}

/// Of a number that one thread writes and others read.
void add(std::atomic<std::uint64_t>& number, std::uint64_t more) {
  number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

/// What was put, or comes back, may be in another core's cache.
void prefetch_event(const Event& event) {
  prefetch(&event, offsetof(Event, facts));
}

struct Place {
  std::unique_ptr<Event> event;
  std::size_t size = 0;
};

}  // namespace

// Two rings of pointers: one with what was put, and one by which the events come back. The producer
// takes back all that is there at once and uses the one first that it got last, so that few events
// are in use, and these stay in the caches. Bytes are counted without a counter that both sides
// write: each side adds up what it moved.
struct EventRing::Impl {
  Impl(std::size_t slots, std::size_t the_max_bytes, std::function<void()> the_wake)
      : ring(std::bit_ceil(std::max<std::size_t>(slots, 2))),
        spare(std::min(ring.size(), most_spare)),
        mask(ring.size() - 1),
        reserve(ring.size() / 16),
        max_bytes(the_max_bytes),
        wake(std::move(the_wake)) {
    stack.reserve(spare.size());
  }

  bool is_full(const Event& event, std::size_t size);
  bool admit(const Event& event, std::size_t size);
  std::unique_ptr<Event> take_spare();
  void push(std::unique_ptr<Event> event, std::size_t size);
  void wake_when_due();
  void give_back(Place place);
  bool take_all(const Take& take, const Expect& expect);

  std::vector<Place> ring, spare;
  const std::size_t mask, reserve, max_bytes;
  const std::function<void()> wake;

  struct alignas(cache_line) Producer {
    std::atomic<std::uint64_t> put{0}, bytes{0}, dropped{0};
    std::atomic<std::uint64_t> taken_back{0}, bytes_taken_back{0};
    std::uint64_t seen_taken = 0, seen_bytes = 0;  ///< of the consumer, as last looked up
    bool woke = false;
  } producer;
  std::vector<Place> stack;  ///< the producer's: spare events, the latest last
  struct alignas(cache_line) Consumer {
    std::atomic<std::uint64_t> taken{0}, bytes{0};
    std::atomic<std::uint64_t> given_back{0};
    std::uint64_t bytes_given_back = 0;
  } consumer;
  alignas(cache_line) std::atomic<bool> rests{false};
  std::shared_mutex attaching;  ///< of `source`; shared by those that ask it
  EventSource* source = nullptr;
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

bool EventRing::Impl::admit(const Event& event, std::size_t size) {
  if (!is_full(event, size)) return true;
  add(producer.dropped, 1);
  return false;
}

std::unique_ptr<Event> EventRing::Impl::take_spare() {
  if (stack.empty()) {
    const std::uint64_t until = consumer.given_back.load(std::memory_order_acquire);
    std::uint64_t here = producer.taken_back.load(std::memory_order_relaxed);
    for (; here != until; ++here) stack.push_back(std::move(spare[here % spare.size()]));
    producer.taken_back.store(here, std::memory_order_release);
  }
  if (stack.empty()) return std::make_unique<Event>();
  Place place = std::move(stack.back());
  stack.pop_back();
  if (!stack.empty()) prefetch_event(*stack.back().event);
  add(producer.bytes_taken_back, place.size);
  return std::move(place.event);
}

void EventRing::Impl::push(std::unique_ptr<Event> event, std::size_t size) {
  const std::uint64_t put = producer.put.load(std::memory_order_relaxed);
  ring[put & mask] = {std::move(event), size};
  add(producer.bytes, size);
  // Before the look at `rests`: either this thread sees that the consumer rests, or that one sees
  // the event.
  producer.put.store(put + 1, std::memory_order_seq_cst);
  wake_when_due();
}

void EventRing::Impl::wake_when_due() {
  const std::uint64_t depth = producer.put.load(std::memory_order_relaxed) - producer.seen_taken;
  const std::uint64_t bytes = producer.bytes.load(std::memory_order_relaxed) - producer.seen_bytes;
  const bool half_full = depth >= ring.size() / 2 || bytes >= max_bytes / 2;
  const bool due = half_full && !producer.woke;
  producer.woke = half_full;
  const bool rested = rests.load(std::memory_order_seq_cst) && rests.exchange(false);
  if ((due || rested) && wake) wake();
}

// What was taken out of the event is counted as if it were there, which leaves fewer to be used
// again.
void EventRing::Impl::give_back(Place place) {
  const std::uint64_t given = consumer.given_back.load(std::memory_order_relaxed);
  if (given - producer.taken_back.load(std::memory_order_acquire) >= spare.size()) return;
  const std::uint64_t held =
      consumer.bytes_given_back - producer.bytes_taken_back.load(std::memory_order_relaxed);
  if (place.size > largest_kept || held + place.size > max_bytes) return;
  consumer.bytes_given_back += place.size;
  spare[given % spare.size()] = std::move(place);
  consumer.given_back.store(given + 1, std::memory_order_release);
}

EventRing::EventRing(std::size_t slots, std::size_t max_bytes, std::function<void()> wake)
    : impl_(std::make_unique<Impl>(slots, max_bytes, std::move(wake))) {}

EventRing::~EventRing() = default;

void EventRing::put(Event& event) {
  const std::size_t size = footprint(event);
  if (!impl_->admit(event, size)) return;
  std::unique_ptr<Event> spare = impl_->take_spare();
  std::swap(*spare, event);
  impl_->push(std::move(spare), size);
}

void EventRing::trade(std::unique_ptr<Event>& event) {
  const std::size_t size = footprint(*event);
  if (!impl_->admit(*event, size)) return;
  std::unique_ptr<Event> spare = impl_->take_spare();
  std::swap(spare, event);
  impl_->push(std::move(spare), size);
}

bool EventRing::attach(EventSource* source) {
  const std::lock_guard lock(impl_->attaching);
  impl_->source = source;
  return true;
}

void EventRing::nudge(bool soon) {
  const bool rested = impl_->rests.load(std::memory_order_seq_cst) && impl_->rests.exchange(false);
  if ((soon || rested) && impl_->wake) impl_->wake();
}

// Of the source's bytes no more than wait now, so that this ends while more and more come. One look
// at least: it waits for the producer, where that looks itself.
bool EventRing::drain(const Take& take, const Expect& expect) {
  bool any = impl_->take_all(take, expect);
  const std::shared_lock lock(impl_->attaching);
  if (impl_->source == nullptr) return any;
  const std::size_t waiting = impl_->source->waiting();
  std::size_t looked = 0, more = 0;
  do {
    more = impl_->source->look();
    looked += more;
    any = impl_->take_all(take, expect) || more != 0 || any;
  } while (more != 0 && looked < waiting);
  return any;
}

bool EventRing::Impl::take_all(const Take& take, const Expect& expect) {
  const std::uint64_t until = producer.put.load(std::memory_order_acquire);
  const std::uint64_t from = consumer.taken.load(std::memory_order_relaxed);
  const auto at = [&](std::uint64_t place) -> const Event& { return *ring[place & mask].event; };
  constexpr std::uint64_t ahead = 3;  // one more than is expected
  for (std::uint64_t here = from; here != std::min(until, from + ahead); ++here)
    prefetch_event(at(here));
  for (std::uint64_t here = from; here != until; ++here) {
    if (here + ahead < until) prefetch_event(at(here + ahead));
    if (expect && here + 2 < until) expect(at(here + 2), 2);
    if (expect && here + 1 < until) expect(at(here + 1), 1);
    Place place = std::move(ring[here & mask]);
    take(*place.event);
    add(consumer.bytes, place.size);
    give_back(std::move(place));
    // Each slot is given back at once, so that a batch that takes long does not fill the ring.
    consumer.taken.store(here + 1, std::memory_order_release);
  }
  return until != from;
}

bool EventRing::rest() {
  impl_->rests.store(true, std::memory_order_seq_cst);
  const std::uint64_t put = impl_->producer.put.load(std::memory_order_seq_cst);
  return put == impl_->consumer.taken.load(std::memory_order_relaxed) && waiting() == 0;
}

void EventRing::stop_resting() {
  impl_->rests.store(false, std::memory_order_relaxed);
}

std::uint64_t EventRing::dropped() const {
  return impl_->producer.dropped.load(std::memory_order_relaxed);
}

std::size_t EventRing::depth() const {
  const std::uint64_t taken = impl_->consumer.taken.load(std::memory_order_relaxed);
  const std::uint64_t put = impl_->producer.put.load(std::memory_order_relaxed);
  return put > taken ? static_cast<std::size_t>(put - taken) : 0;
}

std::size_t EventRing::waiting() const {
  const std::shared_lock lock(impl_->attaching);
  return impl_->source == nullptr ? 0 : impl_->source->waiting();
}

std::size_t EventRing::capacity() const {
  return impl_->ring.size();
}

}  // namespace onetrip
