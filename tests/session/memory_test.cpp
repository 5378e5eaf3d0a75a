#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <random>

#include "proxy/session/prepared.hpp"
#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::string_literals;
using frontend::query;

namespace {

/// Two directions of one session, without cuts.
struct Wire {
  EventRecorder recorder;
  ExecutionPool pool;
  Observer observer;

  explicit Wire(const Limits& limits = {}) : observer(7, test_hasher(), recorder, pool, limits) {
    const std::string packet = startup_of_test();
    observer.startup(*StartupMessage::read(as_bytes(packet)), "client:1", "server:2", Time{});
    server(authentication_of_test());
  }
  void client(std::string_view bytes) { observer.client_bytes(as_bytes(bytes), Time{}); }
  void server(std::string_view bytes) { observer.server_bytes(as_bytes(bytes), Time{}); }

  /// `size` bytes of a body, in chunks; never holding more than `bound` beyond `before`.
  template <class Send>
  void stream(std::size_t size, std::size_t bound, Send&& send) {
    const std::string chunk(std::size_t{64} << 10U, 'x');
    const std::size_t before = observer.footprint();
    std::size_t most = 0;
    while (size > 0) {
      const std::size_t part = std::min(size, chunk.size());
      send(std::string_view(chunk).substr(0, part));
      most = std::max(most, observer.footprint());
      size -= part;
    }
    CHECK(most <= before + bound);
  }
};

/// A message whose last `missing` bytes are to be sent later.
std::string with_length(std::string message, std::size_t missing) {
  const std::size_t length = message.size() - 1 + missing;
  for (std::size_t i = 0; i < 4; ++i) message[1 + i] = static_cast<char>(length >> (24 - 8 * i));
  return message;
}

constexpr std::size_t huge = 200'000'000;
// The longest that a server takes: MaxAllocSize.
constexpr std::size_t longest = (std::size_t{1} << 30U) - 1024;
constexpr std::size_t one_mib = std::size_t{1} << 20U;

}  // namespace

TEST_CASE("an idle session holds little") {
  Wire wire;
  CHECK(wire.observer.footprint() < 2048);
  const std::string text(5000, 'x');
  wire.client(query(text));
  wire.server(id_and_name() + row("1", "x") + tag("SELECT 1") + ready());
  CHECK(wire.observer.footprint() < 2048);
  CHECK(wire.pool.lent() == 0);
}

TEST_CASE("a cell of 1 GB passes in bounded memory", "[trap:bounded-memory]") {
  Wire wire;
  wire.client(query("select id, name from a"));
  wire.server(id_and_name());
  const std::string head = "\0\2"s + int4(1) + "5" + int4(longest);
  wire.server(with_length(backend::message('D', head), longest));
  wire.stream(longest, one_mib / 8, [&](std::string_view bytes) { wire.server(bytes); });
  wire.server(row("6", "y") + tag("SELECT 2") + ready());
  const Execution one = wire.recorder.told.execution();
  CHECK(one.rows == 2);
  CHECK(one.bytes > longest);
  CHECK(one.cells == std::vector<ValueHash>{test_hasher().integer(5), no_value,
                                            test_hasher().integer(6), test_hasher().text(25, "y")});
}

TEST_CASE("a parameter of 1 GB passes in bounded memory, and its neighbours are known",
          "[trap:bounded-memory]") {
  Wire wire;
  const std::string neighbour = int4(2) + "42";
  const std::string head = "\0s\0\0\0\0\3"s + neighbour + int4(longest);
  const std::string tail = neighbour + "\0\1\0\1"s;
  wire.client(frontend::parse("s", "select $1, $2, $3"));
  wire.client(with_length(frontend::message('B', head), longest + tail.size()));
  wire.stream(longest, one_mib, [&](std::string_view bytes) { wire.client(bytes); });
  wire.client(tail + frontend::describe('S', "s") + frontend::execute("") + frontend::sync());
  wire.server(parse_complete() + bind_complete() + backend::parameter_description({}) +
              id_and_name() + row(int4(7), "x") + tag("SELECT 1") + ready());
  const Execution one = wire.recorder.told.execution();
  REQUIRE(one.parameters.size() == 3);
  CHECK(one.parameters[0].hash == test_hasher().integer(42));
  CHECK(one.parameters[1].kind == Slot::Kind::unknown);
  CHECK(one.parameters[2].hash == test_hasher().integer(42));
  CHECK(one.cells.front() == test_hasher().integer(7));
}

