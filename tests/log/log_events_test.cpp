#include "analyzer/log/log_events.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "analyzer/log/csvlog.hpp"
#include "tests/log/log_lines.hpp"

using namespace onetrip;
using namespace onetrip::log_test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t text_bytes = 1000;

const ValueHasher& hasher() {
  static const ValueHasher made([] {
    ValueHasher::Key key;
    std::iota(key.begin(), key.end(), static_cast<unsigned char>(1));
    return key;
  }());
  return made;
}

class Heard final : public EventSink {
 public:
  void put(Event& event) override { events.push_back(event); }

  std::vector<Execution> executions() const {
    std::vector<Execution> out;
    for (const Event& event : events)
      if (event.kind == Event::Kind::execution) out.push_back(event.execution);
    return out;
  }
  std::vector<Event> events;
};

/// The executions that lines become, and what was counted.
struct Told {
  std::vector<Execution> executions;
  std::vector<Event> events;
  LogEvents::Counters counters;
};

Told tell(const std::vector<Line>& lines) {
  Heard heard;
  LogEvents events(hasher(), heard, text_bytes);
  CsvlogReader reader(events);
  for (const Line& line : lines) reader.feed(csv(line));
  reader.end();
  events.end();
  CHECK(reader.faults().empty());
  return {heard.executions(), heard.events, events.counters()};
}

/// `ms` after 12:00:00.
std::string at(int ms) {
  const std::string digits = std::to_string(1000 + ms % 1000).substr(1);
  return "2026-03-01 12:00:0" + std::to_string(ms / 1000) + "." + digits + " UTC";
}

Time ms_of(Time time) {
  return time - std::chrono::seconds(1'772'366'400);
}

}  // namespace

TEST_CASE("what is no statement makes no event") {
  const Told told = tell({{.message = "connection authorized: user=ada"},
                          {.message = "duration: 1.000 ms"},
                          {.message = "statement: x", .severity = "NOTICE"},
                          {.message = "duration: 0.1 ms  parse s1: SELECT $1"},
                          {.message = "checkpoint starting: time"}});
  CHECK(told.executions.empty());
  CHECK(told.counters.entries == 5);
  CHECK(told.counters.statements == 0);
  CHECK(told.counters.lone_durations == 1);
}

TEST_CASE("processes of the server itself are no sessions") {
  Heard heard;
  LogEvents events(hasher(), heard, text_bytes);
  LogEntry entry;
  entry.session = "1.2";
  entry.severity = "LOG";
  entry.message = "statement: SELECT 1";
  events.entry(entry);
  events.end();
  CHECK(heard.events.empty());
}

TEST_CASE("who never asked for anything is no session") {
  const Told told = tell({{.message = "password authentication failed", .severity = "FATAL"},
                          {.message = "disconnection: session time: 0:00:00"}});
  CHECK(told.events.empty());
  CHECK(told.counters.sessions == 0);
}

TEST_CASE("a statement and its duration are one execution") {
  const Told told = tell({{.message = "statement: SELECT 1", .time = at(5)},
                          {.message = "duration: 2.500 ms", .time = at(8)}});
  REQUIRE(told.executions.size() == 1);
  const Execution& one = told.executions[0];
  CHECK(one.text == "SELECT 1");
  CHECK(one.text_hash == hasher().bytes("SELECT 1"));
  CHECK(one.protocol == Protocol::simple);
  CHECK(one.answer_unseen);
  CHECK(one.outcome == Outcome::completed);
  CHECK(ms_of(one.sent) == 5ms);
  CHECK(ms_of(one.complete) == 7500us);
  CHECK(told.counters.timed == 1);
}

TEST_CASE("a statement told at its end began before") {
  const Told told = tell({{.message = "duration: 2.500 ms  statement: SELECT 1", .time = at(8)},
                          {.message = "duration: 3.000 ms  execute s1: SELECT 2", .time = at(9)}});
  REQUIRE(told.executions.size() == 2);
  CHECK(ms_of(told.executions[0].sent) == 5500us);
  CHECK(ms_of(told.executions[1].sent) == 8ms);  // not before the one before it was complete
  CHECK(told.executions[1].protocol == Protocol::extended);
  CHECK(told.executions[1].named);
}

TEST_CASE("a statement cannot have ended after it was told to have") {
  const Told told =
      tell({{.message = "statement: SELECT 1", .time = at(5)},
            {.message = "duration: 999999999999 ms", .time = at(8)},
            {.message = "duration: 999999999999 ms  statement: SELECT 2", .time = at(9)}});
  REQUIRE(told.executions.size() == 2);
  CHECK(ms_of(told.executions[0].complete) == 9ms);
  CHECK(ms_of(told.executions[1].complete) == 10ms);
}

