#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "analyzer/event_ring.hpp"
#include "bench/micro/analyzer_samples.hpp"

namespace {

using namespace onetrip;
using namespace onetrip::bench;

constexpr std::size_t batch = 200;  // what comes within the worker's interval at 40,000 a second

/// One turn of the worker.
void work(EventRing& ring, Engine& engine, Time now) {
  ring.drain([&](Event& event) { engine.take(event); },
             [&](const Event& next, int ahead) { engine.expect(next, ahead); });
  engine.tick(now);
}

/// What the worker does, less its thread: events are put into a ring, drained, and time passes.
/// Writing and putting the event is part of it.
class Desk {
 public:
  explicit Desk(Engine::Config config = {}) : shop_(std::move(config)) {
    talk.opened(*event_);
    ring_.trade(event_);
    drain();
  }

  Event& event() { return *event_; }
  void put() {
    ring_.trade(event_);
    if (++waiting_ == batch) drain();
  }
  void drain() {
    work(ring_, shop_.engine, talk.now());
    waiting_ = 0;
  }
  void report(benchmark::State& state) {
    drain();
    const Engine::Counters counters = shop_.engine.counters();
    state.SetItemsProcessed(static_cast<std::int64_t>(counters.executions));
    state.counters["parsed"] = static_cast<double>(counters.cache.parsed);
    state.counters["dropped"] = static_cast<double>(ring_.dropped());
    state.counters["findings"] = static_cast<double>(counters.open_findings);
  }

  Talk talk;

 private:
  Shop shop_;
  EventRing ring_{8192, 32U << 20, [] {}};
  std::unique_ptr<Event> event_ = std::make_unique<Event>();
  std::size_t waiting_ = 0;
};

/// One prepared statement, again and again, each run a request of its own.
void engine_prepared(benchmark::State& state) {
  Desk desk;
  const std::string text = "SELECT abalance FROM pgbench_accounts WHERE aid = $1;";
  const std::uint64_t hash = hasher().bytes(text);
  std::int64_t id = 0;
  for (auto _ : state) {
    Execution& execution = desk.talk.run(desk.event(), text, hash);
    execution.parameters.push_back({Slot::Kind::scalar, hasher().integer(++id), 0, 0, 0});
    desk.put();
    desk.talk.wait(std::chrono::milliseconds(state.range(0)));
  }
  desk.report(state);
}
BENCHMARK(engine_prepared)->ArgName("pause_ms")->Arg(0)->Arg(200);

/// The same with its value written out: every text is new.
void engine_simple(benchmark::State& state) {
  Desk desk;
  std::uint64_t id = 0;
  for (auto _ : state) {
    const std::string text = point_select(++id);
    desk.talk.run(desk.event(), text, hasher().bytes(text));
    desk.put();
  }
  desk.report(state);
}
BENCHMARK(engine_simple);

/// An ORM's statements with another trace for every eighth, or for each, as requests of one
/// statement have: every text is new.
class TaggedTexts {
 public:
  explicit TaggedTexts(std::uint64_t to_a_trace) : to_a_trace_(to_a_trace) {
    for (std::uint64_t i = 0; i < 4096; ++i) texts_.push_back(orm_select(i) + comment(1, i));
    trace_ = texts_.front().find("-", texts_.front().find("traceparent")) + 1;
  }

  const std::string& next() {
    std::string& text = texts_[next_ % texts_.size()];
    const std::size_t at = trace_ + text.size() - texts_.front().size();
    text.replace(at, 16, hex((next_ / to_a_trace_ + 1) * 0x9E3779B97F4A7C15ULL));
    ++next_;
    return text;
  }

 private:
  std::uint64_t to_a_trace_, next_ = 0;
  std::size_t trace_ = 0;  ///< where it stands in the first text
  std::vector<std::string> texts_;
};

void engine_tagged(benchmark::State& state) {
  Desk desk;
  TaggedTexts texts(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    const std::string& text = texts.next();
    desk.talk.run(desk.event(), text, hasher().bytes(text));
    desk.put();
  }
  desk.report(state);
}
BENCHMARK(engine_tagged)->ArgName("to_a_trace")->Arg(8)->Arg(1);

/// Pages of 51 statements whose values are all linked, 200 ms apart: each is a window, judged, with
/// a finding.
void engine_loop(benchmark::State& state) {
  Desk desk;
  const Page page;
  for (auto _ : state) {
    page.parent(desk.talk, desk.event());
    desk.put();
    for (std::uint32_t i = 0; i < Page::rounds; ++i) {
      page.child(desk.talk, desk.event(), i);
      desk.put();
    }
    desk.talk.wait(std::chrono::milliseconds(200));
  }
  desk.report(state);
}
BENCHMARK(engine_loop);

/// The same pages with their values written out and a trace of their own in each comment: every
/// text is new, and each page is a window that closes 2 s later.
void engine_loop_traced(benchmark::State& state) {
  Desk desk;
  const Page page;
  std::uint64_t trace = 0, span = 0;
  for (auto _ : state) {
    ++trace;
    page.parent(desk.talk, desk.event());
    page.write_out(desk.event(), 0, comment(trace, ++span));
    desk.put();
    for (std::uint32_t i = 0; i < Page::rounds; ++i) {
      page.child(desk.talk, desk.event(), i);
      page.write_out(desk.event(), i, comment(trace, ++span));
      desk.put();
    }
  }
  desk.report(state);
}
BENCHMARK(engine_loop_traced);

/// The same pages without a pause between them: one connection that never rests.
void engine_loop_restless(benchmark::State& state) {
  Desk desk;
  const Page page;
  for (auto _ : state) {
    page.parent(desk.talk, desk.event());
    desk.put();
    for (std::uint32_t i = 0; i < Page::rounds; ++i) {
      page.child(desk.talk, desk.event(), i);
      desk.put();
    }
  }
  desk.report(state);
}
BENCHMARK(engine_loop_restless);

/// Other programs, which fill the caches with what is theirs.
class Others {
 public:
  void run() {
    constexpr std::size_t cache_line = 64;
    for (std::size_t at = 0; at < memory_.size(); at += cache_line) ++memory_[at];
  }

