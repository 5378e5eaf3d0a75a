#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/event_ring.hpp"
#include "proxy/session/observer.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"

namespace {

using namespace onetrip;
using namespace std::string_literals;

const ValueHasher& hasher() {
  static const ValueHasher one = [] {
    ValueHasher::Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i * 7 + 3);
    return ValueHasher(key);
  }();
  return one;
}

/// Takes an event as the ring does, another in its place, and counts.
struct Taker final : EventSink {
  std::array<std::unique_ptr<Event>, 64> places;
  std::uint64_t taken = 0;
  Taker() {
    for (auto& place : places) place = std::make_unique<Event>();
  }
  void put(Event& event) override { std::swap(*places[taken++ % places.size()], event); }
  void trade(std::unique_ptr<Event>& event) override {
    std::swap(places[taken++ % places.size()], event);
  }
};

/// One session that is logged in. Each call is what one read from a socket gives.
class Wire {
 public:
  explicit Wire(EventSink& sink) : observer_(1, hasher(), sink, pool_) {
    const std::string packet = startup_message({{"user", "ada"}, {"database", "shop"}});
    observer_.startup(*StartupMessage::read(as_bytes(packet)), "client", "server", Time{});
    server(backend::authentication_ok() + backend::ready_for_query('I'));
  }
  void client(std::string_view bytes) { observer_.client_bytes(as_bytes(bytes), ++now_); }
  void pause() { observer_.pause(); }
  void server(std::string_view bytes) { observer_.server_bytes(as_bytes(bytes), ++now_); }

 private:
  ExecutionPool pool_;
  Observer observer_;
  Time now_{};
};

std::string message(char type) {
  return backend::message(type, "");
}

