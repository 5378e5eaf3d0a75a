#include <benchmark/benchmark.h>

#include <string>

#include "proxy/wire/build.hpp"
#include "proxy/wire/framer.hpp"

namespace {

using namespace onetrip;

/// Keeps what a session keeps of a small message, and counts.
struct Counter {
  std::uint32_t keep = 0;
  std::uint64_t messages = 0;
  Wish wish(MessageHeader) const { return {keep, Wish::Rest::skip}; }
  void prefix(MessageHeader, Bytes) {}
  void piece(MessageHeader, Bytes) {}
  bool message(MessageHeader, Bytes kept) {
    benchmark::DoNotOptimize(kept.data());
    ++messages;
    return true;
  }
};

std::string rows(std::size_t count, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += build_message('D', std::string(size, 'x'));
  return bytes;
}

/// A batch of 16 KiB, as a big result is read: how many messages a second, at which size.
void framer_batch(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::string bytes = rows((16U << 10U) / (size + MessageHeader::size), size);
  Counter counter{static_cast<std::uint32_t>(state.range(1))};
  Framer framer;
  for (auto _ : state) benchmark::DoNotOptimize(framer.feed(as_bytes(bytes), counter));
  state.SetItemsProcessed(static_cast<std::int64_t>(counter.messages));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(framer_batch)->ArgNames({"body", "keep"})->ArgsProduct({{16, 64, 1024}, {0, 64}});

/// The answer to a small prepared statement, in one read.
void framer_small_answer(benchmark::State& state) {
  const std::string bytes = build_message('2', "") + build_message('D', std::string(12, 'x')) +
                            build_message('C', "SELECT 1") + build_message('Z', "I");
  Counter counter{64};
  Framer framer;
  for (auto _ : state) benchmark::DoNotOptimize(framer.feed(as_bytes(bytes), counter));
  state.SetItemsProcessed(static_cast<std::int64_t>(counter.messages));
}
BENCHMARK(framer_small_answer);

/// A row that came in pieces of 1,460 bytes is counted down.
void framer_cut(benchmark::State& state) {
  const std::string bytes = rows(1, 1U << 20U);
  Counter counter;
  Framer framer;
  for (auto _ : state) {
    for (std::size_t at = 0; at < bytes.size(); at += 1460) {
      benchmark::DoNotOptimize(
          framer.feed(as_bytes(std::string_view(bytes).substr(at, 1460)), counter));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(framer_cut);

}  // namespace