 private:
  std::vector<char> memory_ = std::vector<char>(std::size_t{8} << 20U);
};

/// As beside a busy server: 64 sessions in turn, each with 900 runs of its prepared statement
/// before another takes its place, and between two batches the caches are full of something else.
void engine_cold(benchmark::State& state) {
  constexpr std::size_t sessions = 64, runs = 900;
  Shop shop;
  EventRing ring(8192, 32U << 20, [] {});
  auto event = std::make_unique<Event>();
  Others others;
  const std::string text = "SELECT abalance FROM pgbench_accounts WHERE aid = $1;";
  const std::uint64_t hash = hasher().bytes(text);
  std::vector<Talk> talks(sessions);
  std::size_t next = 0;
  Time now = std::chrono::seconds(1);
  const auto put = [&] {
    const std::size_t place = next % sessions, turn = next++ / sessions;
    const SessionId session = place + 1 + turn / runs * sessions;
    Talk& talk = talks[place];
    if (turn % runs == 0) {
      if (turn != 0) {
        event->kind = Event::Kind::session_closed;
        event->session = session - sessions;
        ring.trade(event);
      }
      talk = Talk(session);
      talk.opened(*event);
      ring.trade(event);
    }
    talk.wait(now - talk.now());
    Execution& execution = talk.run(*event, text, hash);
    now = talk.now();
    execution.parameters.push_back(
        {Slot::Kind::scalar, hasher().integer(static_cast<std::int64_t>(next % 9973)), 0, 0, 0});
    execution.key_columns = {key_column(100, 1, "abalance")};
    execution.cells.push_back(hasher().integer(static_cast<std::int64_t>(next % 17)));
    ring.trade(event);
  };
  for (auto _ : state) {
    state.PauseTiming();
    for (std::size_t i = 0; i < batch; ++i) put();
    others.run();
    state.ResumeTiming();
    work(ring, shop.engine, now);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
}
BENCHMARK(engine_cold);

/// What one client, or eight, ask within the worker's interval, with other memory used in between.
template <typename Put>
void run_cold(benchmark::State& state, std::size_t at_once, Put put) {
  Shop shop;
  EventRing ring(8192, 32U << 20, [] {});
  auto event = std::make_unique<Event>();
  Others others;
  Talk talk;
  talk.opened(*event);
  ring.trade(event);
  for (auto _ : state) {
    state.PauseTiming();
    for (std::size_t i = 0; i < at_once; ++i) {
      put(talk, *event);
      ring.trade(event);
    }
    others.run();
    state.ResumeTiming();
    work(ring, shop.engine, talk.now());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(at_once));
}

/// engine_loop's pages.
void engine_cold_loop(benchmark::State& state) {
  const Page page;
  std::uint32_t round = 0;
  run_cold(state, 38, [&](Talk& talk, Event& event) {
    if (round == 0) {
      talk.wait(std::chrono::milliseconds(200));
      page.parent(talk, event);
    } else {
      page.child(talk, event, round - 1);
    }
    round = (round + 1) % (Page::rounds + 1);
  });
}
BENCHMARK(engine_cold_loop);

/// engine_tagged, a trace for each.
void engine_cold_tagged(benchmark::State& state) {
  TaggedTexts texts(1);
  run_cold(state, 60, [&](Talk& talk, Event& event) {
    const std::string& text = texts.next();
    talk.run(event, text, hasher().bytes(text));
  });
}
BENCHMARK(engine_cold_tagged);

/// 100,000 shapes in turn, all known after the first round.
void engine_many_shapes(benchmark::State& state) {
  Desk desk;
  std::vector<std::string> texts;
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    texts.push_back("SELECT name FROM t" + std::to_string(i) + " WHERE id = $1");
    hashes.push_back(hasher().bytes(texts.back()));
  }
  std::size_t next = 0;
  const auto one = [&] {
    Execution& execution = desk.talk.run(desk.event(), texts[next], hashes[next]);
    execution.parameters.push_back({Slot::Kind::scalar, 2 * next + 2, 0, 0, 0});
    next = (next + 1) % texts.size();
    desk.put();
  };
  for (std::size_t i = 0; i < texts.size(); ++i) one();
  for (auto _ : state) one();
  desk.report(state);
}
BENCHMARK(engine_many_shapes)->Unit(benchmark::kNanosecond);

/// Time that passes while nothing comes.
void engine_tick(benchmark::State& state) {
  Shop shop;
  Time now = std::chrono::seconds(1);
  for (auto _ : state) shop.engine.tick(now += std::chrono::milliseconds(5));
}
BENCHMARK(engine_tick);

}  // namespace
