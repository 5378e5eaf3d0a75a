#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "analyzer/event_ring.hpp"
#include "bench/micro/analyzer_samples.hpp"

namespace {

using namespace onetrip;
using namespace onetrip::bench;

/// Writing an event alone, which the figures below hold too.
void event_fill(benchmark::State& state) {
  const std::string text = state.range(0) == 0 ? point_select(4711) : orm_select(42);
  Talk talk;
  Event event;
  for (auto _ : state) benchmark::DoNotOptimize(talk.run(event, text, 1));
}
BENCHMARK(event_fill)->ArgName("orm")->Arg(0)->Arg(1);

/// From one thread to itself, in batches as large as the worker drains.
void ring_put_drain(benchmark::State& state) {
  const std::string text = state.range(0) == 0 ? point_select(4711) : orm_select(42);
  const auto batch = state.range(1);
  EventRing ring(8192, 32U << 20, [] {});
  Talk talk;
  auto event = std::make_unique<Event>();
  std::uint64_t taken = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < batch; ++i) {
      talk.run(*event, text, 1);
      ring.trade(event);
    }
    ring.drain([&](Event& one) { taken += one.execution.text_hash; });
  }
  benchmark::DoNotOptimize(taken);
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(ring_put_drain)->ArgNames({"orm", "batch"})->ArgsProduct({{0, 1}, {1, 100, 4000}});

}  // namespace
