#include <benchmark/benchmark.h>

#include <string>

#include "analyzer/judge.hpp"
#include "analyzer/linked_window.hpp"
#include "bench/micro/analyzer_samples.hpp"

namespace {

using namespace onetrip;
using namespace onetrip::bench;

/// Windows that are never closed, for looking at.
class Filed {
 public:
  explicit Filed(WindowTable::Config config = {}) : table_(config, [](Window&) {}) {
    Event event;
    talk.opened(event);
    table_.session_opened(1, event.facts);
  }

  void add(const Event& event) {
    const StatementCache::Text& text =
        cache_.resolve(event.execution.text, event.execution.text_hash, StringSyntax::standard);
    if (StatementCache::fill(text, 0, event.execution, resolved_))
      window_ = table_.add(1, event.execution, resolved_);
  }
  Window& window() { return *window_; }

  Talk talk;

 private:
  StatementCache cache_{hasher(), {}};
  WindowTable table_;
  Resolved resolved_;
  Window* window_ = nullptr;
};

void file_loop(Filed& filed) {
  const Page page;
  Event event;
  page.parent(filed.talk, event);
  filed.add(event);
  for (std::uint32_t i = 0; i < Page::rounds; ++i) {
    page.child(filed.talk, event, i);
    filed.add(event);
  }
}

/// The proof for a loop of 51 statements.
void link_loop(benchmark::State& state) {
  Filed filed;
  file_loop(filed);
  const CatalogPtr catalog = shop_catalog();
  for (auto _ : state) benchmark::DoNotOptimize(find_links(filed.window(), catalog.get()));
}
BENCHMARK(link_loop);

/// … and its finding, with its advice.
void judge_loop(benchmark::State& state) {
  Filed filed;
  file_loop(filed);
  const CatalogPtr catalog = shop_catalog();
  const Judge judge(make_rules(), {});
  for (auto _ : state) benchmark::DoNotOptimize(judge.judge(filed.window(), catalog.get()));
}
BENCHMARK(judge_loop);

/// A window of one statement, as most are.
void judge_single(benchmark::State& state) {
  Filed filed;
  Event event;
  Page().child(filed.talk, event, 0);
  filed.add(event);
  const CatalogPtr catalog = shop_catalog();
  const Judge judge(make_rules(), {});
  for (auto _ : state) benchmark::DoNotOptimize(judge.judge(filed.window(), catalog.get()));
}
BENCHMARK(judge_single);

/// The same parent and its 48 children, over and over in one window: everything may feed
/// everything.
void link_saturated(benchmark::State& state) {
  WindowTable::Config config;
  config.max_age = std::chrono::hours(1);
  Filed filed(config);
  const Page page;
  Event event;
  for (std::int64_t parent = 0; parent < state.range(0); ++parent) {
    page.parent(filed.talk, event);
    filed.add(event);
    for (std::uint32_t i = 0; i < 48; ++i) {
      page.child(filed.talk, event, i);
      filed.add(event);
    }
  }
  const CatalogPtr catalog = shop_catalog();
  for (auto _ : state) benchmark::DoNotOptimize(find_links(filed.window(), catalog.get()));
  state.counters["trips"] = static_cast<double>(filed.window().trips.size());
}
BENCHMARK(link_saturated)->ArgName("parents")->Arg(20)->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace
