#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "analyzer/skeleton.hpp"
#include "bench/micro/analyzer_samples.hpp"

namespace {

using namespace onetrip;
using namespace onetrip::bench;

std::vector<std::string> tagged_texts() {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 4096; ++i) texts.push_back(orm_select(i) + comment(i / 8 + 1, i));
  return texts;
}

/// Of the exact text: what a session makes of each Query and Parse.
void text_hash(benchmark::State& state) {
  const std::string text = state.range(0) == 0 ? point_select(4711) : orm_select(42);
  for (auto _ : state) benchmark::DoNotOptimize(hasher().bytes(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(text_hash)->ArgName("orm")->Arg(0)->Arg(1);

void value_hash(benchmark::State& state) {
  const std::string digits = "4711", uuid = "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0";
  const std::string& value = state.range(0) == 0 ? digits : uuid;
  for (auto _ : state) benchmark::DoNotOptimize(hasher().text(type_oid::unspecified, value));
}
BENCHMARK(value_hash)->ArgName("uuid")->Arg(0)->Arg(1);

void value_hash_binary_int4(benchmark::State& state) {
  const std::string bytes("\0\0\x12\x67", 4);
  for (auto _ : state) benchmark::DoNotOptimize(hasher().binary(type_oid::int4, bytes));
}
BENCHMARK(value_hash_binary_int4);

/// One pass over a text: tokens, fold, fingerprint.
void skeleton_scan(benchmark::State& state) {
  const std::string texts[] = {point_select(4711), orm_select(42), orm_select(42) + comment(7, 9)};
  const std::string& text = texts[state.range(0)];
  Skeleton skeleton;
  for (auto _ : state) {
    skeleton.read(text, StringSyntax::standard);
    benchmark::DoNotOptimize(skeleton.pieces().data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(skeleton_scan)->ArgName("text")->Arg(0)->Arg(1)->Arg(2);

void tags_of_comment(benchmark::State& state) {
  const std::string text = comment(7, 9);
  for (auto _ : state) {
    Tags tags;
    read_comment(text, tags);
    benchmark::DoNotOptimize(tags);
  }
}
BENCHMARK(tags_of_comment);

/// A text seen before, and its statement filled in.
void cache_same_text(benchmark::State& state) {
  StatementCache cache(hasher(), {});
  const std::string text = orm_select(42);
  Execution execution;
  Resolved resolved;
  const std::uint64_t hash = hasher().bytes(text);
  for (auto _ : state) {
    const StatementCache::Text& found = cache.resolve(text, hash, StringSyntax::standard);
    benchmark::DoNotOptimize(StatementCache::fill(found, 0, execution, resolved));
  }
}
BENCHMARK(cache_same_text);

/// A known shape, each time with another literal and, in a comment, another trace.
void cache_known_shape(benchmark::State& state) {
  StatementCache cache(hasher(), {});
  std::vector<std::string> texts;
  if (state.range(0) == 1) {
    texts = tagged_texts();
  } else {
    for (std::uint64_t i = 0; i < 4096; ++i) texts.push_back(point_select(i));
  }
  Execution execution;
  Resolved resolved;
  std::uint64_t hash = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    // Never seen: as if the text had not been there 4,096 statements ago.
    const StatementCache::Text& found =
        cache.resolve(texts[next++ % texts.size()], ++hash, StringSyntax::standard);
    benchmark::DoNotOptimize(StatementCache::fill(found, 0, execution, resolved));
  }
  state.counters["parsed"] = static_cast<double>(cache.counters().parsed);
}
BENCHMARK(cache_known_shape)->ArgName("orm")->Arg(0)->Arg(1);

}  // namespace
