#include "proxy/net/journal.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "analyzer/value.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"
#include "proxy/wire/startup.hpp"

using namespace onetrip;

namespace {

const ValueHasher hasher{ValueHasher::Key{}};
constexpr std::size_t most = std::size_t{16} << 20U;

/// Takes events only when it is told to, as the analysis thread does.
class Desk final : public EventSink {
 public:
  explicit Desk(bool asks = true) : asks_(asks) {}

  void put(Event& event) override {
    events.push_back(event);
    if (at_next) std::exchange(at_next, nullptr)();
  }
  bool attach(EventSource* source) override {
    source_ = source;
    return asks_;
  }
  void nudge(bool soon) override {
    ++nudges;
    if (soon) ++urgent;
  }

  std::size_t waiting() const { return source_->waiting(); }
  /// Until nothing waits.
  Desk& take() {
    while (source_->look() != 0) ++looks;
    return *this;
  }
  bool is_attached() const { return source_ != nullptr; }

  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const Event& event : events) {
      if (event.kind == Event::Kind::execution) out.push_back(event.execution.text);
    }
    return out;
  }
  std::size_t count(Event::Kind kind) const {
    std::size_t sum = 0;
    for (const Event& event : events) sum += event.kind == kind ? 1 : 0;
    return sum;
  }

  std::vector<Event> events;
  std::function<void()> at_next;  ///< called once, within a look
  int nudges = 0, urgent = 0, looks = 0;

 private:
  const bool asks_;
  EventSource* source_ = nullptr;
};

/// One session that is let in.
class Talk {
 public:
  Talk(Journal& journal, SessionId id) : scribe_(journal, id, hasher, Limits{}) {
    const std::string packet = startup_message({{"user", "ada"}, {"database", "shop"}});
    scribe_.startup(as_bytes(packet), "127.0.0.1:4711", "/run:5432", now_);
    answer(backend::authentication_ok() + backend::ready_for_query('I'));
  }

  Talk& ask(const std::string& sql) {
    scribe_.client_bytes(as_bytes(frontend::query(sql)), ++now_);
    return *this;
  }
  Talk& answer(const std::string& bytes) {
    scribe_.server_bytes(as_bytes(bytes), ++now_);
    return *this;
  }
  Talk& run(const std::string& sql, const std::string& rows = "") {
    return ask(sql).answer(rows + done());
  }
  void close() { scribe_.closed(++now_); }
  void pause(bool paused) { scribe_.pause(paused); }

  static std::string done() {
    return backend::command_complete("SELECT 1") + backend::ready_for_query('I');
  }

 private:
  Time now_{};
  Scribe scribe_;
};

/// Another thread that stops in the middle of a look, at the first event, until the end.
class HeldLook {
 public:
  explicit HeldLook(Desk& desk) {
    desk.at_next = [this] {
      looks_.set_value();
      go_on_.get_future().wait();
    };
    thread_ = std::thread([&desk] { desk.take(); });
    looks_.get_future().wait();
  }
  ~HeldLook() { end(); }

  void end() {
    if (!thread_.joinable()) return;
    go_on_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> looks_, go_on_;
  std::thread thread_;
};

/// Rows of a length; more than a read is.
std::string rows(std::size_t size) {
  std::string out = backend::row_description({{"id", 16'400, 1, type_oid::int4, 0}});
  while (out.size() < size) out += backend::data_row({std::string(100, '7')});
  return out;
}

}  // namespace

TEST_CASE("what a session said is told when the sink asks, in order and with its times") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 7);
  talk.run("SELECT 1").run("SELECT 2");
  CHECK(desk.events.empty());
  CHECK(desk.waiting() > 0);
  CHECK(desk.nudges > 0);

  CHECK(desk.take().texts() == std::vector<std::string>{"SELECT 1", "SELECT 2"});
  CHECK(desk.waiting() == 0);
  REQUIRE(desk.events.front().kind == Event::Kind::session_opened);
  CHECK(desk.events.front().facts.client == "127.0.0.1:4711");
  CHECK(desk.events.front().facts.upstream == "/run:5432");
  CHECK(desk.events.front().facts.user == "ada");
  CHECK(desk.events[1].session == 7);
  CHECK(desk.events[1].execution.sent == Time(2));
  CHECK(desk.events[1].execution.complete == Time(3));
}

TEST_CASE("several sessions are told apart, in the order in which they spoke") {
  Desk desk;
  Journal journal(desk, most);
  Talk one(journal, 1), other(journal, 2);
  one.ask("SELECT 1");
  other.ask("SELECT 2").answer(Talk::done());
  one.answer(Talk::done());
  CHECK(desk.take().texts() == std::vector<std::string>{"SELECT 2", "SELECT 1"});
}

TEST_CASE("a session that ended is told after its end, and one that nobody ended, too") {
  Desk desk;
  Journal journal(desk, most);
  {
    Talk ended(journal, 1), forgotten(journal, 2);
    ended.run("SELECT 1").close();
    forgotten.ask("SELECT 2");
  }
  desk.take();
  CHECK(desk.texts() == std::vector<std::string>{"SELECT 1", "SELECT 2"});
  CHECK(desk.count(Event::Kind::session_closed) == 2);
  CHECK(desk.events[4].execution.outcome == Outcome::cut);
}

TEST_CASE("analysis switched off holds from then on, not for what was said before") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1);
  talk.run("SELECT 1");
  talk.pause(true);
  talk.run("SELECT 2");
  talk.pause(false);
  talk.run("SELECT 3");
  CHECK(desk.take().texts() == std::vector<std::string>{"SELECT 1", "SELECT 3"});
}