TEST_CASE("a text of 200 MB passes in bounded memory", "[trap:bounded-memory]") {
  Wire wire;
  wire.client(with_length(frontend::message('Q', "select "), huge + 1));
  wire.stream(huge, one_mib, [&](std::string_view bytes) { wire.client(bytes); });
  wire.client("\0"s);
  wire.server(tag("SELECT 1") + ready());
  const Execution one = wire.recorder.told.execution();
  CHECK(one.truncated);
  CHECK(one.text.size() == Limits{}.text_bytes);
  CHECK(wire.observer.footprint() < 2048);
}

TEST_CASE("a Bind beyond the limit reads as a shorter one would, wherever it is cut") {
  std::vector<frontend::Value> values;
  for (int i = 0; i < 30'000; ++i) values.push_back({std::to_string(i) + "-value", 0});
  const std::string bind = frontend::bind("", "s", values, {1});
  REQUIRE(bind.size() > (std::size_t{256} << 10U));
  const auto run = [&](std::size_t chunk) {
    Wire wire;
    wire.client(frontend::parse("s", "insert"));
    for (std::size_t at = 0; at < bind.size(); at += chunk) {
      wire.client(std::string_view(bind).substr(at, chunk));
    }
    wire.client(frontend::execute("") + frontend::sync());
    wire.server(parse_complete() + bind_complete() + tag("INSERT 0 1") + ready());
    return describe(wire.recorder.told.events.back());
  };
  const std::string whole = run(bind.size());
  CHECK(run(1) == whole);
  CHECK(run(4099) == whole);
  CHECK(whole.find(std::to_string(test_hasher().text(0, "4095-value"))) != std::string::npos);
}

TEST_CASE("a Bind of the most parameters leaves room in the pipeline") {
  const std::vector<frontend::Value> values(65'535, frontend::Value{"1", 0});
  Wire wire;
  wire.client(frontend::parse("", "insert") + frontend::bind("", "", values) +
              frontend::execute("") + frontend::sync());
  wire.server(parse_complete() + bind_complete() + tag("INSERT 0 1") + ready());
  CHECK(wire.observer.blindness() == Blindness::none);
  CHECK(wire.recorder.told.execution().parameters.size() == 4096);
}

TEST_CASE("prepared statements are bounded in bytes, the oldest is forgotten",
          "[trap:bounded-memory]") {
  Limits limits;
  limits.prepared_bytes = 20'000;
  Wire wire(limits);
  const std::string text(1000, 'x');
  for (int i = 0; i < 100; ++i) {
    wire.client(frontend::parse("s" + std::to_string(i), text + std::to_string(i)) +
                frontend::sync());
    wire.server(parse_complete() + ready());
    CHECK(wire.observer.footprint() < 25'000);
  }
  for (const std::string name : {"s0", "s99"}) {
    wire.client(frontend::bind("", name) + frontend::execute("") + frontend::sync());
    wire.server(bind_complete() + tag("SELECT 1") + ready());
  }
  const auto all = wire.recorder.told.executions();
  CHECK(all[0].text.empty());
  CHECK(all[1].text == text + "99");
}

TEST_CASE("portals are bounded in number and bytes, the oldest is forgotten",
          "[trap:bounded-memory]") {
  const auto portals = GENERATE(as<std::size_t>(), 20, 1000);
  const std::vector<frontend::Value> values(portals == 20 ? 1000 : 1, frontend::Value{"5", 0});
  Limits limits;
  limits.portal_bytes = 200'000;
  Wire wire(limits);
  wire.client(query("begin") + frontend::parse("s", "select $1"));
  wire.server(tag("BEGIN") + ready('T') + parse_complete());
  for (std::size_t i = 0; i < portals; ++i) {
    const std::string name = "p" + std::to_string(i);
    wire.client(frontend::bind(name, "s", values) + frontend::execute(name, 1) + frontend::sync());
    wire.server(bind_complete() + row("1", "x") + portal_suspended() + ready('T'));
    CHECK(wire.observer.footprint() < 250'000);
  }
  CHECK(wire.pool.lent() <= 256);
  const auto forgotten = wire.recorder.told.executions();
  REQUIRE(forgotten.size() > 10);
  CHECK(forgotten[1].outcome == Outcome::suspended);
  CHECK(forgotten[1].text == "select $1");
  CHECK(forgotten[1].parameters.size() == values.size());

  const std::string newest = "p" + std::to_string(portals - 1);
  wire.client(frontend::execute("p0") + frontend::execute(newest) + frontend::sync());
  wire.server(row("2", "y") + tag("SELECT 1") + row("2", "y") + tag("SELECT 1") + ready('T'));
  const auto all = wire.recorder.told.executions();
  CHECK(all[all.size() - 2].text.empty());
  CHECK(all.back().text == "select $1");
  CHECK(all.back().rows == 2);
}

TEST_CASE("a pipeline of ten thousand statements is seen", "[trap:deep-pipeline]") {
  Wire wire;
  constexpr std::size_t statements = 10'000;
  std::string asked, answers;
  for (std::size_t i = 0; i < statements; ++i) {
    asked += frontend::parse("", "select id, name from author where id = $1", {23}) +
             frontend::bind("", "", {{std::to_string(i), 0}}) + frontend::describe('P', "") +
             frontend::execute("");
    answers += parse_complete() + bind_complete() + id_and_name() + row("1", "x") + tag("SELECT 1");
  }
  wire.client(asked + frontend::sync());
  wire.server(answers + ready());
  const auto all = wire.recorder.told.executions();
  REQUIRE(all.size() == statements);
  CHECK(all.back().parameters[0].hash == test_hasher().integer(statements - 1));
  CHECK(wire.observer.footprint() < 2048);
}

TEST_CASE("a pipeline too deep to remember is counted, in bounded memory", "[trap:deep-pipeline]") {
  Wire wire;
  const std::string one = frontend::bind("", "s") + frontend::execute("") + frontend::sync();
  const std::string answer = bind_complete() + tag("SELECT 1") + ready();
  const auto send = [&](std::size_t statements) {
    for (std::size_t i = 0; i < statements; ++i) wire.client(one);
    CHECK(wire.observer.blindness() == Blindness::too_large);
    CHECK(wire.observer.footprint() < 4 * one_mib);
  };
  send(100'000);
  SECTION("and seen again when it is answered") {
    for (std::size_t i = 0; i < 100'000; ++i) wire.server(answer);
    CHECK(wire.observer.blindness() == Blindness::none);
    CHECK(wire.observer.footprint() < 2048);
    wire.client(query("seen again"));
    wire.server(tag("SELECT 1") + ready());
    CHECK(wire.recorder.told.execution().text == "seen again");
  }
  SECTION("and given up where nobody goes") {
    for (std::size_t i = 0; i < 100'000; ++i) wire.client(one);
    CHECK(wire.observer.blindness() == Blindness::out_of_sync);
    CHECK(wire.observer.footprint() < 2048);
  }
}

TEST_CASE("two sessions share a pool and are never mixed") {
  EventRecorder recorder;
  ExecutionPool pool;
  Observer one(1, test_hasher(), recorder, pool), two(2, test_hasher(), recorder, pool);
  struct Half {
    Observer& observer;
    std::string client, server;
    std::size_t sent = 0, answered = 0;
  };
  const auto half = [](Observer& observer, const std::string& name) {
    Half all{observer, "", authentication_of_test()};
    for (int i = 0; i < 50; ++i) {
      const std::string id = std::to_string(i);
      all.client += query("select " + name + id) + frontend::parse("", "parse " + name + id) +
                    frontend::bind("", "", {{name + id, 0}}) + frontend::execute("") +
                    frontend::sync();
      all.server += id_and_name() + row(id, name) + tag("SELECT 1") + ready() + parse_complete() +
                    bind_complete() + row(id, name) + tag("SELECT 1") + ready();
    }
    return all;
  };
  Half halves[] = {half(one, "one"), half(two, "two")};
  std::mt19937 random(4);
  const auto step = [&](Half& wire) {
    const std::size_t ask = random() % 100, answer = random() % 100;
    wire.observer.client_bytes(as_bytes(std::string_view(wire.client).substr(wire.sent, ask)),
                               Time{});
    wire.sent = std::min(wire.sent + ask, wire.client.size());
    // Never an answer before its question: the server is as far as the client at most.
    if (wire.sent < wire.client.size()) return;
    wire.observer.server_bytes(
        as_bytes(std::string_view(wire.server).substr(wire.answered, answer)), Time{});
    wire.answered = std::min(wire.answered + answer, wire.server.size());
  };
  while (halves[0].answered < halves[0].server.size() ||
         halves[1].answered < halves[1].server.size()) {
    step(halves[random() % 2]);
  }
  int next[] = {0, 0};
  for (const Event& event : recorder.told.events) {
    if (event.kind != Event::Kind::execution) continue;
    const std::string name = event.session == 1 ? "one" : "two";
    const int index = next[event.session - 1]++;
    const std::string id = std::to_string(index / 2);
    CHECK(event.execution.sequence == static_cast<std::uint64_t>(index) + 1);
    CHECK(event.execution.text == (index % 2 == 0 ? "select " : "parse ") + name + id);
  }
  CHECK(next[0] == 100);
  CHECK(next[1] == 100);
  CHECK(pool.lent() == 0);
}

namespace {

// Of nothing else in this program.
constexpr std::string_view word = "kanarienvogel";

std::string secret() {
  std::string text;
  while (text.size() < 200) text += word;
  return text;
}

/// Also what lies behind the end of a text or buffer that is kept for the next one.
bool is_wiped(const void* place, std::size_t size) {
  const std::string_view memory(static_cast<const char*>(place), size);
  return memory.find(word.substr(0, word.size() / 2)) == std::string_view::npos;
}

constexpr std::size_t lent_size = 4096;

/// What the next pipeline will borrow: known bytes, also behind its end.
const std::byte* lend_buffer(ExecutionPool& pool) {
  ExecutionPool::Buffer buffer(lent_size, std::byte{'.'});
  const std::byte* const place = buffer.data();
  pool.give_buffer(std::move(buffer));
  return place;
}

}  // namespace

TEST_CASE("an event that was dropped leaves no text in its memory") {
  ExecutionPool pool;
  std::unique_ptr<Event> event = pool.take();
  event->execution.text = secret();
  const char* const place = event->execution.text.data();
  pool.give(std::move(event));
  event = pool.take();
  REQUIRE(event->execution.text.data() == place);
  CHECK(is_wiped(place, secret().size()));
  event->execution.text = "select 1";
  event->execution.wipe();
  CHECK(event->execution.text.empty());
}

TEST_CASE("a shorter unnamed statement leaves nothing of the one before") {
  PreparedStatements statements(1000);
  StatementRef statement = statements.blank("");
  statement->text = secret();
  const char* const place = statement->text.data();
  statements.commit(std::move(statement));
  statement = statements.blank("");
  REQUIRE(statement->text.data() == place);
  CHECK(statement->text.empty());
  CHECK(is_wiped(place, secret().size()));
}

TEST_CASE("a pipeline that was never empty leaves no text in its buffer") {
  Wire wire;
  const std::byte* const place = lend_buffer(wire.pool);
  const std::string answer = tag("SELECT 1") + ready();
  wire.client(query(secret()));
  for (int i = 0; i < 100; ++i) {
    wire.client(query(i < 90 ? secret() : "select 1"));
    wire.server(answer);
  }
  wire.server(answer);
  CHECK(wire.recorder.told.executions().size() == 101);
  CHECK(is_wiped(place, lent_size));
  CHECK(wire.pool.take_buffer().data() == place);
}

TEST_CASE("a pipeline keeps nothing of a statement that was answered") {
  Wire wire;
  const std::byte* const place = lend_buffer(wire.pool);
  wire.client(query(secret()) + query("select 1"));
  REQUIRE_FALSE(is_wiped(place, lent_size));
  wire.server(tag("SELECT 1") + ready());
  CHECK(is_wiped(place, lent_size));
  wire.server(tag("SELECT 1") + ready());
  CHECK(wire.recorder.told.executions().back().text == "select 1");
}

TEST_CASE("a Bind leaves no parameter where it was read") {
  Wire wire;
  wire.client(frontend::parse("", "select set_config('onetrip.label', $1, true), $2", {25, 23}) +
              frontend::bind("", "", {{secret(), 0}, {"42", 0}}) + frontend::execute("") +
              frontend::sync());
  const ExecutionPool::Parameters& scratch = wire.pool.scratch();
  REQUIRE(scratch.texts.capacity() > secret().size());
  REQUIRE(scratch.slots.capacity() >= 2);
  CHECK(is_wiped(scratch.texts.data(), secret().size()));
  CHECK(scratch.slots.data()[1].clear == 0);
  wire.server(parse_complete() + bind_complete() + tag("SELECT 1") + ready());
  CHECK(wire.recorder.told.execution().setting_texts == std::vector<std::string>{secret(), "42"});
}

TEST_CASE("a session that goes blind keeps nothing of what was said") {
  Wire wire;
  const std::byte* const place = lend_buffer(wire.pool);
  const std::string begun = query(std::string(5000, 'x')).substr(0, 2500);
  wire.client(query(secret()) + query(secret()) + begun);
  REQUIRE_FALSE(is_wiped(place, lent_size));
  REQUIRE(wire.observer.footprint() > lent_size + 2048);
  wire.server(parse_complete());
  CHECK(wire.observer.blindness() == Blindness::out_of_sync);
  CHECK(wire.observer.footprint() < 2048);
  CHECK(is_wiped(place, lent_size));
}