std::string number(std::size_t value) {
  return std::to_string(100'000 + value);
}

constexpr std::uint32_t accounts = 16'400;
const std::string balance =
    backend::row_description({{"abalance", accounts, 3, type_oid::int4, 0}});
const std::string finished = backend::command_complete("SELECT 1") + backend::ready_for_query('I');

void count(benchmark::State& state, std::int64_t statements = 1) {
  state.SetItemsProcessed(state.iterations() * statements);
}

/// A statement asked again and again, and its answer.
void repeat(benchmark::State& state, const std::string& asked, const std::string& answer,
            const std::string& first = "", const std::string& first_answer = "") {
  Taker sink;
  Wire wire(sink);
  wire.client(first);
  wire.server(first_answer);
  for (auto _ : state) {
    wire.client(asked);
    wire.server(answer);
  }
  count(state);
  if (sink.taken < static_cast<std::uint64_t>(state.iterations())) state.SkipWithError("blind");
}

void session_simple(benchmark::State& state) {
  repeat(state, frontend::query("SELECT abalance FROM pgbench_accounts WHERE aid = 12345;"),
         balance + backend::data_row({"0"}) + finished);
}
BENCHMARK(session_simple);

void session_extended(benchmark::State& state) {
  repeat(state,
         frontend::parse("", "SELECT abalance FROM pgbench_accounts WHERE aid = $1;") +
             frontend::bind("", "", {{"12345", 0}}) + frontend::describe('P', "") +
             frontend::execute("") + frontend::sync(),
         message('1') + message('2') + balance + backend::data_row({"0"}) + finished);
}
BENCHMARK(session_extended);

void session_prepared(benchmark::State& state) {
  repeat(state,
         frontend::bind("", "P_1", {{"12345", 0}}) + frontend::describe('P', "") +
             frontend::execute("") + frontend::sync(),
         message('2') + balance + backend::data_row({"0"}) + finished,
         frontend::parse("P_1", "SELECT abalance FROM pgbench_accounts WHERE aid = $1;") +
             frontend::sync(),
         message('1') + backend::ready_for_query('I'));
}
BENCHMARK(session_prepared);

/// With analysis switched off.
void session_prepared_paused(benchmark::State& state) {
  Taker sink;
  Wire wire(sink);
  wire.pause();
  const std::string asked = frontend::bind("", "P_1", {{"12345", 0}}) +
                            frontend::describe('P', "") + frontend::execute("") + frontend::sync();
  const std::string answer = message('2') + balance + backend::data_row({"0"}) + finished;
  for (auto _ : state) {
    wire.client(asked);
    wire.server(answer);
  }
  count(state);
}
BENCHMARK(session_prepared_paused);

void session_simple_paused(benchmark::State& state) {
  Taker sink;
  Wire wire(sink);
  wire.pause();
  const std::string asked =
      frontend::query("SELECT abalance FROM pgbench_accounts WHERE aid = 12345;");
  const std::string answer = balance + backend::data_row({"0"}) + finished;
  for (auto _ : state) {
    wire.client(asked);
    wire.server(answer);
  }
  count(state);
}
BENCHMARK(session_simple_paused);

/// 450 bytes with its values in it.
void session_orm_text(benchmark::State& state) {
  std::string text = "SELECT ";
  while (text.size() < 400) text += R"("shop_book"."column_)" + number(text.size()) + R"(", )";
  text += R"(1 FROM "shop_book" WHERE "shop_book"."id" = 12345)";
  repeat(state, frontend::query(text), balance + backend::data_row({"0"}) + finished);
}
BENCHMARK(session_orm_text);

/// A list of 50 rows and a statement for each.
void session_n_plus_one(benchmark::State& state) {
  Taker sink;
  Wire wire(sink);
  const std::string columns =
      backend::row_description({{"id", accounts, 1, type_oid::int4, 0},
                                {"title", accounts, 2, type_oid::text, 0},
                                {"author_id", accounts, 3, type_oid::int4, 0}});
  std::string list = columns;
  for (std::size_t i = 0; i < 50; ++i) {
    list += backend::data_row({number(i), "a title of a book", number(i * 7)});
  }
  list += finished;
  const std::string asked_list = frontend::query("SELECT id, title, author_id FROM book");
  const std::string asked =
      frontend::query("SELECT id, title, author_id FROM book WHERE author_id = 123456");
  const std::string answer =
      columns + backend::data_row({"100001", "a title of a book", "100700"}) + finished;
  for (auto _ : state) {
    wire.client(asked_list);
    wire.server(list);
    for (int i = 0; i < 50; ++i) {
      wire.client(asked);
      wire.server(answer);
    }
  }
  count(state, 51);
}
BENCHMARK(session_n_plus_one);

/// 100,000 rows of three columns, as they are read from a socket: about 16 KiB at a time, into one
/// buffer, cut within a row.
void session_100000_rows(benchmark::State& state) {
  Taker sink;
  Wire wire(sink);
  const std::string columns =
      backend::row_description({{"aid", accounts, 1, type_oid::int4, 0},
                                {"bid", accounts, 2, type_oid::int4, 0},
                                {"filler", accounts, 4, type_oid::bpchar, 0}});
  const std::string row = backend::data_row({number(0), "1", std::string(40, ' ')});
  const std::string front = row.substr(0, row.size() / 2), back = row.substr(front.size());
  std::string batch = back;
  for (int i = 1; i < 250; ++i) batch += row;
  batch += front;
  const std::string asked = frontend::query("SELECT aid, bid, filler FROM pgbench_accounts");
  for (auto _ : state) {
    wire.client(asked);
    wire.server(columns + front);
    for (int i = 0; i < 400; ++i) wire.server(batch);
    wire.server(back + finished);
  }
  count(state, 100'000);
}
BENCHMARK(session_100000_rows);

/// As session_simple, into the ring that the worker empties.
void session_simple_into_ring(benchmark::State& state) {
  EventRing ring(256, std::size_t{64} << 20U, {});
  Wire wire(ring);
  const std::string asked =
      frontend::query("SELECT abalance FROM pgbench_accounts WHERE aid = 12345;");
  const std::string answer = balance + backend::data_row({"0"}) + finished;
  std::size_t undrained = 0;
  for (auto _ : state) {
    wire.client(asked);
    wire.server(answer);
    if (++undrained < 64) continue;
    ring.drain([](Event& event) { event.execution.clear(); });
    undrained = 0;
  }
  count(state);
}
BENCHMARK(session_simple_into_ring);

}  // namespace