TEST_CASE("many pages of statements lose none") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1);
  std::vector<std::string> expected;
  for (int i = 0; i < 3000; ++i) {
    expected.push_back("SELECT " + std::to_string(i));
    talk.run(expected.back());
  }
  CHECK(desk.urgent == 0);
  CHECK(desk.take().texts() == expected);
  // What one look tells stays in the caches until it is taken.
  CHECK(desk.looks > 20);
}

TEST_CASE("a long read is not kept: it is looked at in its place") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1);
  talk.ask("SELECT id FROM t").answer(rows(Journal::long_read));
  CHECK(desk.waiting() == 0);
  CHECK(desk.count(Event::Kind::session_opened) == 1);
  talk.answer(Talk::done());
  CHECK(desk.waiting() > 0);
  desk.take();
  REQUIRE(desk.texts() == std::vector<std::string>{"SELECT id FROM t"});
  CHECK(desk.events.back().execution.rows > 70);
}

TEST_CASE("a long read behind much else is kept like a short one") {
  Desk desk;
  Journal journal(desk, most);
  Talk busy(journal, 1), talk(journal, 2);
  busy.ask("SELECT 1");
  while (desk.waiting() <= Journal::little)
    busy.answer(backend::parameter_status("TimeZone", "Europe/Berlin"));
  talk.ask("SELECT id FROM t");
  const std::size_t before = desk.waiting();
  talk.answer(rows(3 * Journal::long_read) + Talk::done());
  CHECK(desk.waiting() > before + 3 * Journal::long_read);
  CHECK(desk.take().texts() == std::vector<std::string>{"SELECT id FROM t"});
}

TEST_CASE("when much waits the sink is urged once, and then the session's own thread helps") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1);
  std::size_t told = 0;
  for (; desk.waiting() < Journal::much / 2; ++told) talk.run("SELECT 1");
  CHECK(desk.urgent == 1);
  CHECK(desk.events.empty());
  for (; desk.events.empty(); ++told) talk.run("SELECT 1");
  CHECK(desk.urgent == 1);
  CHECK(desk.waiting() <= Journal::much);
  for (int i = 0; i < 10'000; ++i, ++told) talk.run("SELECT 1");
  CHECK(desk.waiting() <= Journal::much + 1000);
  CHECK(desk.take().texts().size() == told);
  for (; desk.waiting() < Journal::much / 2; ++told) talk.run("SELECT 1");
  CHECK(desk.urgent == 2);
}