TEST_CASE("durations of Parse and Bind, alone or told, are nobody's") {
  const Told told = tell({{.message = "duration: 0.2 ms", .time = at(1)},
                          {.message = "duration: 0.1 ms  bind s: SELECT $1", .time = at(1)},
                          {.message = "execute <unnamed>: SELECT $1", .time = at(2)},
                          {.message = "duration: 4 ms", .time = at(6)},
                          {.message = "duration: 0.2 ms", .time = at(7)}});
  REQUIRE(told.executions.size() == 1);
  CHECK(told.executions[0].complete - told.executions[0].sent == 4ms);
  CHECK_FALSE(told.executions[0].named);
}

TEST_CASE("without durations a statement ends where the next one begins, or its session") {
  const Told told = tell({{.message = "statement: SELECT 1", .time = at(1)},
                          {.message = "statement: SELECT 2", .time = at(30)},
                          {.message = "disconnection: session time: 0:00:01", .time = at(40)}});
  REQUIRE(told.executions.size() == 2);
  CHECK(ms_of(told.executions[0].complete) == 1ms);
  CHECK(ms_of(told.executions[1].complete) == 30ms);
  CHECK(told.counters.timed == 0);
  CHECK(told.events.back().kind == Event::Kind::session_closed);
}

TEST_CASE("without durations a statement is told when time has passed") {
  Heard heard;
  LogEvents events(hasher(), heard, text_bytes);
  CsvlogReader reader(events);
  reader.feed(csv({.message = "statement: SELECT 1", .time = at(0)}));
  CHECK(heard.executions().empty());
  reader.feed(csv({.message = "x", .time = at(2500), .session = "69a42a40.20"}));
  CHECK(heard.executions().size() == 1);
}

TEST_CASE("where durations are told, a statement waits for its own") {
  const Told told = tell({{.message = "statement: SELECT 1", .time = at(0)},
                          {.message = "duration: 1 ms", .time = at(1)},
                          {.message = "statement: SELECT 2", .time = at(2)},
                          {.message = "x", .time = at(5000), .session = "69a42a40.20"},
                          {.message = "duration: 6000 ms", .time = at(6002)}});
  REQUIRE(told.executions.size() == 2);
  CHECK(told.executions[1].complete - told.executions[1].sent == 6s);
}

TEST_CASE("parameters become hashes") {
  const Told told =
      tell({{.message = "execute s1: SELECT $1, $2, $3, $4",
             .detail = "parameters: $1 = '42', $2 = NULL, $3 = '{1,2}', $4 = 'lon...'"}});
  REQUIRE(told.executions.size() == 1);
  const Execution& one = told.executions[0];
  REQUIRE(one.parameters.size() == 4);
  CHECK(one.parameters[0].kind == Slot::Kind::scalar);
  CHECK(one.parameters[0].hash == hasher().integer(42));
  CHECK(one.parameters[1].kind == Slot::Kind::null);
  CHECK(one.parameters[2].kind == Slot::Kind::array);
  CHECK(one.elements == std::vector<ValueHash>{hasher().integer(1), hasher().integer(2)});
  CHECK(one.parameters[3].kind == Slot::Kind::unknown);
  CHECK(one.setting_texts.empty());
  CHECK(told.counters.without_values == 0);
}

TEST_CASE("parameters that are not told are counted") {
  CHECK(tell({{.message = "execute s1: SELECT $1"}}).counters.without_values == 1);
  CHECK(tell({{.message = "execute s1: SELECT 1"}}).counters.without_values == 0);
  const Told broken = tell({{.message = "execute s: SELECT $1", .detail = "parameters: $1 = 'x"}});
  CHECK(broken.executions[0].parameters.empty());
  CHECK(broken.counters.without_values == 1);
}

TEST_CASE("only settings of our own come in clear") {
  const Told told = tell({{.message = "execute s: SELECT set_config('onetrip.request', $1, false)",
                           .detail = "parameters: $1 = 'cart'"}});
  CHECK(told.executions[0].setting_texts == std::vector<std::string>{"cart"});
}

TEST_CASE("an error ends the statement that it names") {
  const Told told = tell({{.message = "statement: SELECT x", .time = at(1)},
                          {.message = "column \"x\" does not exist",
                           .time = at(4),
                           .severity = "ERROR",
                           .sqlstate = "42703",
                           .statement = "SELECT x"}});
  REQUIRE(told.executions.size() == 1);
  CHECK(told.executions[0].outcome == Outcome::failed);
  CHECK(std::string(told.executions[0].sqlstate.data(), 5) == "42703");
  CHECK(told.executions[0].complete - told.executions[0].sent == 3ms);
}

TEST_CASE("an error of another statement leaves the one before complete") {
  const Told told = tell({{.message = "execute s1: SELECT 1"},
                          {.message = "no", .severity = "ERROR", .statement = "SELECT 2"}});
  REQUIRE(told.executions.size() == 2);
  CHECK(told.executions[0].outcome == Outcome::completed);
  CHECK(told.executions[1].outcome == Outcome::failed);
  CHECK(told.executions[1].text == "SELECT 2");
}

