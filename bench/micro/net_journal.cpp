#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "proxy/net/journal.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"
#include "proxy/wire/startup.hpp"

namespace {

using namespace onetrip;

/// Forgets what it is told, and asks when it is told to.
struct Asker final : EventSink {
  void put(Event& event) override { event.execution.clear(); }
  bool attach(EventSource* one) override {
    source = one;
    return true;
  }
  EventSource* source = nullptr;
};

/// One session of a journal that runs a prepared statement.
class Speaker {
 public:
  explicit Speaker(Journal& journal) : scribe_(journal, 1, hasher(), Limits{}) {
    scribe_.startup(as_bytes(startup_message({{"user", "ada"}})), "client", "server", now_);
    scribe_.server_bytes(as_bytes(backend::authentication_ok() + backend::ready_for_query('I')),
                         now_);
    scribe_.client_bytes(
        as_bytes(frontend::parse("P_1", "SELECT abalance FROM accounts WHERE aid = $1") +
                 frontend::sync()),
        now_);
    scribe_.server_bytes(as_bytes(backend::message('1', "") + backend::ready_for_query('I')), now_);
  }

  void speak() {
    scribe_.client_bytes(as_bytes(asked_), ++now_);
    scribe_.server_bytes(as_bytes(answer_), ++now_);
  }

 private:
  static const ValueHasher& hasher() {
    static const ValueHasher one{ValueHasher::Key{}};
    return one;
  }

  const std::string asked_ = frontend::bind("", "P_1", {{"12345", 0}}) +
                             frontend::describe('P', "") + frontend::execute("") + frontend::sync();
  const std::string answer_ =
      backend::message('2', "") +
      backend::row_description({{"abalance", 16'400, 3, type_oid::int4, 0}}) +
      backend::data_row({"0"}) + backend::command_complete("SELECT 1") +
      backend::ready_for_query('I');
  Time now_{};
  Scribe scribe_;
};

/// A statement is written down in its two reads, and looked at with others.
void write(benchmark::State& state, bool looks_count) {
  Asker sink;
  Journal journal(sink, std::size_t{16} << 20U);
  Speaker speaker(journal);
  for (auto _ : state) {
    speaker.speak();
    if (sink.source->waiting() < Journal::little) continue;
    if (!looks_count) state.PauseTiming();
    while (sink.source->look() != 0) {
    }
    if (!looks_count) state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}

/// What it costs the I/O thread.
void journal_write(benchmark::State& state) {
  write(state, false);
}
BENCHMARK(journal_write);

/// And the analysis thread, too.
void journal_write_look(benchmark::State& state) {
  write(state, true);
}
BENCHMARK(journal_write_look);

}  // namespace