TEST_CASE("where nobody looks there is always room, however little is allowed") {
  Desk desk;
  constexpr std::size_t least = Journal::much;
  Journal journal(desk, least);
  Talk busy(journal, 1), talk(journal, 2);
  std::size_t told = 0;
  for (int i = 0; i < 300; ++i) {
    for (; desk.waiting() <= Journal::little; ++told) busy.run("SELECT 1");
    talk.ask("SELECT id FROM t").answer(rows(60'000) + Talk::done());
    CHECK(desk.waiting() <= least);
  }
  for (int i = 0; i < 10'000; ++i, ++told) busy.run("SELECT 1");
  CHECK(desk.take().texts().size() == told + 300);
  CHECK(desk.count(Event::Kind::blind) == 0);
}

TEST_CASE(
    "while another thread looks, nobody waits for it; what finds no room makes its session blind") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1), quiet(journal, 2), ends(journal, 3);
  talk.run("SELECT 1");
  quiet.run("SELECT 2");

  HeldLook look(desk);
  // What is long fills half of the room at most, so that short answers go on.
  const std::string long_answer = rows(1U << 20U);
  talk.ask("SELECT id FROM t");
  while (desk.waiting() + long_answer.size() <= most / 2) talk.answer(long_answer);
  const std::size_t half = desk.waiting();
  talk.answer(long_answer);
  CHECK(desk.waiting() < half + 1000);
  while (desk.waiting() + 100'000 < most) quiet.run("SELECT 3", std::string(rows(1000)));
  ends.close();
  look.end();

  talk.answer(Talk::done()).run("SELECT 4");
  quiet.run("SELECT 5");
  desk.take();
  const std::vector<std::string> texts = desk.texts();
  REQUIRE(texts.size() > 3);
  CHECK(texts[1] == "SELECT 2");
  CHECK(texts.back() == "SELECT 5");
  CHECK(std::count(texts.begin(), texts.end(), "SELECT 3") + 3 ==
        static_cast<std::ptrdiff_t>(texts.size()));
  REQUIRE(desk.count(Event::Kind::blind) == 1);
  CHECK(desk.count(Event::Kind::session_closed) == 1);
  for (const Event& event : desk.events) {
    if (event.kind != Event::Kind::blind) continue;
    CHECK(event.session == 1);
    CHECK(event.blindness == Blindness::dropped);
  }
}

TEST_CASE("a session that lost something and ends is told as blind, once, and as ended") {
  Desk desk;
  Journal journal(desk, most);
  {
    Talk talk(journal, 1);
    HeldLook look(desk);
    const std::string long_answer = rows(most);
    talk.ask("SELECT id FROM t").answer(long_answer).answer(long_answer);
    talk.close();
    look.end();
  }
  desk.take();
  CHECK(desk.texts().empty());
  CHECK(desk.count(Event::Kind::blind) == 1);
  CHECK(desk.count(Event::Kind::session_closed) == 1);
}

TEST_CASE("a session that is looked at no more writes nothing but its end") {
  Desk desk;
  Journal journal(desk, most);
  Talk talk(journal, 1);
  talk.answer(std::string("D\0\0\0\0", 5));
  desk.take();
  CHECK(desk.count(Event::Kind::blind) == 1);
  talk.run("SELECT 1");
  CHECK(desk.waiting() == 0);
  talk.close();
  desk.take();
  CHECK(desk.count(Event::Kind::session_closed) == 1);
}

TEST_CASE("its end tells what waits, and nobody asks it then") {
  Desk desk;
  {
    Journal journal(desk, most);
    Talk(journal, 1).run("SELECT 1");
    journal.end();
    CHECK_FALSE(desk.is_attached());
    CHECK(desk.texts() == std::vector<std::string>{"SELECT 1"});
  }
  CHECK(desk.count(Event::Kind::session_closed) == 1);
}

TEST_CASE("where nobody asks all is told at once") {
  Desk desk(false);
  Journal journal(desk, most);
  Talk talk(journal, 1);
  talk.run("SELECT 1");
  CHECK(desk.texts() == std::vector<std::string>{"SELECT 1"});
  talk.close();
  CHECK(desk.count(Event::Kind::session_closed) == 1);
}

TEST_CASE("one thread speaks and another one asks, and all is told in order") {
  Desk desk;
  Journal journal(desk, most);
  constexpr int sessions = 4;
  constexpr int rounds = 3000;
  std::atomic<bool> over{false};
  std::thread analysis([&] {
    while (!over) desk.take();
  });
  {
    std::vector<std::unique_ptr<Talk>> talks;
    for (SessionId id = 1; id <= sessions; ++id)
      talks.push_back(std::make_unique<Talk>(journal, id));
    for (int i = 0; i < rounds; ++i) {
      const auto place = static_cast<std::size_t>(i % sessions);
      talks[place]->run("SELECT " + std::to_string(i), i % 50 == 0 ? rows(20'000) : "");
      if (i % 97 == 0) {
        talks[place]->close();
        talks[place] = std::make_unique<Talk>(journal, static_cast<SessionId>(1000 + i));
      }
    }
  }
  over = true;
  analysis.join();
  const std::vector<std::string> texts = desk.take().texts();
  REQUIRE(texts.size() == rounds);
  for (int i = 0; i < rounds; ++i)
    REQUIRE(texts[static_cast<std::size_t>(i)] == "SELECT " + std::to_string(i));
  CHECK(desk.count(Event::Kind::blind) == 0);
  CHECK(desk.count(Event::Kind::session_closed) == desk.count(Event::Kind::session_opened));
}