TEST_CASE("an error without a statement ends what waits, and makes nothing up") {
  CHECK(tell({{.message = "no", .severity = "ERROR"}}).executions.empty());
  const Told told =
      tell({{.message = "statement: SELECT 1"}, {.message = "no", .severity = "FATAL"}});
  REQUIRE(told.executions.size() == 1);
  CHECK(told.executions[0].outcome == Outcome::failed);
  CHECK(told.events.back().kind == Event::Kind::session_closed);
}

TEST_CASE("a text of several statements is told as several") {
  const Told told = tell({{.message = "statement: BEGIN; SELECT 1; COMMIT"},
                          {.message = "duration: 3 ms", .time = at(3)},
                          {.message = "statement: SELECT 2", .transaction = "3/8"}});
  REQUIRE(told.executions.size() == 4);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(told.executions[i].ordinal == i);
    CHECK(told.executions[i].text_hash == told.executions[0].text_hash);
    CHECK(told.executions[i].text.empty() == (i > 0));
    CHECK(told.executions[i].complete - told.executions[i].begun == 1ms);
    CHECK(told.executions[i].status_before == TransactionStatus::idle);
  }
  CHECK(told.executions[3].status_before == TransactionStatus::idle);
}

TEST_CASE("transactions are followed by their statements") {
  const auto status = [](const std::vector<Line>& lines) {
    std::string out;
    for (const Execution& execution : tell(lines).executions)
      out += static_cast<char>(execution.status_before);
    return out;
  };
  const std::string none;
  CHECK(status({{.message = "statement: BEGIN", .transaction = none},
                {.message = "statement: SELECT 1", .transaction = none},
                {.message = "statement: COMMIT", .transaction = none},
                {.message = "statement: SELECT 1", .transaction = none}}) == "ITTI");
  CHECK(status({{.message = "statement: BEGIN", .transaction = none},
                {.message = "no", .transaction = none, .severity = "ERROR", .statement = "x"},
                {.message = "statement: ROLLBACK", .transaction = none},
                {.message = "statement: SELECT 1", .transaction = none}}) == "ITEI");
}

TEST_CASE("transactions whose beginning is not told are known by their number") {
  const auto status = [](const std::vector<std::string>& transactions, const std::string& what) {
    std::vector<Line> lines;
    for (const std::string& transaction : transactions)
      lines.push_back({.message = what, .transaction = transaction});
    std::string out;
    for (const Execution& execution : tell(lines).executions)
      out += static_cast<char>(execution.status_before);
    return out;
  };
  CHECK(status({"3/7", "3/7", "3/8"}, "statement: SELECT 1") == "ITI");
  CHECK(status({"3/7", "3/7", "3/0", "3/9"}, "duration: 1 ms  statement: SELECT 1") == "ITTI");
  CHECK(status({"3/0", "3/0"}, "duration: 1 ms  statement: SELECT 1") == "II");
}

TEST_CASE("a session that changes its name is told so") {
  const Told told = tell({{.message = "statement: SELECT 1", .application = ""},
                          {.message = "statement: SELECT 2", .application = "worker"}});
  std::vector<std::string> names;
  for (const Event& event : told.events)
    if (event.kind != Event::Kind::execution && event.kind != Event::Kind::session_closed)
      names.push_back(event.facts.application_name);
  CHECK(names == std::vector<std::string>{"", "worker"});
  CHECK(told.counters.sessions == 1);
}

TEST_CASE("long texts are cut, and known by all of their bytes") {
  const std::string sql = "SELECT '" + std::string(2 * text_bytes, 'x') + "'";
  const Told told = tell({{.message = "statement: " + sql}});
  REQUIRE(told.executions.size() == 1);
  CHECK(told.executions[0].truncated);
  CHECK(told.executions[0].text.size() == text_bytes);
  CHECK(told.executions[0].text_hash == hasher().bytes(sql));
}

TEST_CASE("of too many sessions the longest silent ones end") {
  Heard heard;
  LogEvents events(hasher(), heard, text_bytes);
  CsvlogReader reader(events);
  for (std::size_t i = 0; i <= LogEvents::most_sessions; ++i)
    reader.feed(
        csv({.message = "statement: SELECT 1", .session = "69a42a40." + std::to_string(i)}));
  const auto closed = [&] {
    std::size_t number = 0;
    for (const Event& event : heard.events)
      if (event.kind == Event::Kind::session_closed) ++number;
    return number;
  };
  CHECK(closed() == 1);
  CHECK(heard.executions().size() == 1);
  events.end();
  CHECK(closed() == LogEvents::most_sessions + 1);
  CHECK(heard.executions().size() == LogEvents::most_sessions + 1);
}
