#include "proxy/net/patience.hpp"

#include <pthread.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <thread>

namespace onetrip {
namespace {

int policy() {
  int policy = -1;
  sched_param parameters{};
  ::pthread_getschedparam(::pthread_self(), &policy, &parameters);
  return policy;
}

void turns(Patience& patience, int count, std::size_t bytes) {
  for (int i = 0; i < count; ++i) {
    patience.add(bytes);
    patience.turn_ended();
  }
}

TEST_CASE("A thread is patient while a long result passes, and no longer") {
  Patience patience;
  turns(patience, 7, 8192);
  CHECK(policy() == SCHED_OTHER);
  turns(patience, 1, 8192);
  CHECK(policy() == SCHED_BATCH);
  turns(patience, 3, 0);  // what the client said
  CHECK(policy() == SCHED_BATCH);
  turns(patience, 1, 100);
  CHECK(policy() == SCHED_OTHER);
}

TEST_CASE("Short answers between the pieces of a result keep a thread prompt") {
  Patience patience;
  for (int i = 0; i < 10; ++i) {
    turns(patience, 7, 8192);
    turns(patience, 1, 100);
    CHECK(policy() == SCHED_OTHER);
  }
}

TEST_CASE("A policy that an administrator chose stays") {
  int in_result = -1, after = -1;
  std::thread([&] {
    const sched_param parameters{};
    ::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &parameters);
    Patience patience;
    turns(patience, 8, 8192);
    in_result = policy();
    turns(patience, 1, 100);
    after = policy();
  }).join();
  CHECK(in_result == SCHED_IDLE);
  CHECK(after == SCHED_IDLE);
}

}  // namespace
}  // namespace onetrip
