#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/session/observer.hpp"
#include "proxy/wire/backend.hpp"

using namespace onetrip;

namespace {

const ValueHasher& hasher() {
  static const ValueHasher one{[] {
    ValueHasher::Key key{};
    unsigned char next = 1;
    for (auto& byte : key) byte = next = static_cast<unsigned char>(next * 57 + 11);
    return key;
  }()};
  return one;
}

/// Holds what is told to what must be true of every execution, and sums it up.
struct Judge : EventSink {
  std::string told;

  void put(Event& event) override {
    told += static_cast<char>('a' + static_cast<int>(event.kind));
    if (event.kind == Event::Kind::execution) judge(event.execution);
    event = Event{};
  }

  void judge(const Execution& one) {
    const std::uint64_t rows = std::min<std::uint64_t>(one.rows, 1000);
    const bool completed = one.outcome == Outcome::completed;
    if (one.key_columns.size() > 8) std::abort();
    if (!one.cells.empty() && one.cells.size() > rows * one.key_columns.size()) std::abort();
    if (completed && one.cells.size() % std::max<std::size_t>(one.key_columns.size(), 1) != 0) {
      std::abort();
    }
    for (const Slot& slot : one.parameters) {
      if (slot.first_element + slot.elements > one.elements.size()) std::abort();
    }
    if (one.begun < one.sent || one.complete < one.first_answer) std::abort();
    told += std::to_string(one.sequence) + one.text + one.command;
    told += std::to_string(one.text_hash) + std::to_string(one.rows) + std::to_string(one.bytes);
    for (const ValueHash cell : one.cells) told += std::to_string(cell);
    for (const Slot& slot : one.parameters) told += std::to_string(slot.hash);
  }
};

/// stream = { direction:1 bit, length:15 bits, bytes }*, without bytes: pause, or resume
std::string watch(Bytes stream, std::size_t chunk) {
  Judge judge;
  ExecutionPool pool;
  Limits limits;
  limits.pipeline_bytes = 4096;
  limits.prepared_bytes = 8192;
  limits.text_bytes = 64;
  {
    Observer observer(1, hasher(), judge, pool, limits);
    observer.server_bytes(as_bytes(backend::ready_for_query('I')), Time{});
    Time now{};
    Cursor cursor(stream);
    while (cursor.left() > 2) {
      const std::uint16_t head = cursor.u16();
      if (head == 0x8000U) observer.pause();
      if (head == 0) observer.resume();
      Bytes bytes = cursor.take(std::min<std::size_t>(head & 0x7FFFU, cursor.left()));
      ++now;
      while (!bytes.empty()) {
        const Bytes part = bytes.first(std::min(chunk, bytes.size()));
        bytes = bytes.subspan(part.size());
        if ((head & 0x8000U) != 0) observer.server_bytes(part, now);
        if ((head & 0x8000U) == 0) observer.client_bytes(part, now);
      }
      if (observer.footprint() > (std::size_t{4} << 20U)) std::abort();
    }
    observer.closed(++now);
  }
  if (pool.lent() != 0) std::abort();
  return judge.told;
}

}  // namespace

/// However the bytes are cut, the same is told, and nothing is kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stream(reinterpret_cast<const std::byte*>(data), size);
  const std::string whole = watch(stream, size + 1);
  if (watch(stream, 1) != whole || watch(stream, 5) != whole) std::abort();
  return 0;
}
