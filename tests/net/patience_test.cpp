#include "proxy/net/patience.hpp"

#include <sched.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "proxy/net/run_delay.hpp"

namespace onetrip {
namespace {

using std::chrono::microseconds;

constexpr microseconds little{10}, long_wait{4000};
constexpr std::size_t between = Patience::turns_between_looks;

int policy() {
  return ::sched_getscheduler(0);
}

void choose(int policy) {
  const sched_param parameters{};
  REQUIRE(::sched_setscheduler(0, policy, &parameters) == 0);
}

struct Waits : RunDelay {
  bool told = true;
  std::chrono::nanoseconds all{0};

  std::optional<std::chrono::nanoseconds> sum() override {
    return told ? std::optional(all) : std::nullopt;
  }
};

/// This thread, as one that waits for a processor once in each turn, and then reads once.
struct Waiting {
  std::unique_ptr<Waits> made = std::make_unique<Waits>();
  Waits& waits = *made;
  Patience patience{std::move(made)};
  microseconds each = little;

  ~Waiting() { choose(SCHED_OTHER); }

  void turns(std::size_t count, std::size_t bytes = 100) {
    for (std::size_t i = 0; i < count; ++i) {
      waits.all += each;
      if (bytes != 0) {
        patience.answered(bytes);
      } else {
        patience.asked();
      }
      patience.turn_ended();
    }
  }
  /// Until that is its policy, or so many turns.
  std::size_t turns_until(int wanted, std::size_t most) {
    std::size_t count = 0;
    for (; count < most && policy() != wanted; ++count) turns(1);
    return count;
  }
};

TEST_CASE("A thread that waits little is patient after a while, and stays so") {
  Waiting thread;
  thread.turns(Patience::shortest_prompt);
  CHECK(policy() == SCHED_OTHER);
  thread.turns(1);
  CHECK(policy() == SCHED_BATCH);
  thread.turns(10'000);
  CHECK(policy() == SCHED_BATCH);
}

TEST_CASE("A patient thread that has to wait long is prompt again, for longer each time") {
  Waiting thread;
  thread.each = Patience::longest_wait + microseconds(1);
  thread.turns_until(SCHED_BATCH, Patience::shortest_prompt + 1);
  std::size_t before = 0;
  for (int i = 0; i < 8; ++i) {
    REQUIRE(policy() == SCHED_BATCH);
    thread.turns(between);
    REQUIRE(policy() == SCHED_OTHER);
    const std::size_t prompt = thread.turns_until(SCHED_BATCH, Patience::longest_prompt + 1);
    CHECK(prompt >= before);
    CHECK(prompt <= Patience::longest_prompt);
    before = prompt;
  }
  CHECK(before == Patience::longest_prompt);

  SECTION("what was is forgotten when it waited little for a while") {
    thread.each = little;
    thread.turns(Patience::looks_to_forget * between);
    REQUIRE(policy() == SCHED_BATCH);
    thread.each = long_wait;
    thread.turns(between);
    REQUIRE(policy() == SCHED_OTHER);
    CHECK(thread.turns_until(SCHED_BATCH, Patience::longest_prompt) == Patience::shortest_prompt);
  }
}

TEST_CASE("A thread that waits long and then reads of many stays patient") {
  Waiting thread;
  thread.turns(Patience::shortest_prompt + 1);
  REQUIRE(policy() == SCHED_BATCH);
  constexpr std::size_t many = 32;
  const auto turns_of_many = [&](std::chrono::nanoseconds wait) {
    for (std::size_t i = 0; i < between; ++i) {
      for (std::size_t read = 0; read < many - 2; read += 2) {
        thread.patience.asked();
        thread.patience.answered(100);
      }
      thread.patience.asked();
      thread.waits.all += wait;
      thread.each = {};
      thread.turns(1);
    }
  };
  turns_of_many(Patience::longest_wait * many);
  CHECK(policy() == SCHED_BATCH);
  turns_of_many(Patience::longest_wait * (many + 1));
  CHECK(policy() == SCHED_OTHER);
}

TEST_CASE("Of turns in which little is read nothing is concluded") {
  Waiting thread;
  thread.turns(Patience::shortest_prompt + 1);
  REQUIRE(policy() == SCHED_BATCH);
  for (int i = 0; i < 1000; ++i) {  // a probe connects and goes
    thread.waits.all += long_wait;
    thread.patience.turn_ended();
  }
  CHECK(policy() == SCHED_BATCH);
}

TEST_CASE("A few long waits among many short ones are enough to be prompt again") {
  Waiting thread;
  thread.turns(Patience::shortest_prompt + 1);
  for (std::size_t i = 0; i < between; ++i) {
    thread.each = i % 7 == 0 ? long_wait : little;
    thread.turns(1);
  }
  CHECK(policy() == SCHED_OTHER);
}

TEST_CASE("A thread is patient while a long result passes, and no longer where it waits") {
  Waiting thread;
  thread.each = long_wait;
  thread.turns(Patience::enough_large_turns - 1, 8192);
  CHECK(policy() == SCHED_OTHER);
  thread.turns(1, 8192);
  CHECK(policy() == SCHED_BATCH);
  for (int i = 0; i < 100; ++i) {
    thread.turns(3, 0);  // what the client said
    thread.turns(3, 8192);
  }
  CHECK(policy() == SCHED_BATCH);
  CHECK(thread.turns_until(SCHED_OTHER, between + 2) <= between + 1);
}

TEST_CASE("Short answers between the pieces of a long result keep a thread prompt where it waits") {
  Waiting thread;
  thread.each = long_wait;
  for (int i = 0; i < 10; ++i) {
    thread.turns(Patience::enough_large_turns - 1, 8192);
    thread.turns(1);
    CHECK(policy() == SCHED_OTHER);
  }
  for (std::size_t i = 0; i < Patience::enough_large_turns; ++i) {
    thread.patience.answered(100);  // of another session, in the same turn
    thread.turns(1, 8192);
    CHECK(policy() == SCHED_OTHER);
  }
}

TEST_CASE("Long results now and then do not hide that short statements wait") {
  Waiting thread;
  thread.turns(Patience::shortest_prompt + 1);
  REQUIRE(policy() == SCHED_BATCH);
  thread.each = long_wait;
  thread.turns(Patience::enough_large_turns, 8192);
  thread.turns(between - Patience::enough_large_turns);
  thread.turns(Patience::enough_large_turns, 8192);
  CHECK(policy() == SCHED_BATCH);
  thread.turns(1);
  CHECK(policy() == SCHED_OTHER);
}

TEST_CASE("Where the kernel does not count waits, a thread is patient in long results only") {
  Waiting thread;
  thread.waits.told = false;
  thread.turns(100'000);
  CHECK(policy() == SCHED_OTHER);
  thread.turns(Patience::enough_large_turns, 8192);
  CHECK(policy() == SCHED_BATCH);
  thread.turns(1);
  CHECK(policy() == SCHED_OTHER);
}

TEST_CASE("A policy that an administrator chose stays, before a thread was patient and after") {
  int early = -1, late = -1, in_result = -1;
  std::thread([&] {
    Waiting thread;
    choose(SCHED_IDLE);
    thread.turns(1000);
    early = policy();
    thread.turns(Patience::enough_large_turns, 8192);
    in_result = policy();
    thread.turns(1);
  }).join();
  std::thread([&] {
    Waiting thread;
    thread.turns(1000);
    choose(SCHED_IDLE);
    thread.each = long_wait;
    thread.turns(1000);
    late = policy();
  }).join();
  CHECK(early == SCHED_IDLE);
  CHECK(in_result == SCHED_IDLE);
  CHECK(late == SCHED_IDLE);
}

TEST_CASE("A thread that a patient one begins can be made prompt") {
  int inherited = -1, after = -1;
  {
    Waiting thread;
    choose(SCHED_BATCH);
    std::thread([&] {
      inherited = policy();
      be_prompt();
      after = policy();
    }).join();
  }
  CHECK(inherited == SCHED_BATCH);
  CHECK(after == SCHED_OTHER);
}

TEST_CASE("The kernel's count of a thread's waits grows") {
  RunDelay delay;
  const std::optional<std::chrono::nanoseconds> before = delay.sum();
  if (!before) return;  // a kernel that does not count
  std::optional<std::chrono::nanoseconds> after = before;
  for (int i = 0; i < 10'000 && after == before; ++i) {
    std::thread([] {}).join();  // gives the processor away, mostly
    after = delay.sum();
  }
  REQUIRE(after);
  CHECK(*after > *before);
}

TEST_CASE("What the kernel writes of a thread's waits is read, and nothing else taken for it") {
  CHECK(RunDelay::read("123456 789 42\n") == std::chrono::nanoseconds(789));
  for (const char* other :
       {"", " ", "1", "1 2", "1 2 x", "0 0 0\n", "-1 2 3", "1 99999999999999999999 3"})
    CHECK_FALSE(RunDelay::read(other));
}

}  // namespace
}  // namespace onetrip
