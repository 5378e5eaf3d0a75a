#include "proxy/net/send_batch.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/net/fd.hpp"

namespace onetrip {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    mine = Fd(ends[0]);
    other = Fd(ends[1]);
  }
  std::string arrived() const {
    std::string text(100'000, '\0');
    const auto got = ::recv(other.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

  Fd mine, other;
};

using Peer = SendBatch::Peer;

struct Heard final : SendBatch::Sender {
  void sent(ssize_t what, Bytes sent_bytes) noexcept override {
    results.push_back(what);
    bytes.emplace_back(reinterpret_cast<const char*>(sent_bytes.data()), sent_bytes.size());
    kept = sent_bytes;
  }
  std::vector<ssize_t> results;
  std::vector<std::string> bytes;
  Bytes kept;  // the batch's own memory
};

Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// With a turn begun; what is permitted here is told by is_permitted().
struct Turn {
  explicit Turn(std::size_t worthwhile = 2, std::size_t events = 2) : batch(worthwhile) {
    batch.open();
    batch.begin(events);
  }
  SendBatch batch;
};

bool is_permitted() {
  Turn turn;
  Pair pair;
  Heard heard;
  const bool taken = turn.batch.add(pair.mine.get(), bytes_of("x"), heard, Peer::server);
  turn.batch.end();
  if (!taken) WARN("io_uring is not permitted here: only that each sends for itself is tested");
  return taken;
}

/// On a thread of its own: a ring that goes interrupts the waits of the thread that had it, and
/// what the kernel is told to refuse it refuses that thread.
void with_ring(const std::function<void()>& test) {
  std::async(std::launch::async, [&] {
    if (is_permitted()) test();
  }).get();
}

// From now on the kernel refuses a ring's sends to this thread.
bool forbid_rings() {
  std::array<sock_filter, 4> program{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, __NR_io_uring_enter},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  sock_fprog filter{};
  filter.len = static_cast<unsigned short>(program.size());
  filter.filter = program.data();
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_CASE("The sends of a turn go out at its end, each told what came of it") {
  with_ring([] {
    Turn turn;
    std::array<Pair, 5> pairs;
    std::array<Heard, 5> heard;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      std::string text = "to " + std::to_string(i);
      REQUIRE(turn.batch.add(pairs[i].mine.get(), bytes_of(text), heard[i], Peer::server));
      text = "what the caller does with its memory then is its own affair";
      CHECK(pairs[i].arrived().empty());
    }
    turn.batch.end();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      CHECK(heard[i].results == std::vector<ssize_t>{4});
      CHECK(heard[i].bytes == std::vector<std::string>{"to " + std::to_string(i)});
      CHECK(pairs[i].arrived() == "to " + std::to_string(i));
    }
    turn.batch.end();
    CHECK(heard[0].results.size() == 1);
  });
}

TEST_CASE("A send that finds no room, or half of it, is told so and stops no other") {
  with_ring([] {
    Turn turn;
    Pair full, free;
    Heard of_full, of_free;
    const std::string block(SendBatch::longest, 'x');
    while (::send(full.mine.get(), block.data(), block.size(), MSG_DONTWAIT) > 0) {
    }
    REQUIRE(turn.batch.add(full.mine.get(), bytes_of(block), of_full, Peer::server));
    REQUIRE(turn.batch.add(free.mine.get(), bytes_of("free"), of_free, Peer::server));
    turn.batch.end();
    CHECK(of_full.results == std::vector<ssize_t>{-EAGAIN});
    CHECK(of_full.bytes == std::vector<std::string>{block});
    CHECK(free.arrived() == "free");
  });
}

TEST_CASE("A peer that is gone is an error of its own send, and no signal") {
  with_ring([] {
    Turn turn;
    Pair gone, there;
    Heard of_gone, of_there;
    gone.other = Fd();
    REQUIRE(turn.batch.add(gone.mine.get(), bytes_of("gone"), of_gone, Peer::server));
    REQUIRE(turn.batch.add(there.mine.get(), bytes_of("there"), of_there, Peer::server));
    turn.batch.end();
    CHECK(of_gone.results == std::vector<ssize_t>{-EPIPE});
    CHECK(of_there.results == std::vector<ssize_t>{5});
    CHECK(there.arrived() == "there");
  });
}

TEST_CASE("What is sent in the middle of a turn does not end the taking") {
  with_ring([] {
    Turn turn;
    Pair pair;
    Heard heard;
    REQUIRE(turn.batch.add(pair.mine.get(), bytes_of("one"), heard, Peer::server));
    turn.batch.submit();
    CHECK(pair.arrived() == "one");
    REQUIRE(turn.batch.add(pair.mine.get(), bytes_of("two"), heard, Peer::server));
    turn.batch.end();
    CHECK(pair.arrived() == "two");
    CHECK_FALSE(turn.batch.add(pair.mine.get(), bytes_of("three"), heard, Peer::server));
  });
}

TEST_CASE("A ring that is refused in the middle is given up, and what it held is sent") {
  with_ring([] {
    Pair one, other;
    Heard of_one, of_other;
    Turn turn;
    REQUIRE(forbid_rings());
    REQUIRE(turn.batch.add(one.mine.get(), bytes_of("one"), of_one, Peer::server));
    REQUIRE(turn.batch.add(other.mine.get(), bytes_of("other"), of_other, Peer::server));
    turn.batch.end();
    turn.batch.begin(2);
    CHECK_FALSE(turn.batch.add(one.mine.get(), bytes_of("x"), of_one, Peer::server));
    CHECK(of_one.results == std::vector<ssize_t>{3});
    CHECK(of_other.results == std::vector<ssize_t>{5});
    CHECK(one.arrived() == "one");
    CHECK(other.arrived() == "other");
  });
}

TEST_CASE("What was sent is not kept in memory") {
  with_ring([] {
    Turn turn;
    Pair one, other;
    Heard of_one, of_other;
    REQUIRE(turn.batch.add(one.mine.get(), bytes_of("password"), of_one, Peer::server));
    REQUIRE(turn.batch.add(other.mine.get(), bytes_of("password"), of_other, Peer::server));
    turn.batch.end();
    CHECK(one.arrived() == "password");
    for (const Bytes kept : {of_one.kept, of_other.kept}) {
      REQUIRE(kept.size() == 8);
      CHECK(std::count(kept.begin(), kept.end(), std::byte{0}) == 8);
    }
  });
}

TEST_CASE("A batch takes so many sends, and no long ones; the rest are the caller's") {
  with_ring([] {
    Turn turn;
    Pair pair;
    Heard heard;
    const std::string longest(SendBatch::longest, 'x');
    CHECK_FALSE(turn.batch.add(pair.mine.get(), bytes_of(longest + "x"), heard, Peer::server));
    std::array<Pair, SendBatch::most> pairs;
    for (Pair& one : pairs)
      REQUIRE(turn.batch.add(one.mine.get(), bytes_of("short"), heard, Peer::server));
    CHECK_FALSE(turn.batch.add(pair.mine.get(), bytes_of("x"), heard, Peer::server));
    turn.batch.end();
    CHECK(heard.results == std::vector<ssize_t>(SendBatch::most, 5));
    for (Pair& one : pairs) CHECK(one.arrived() == "short");
  });
}

TEST_CASE("A batch takes so many bytes, and as many again when these were sent") {
  with_ring([] {
    Turn turn;
    Heard heard;
    const std::string longest(SendBatch::longest, 'x');
    std::array<Pair, SendBatch::most_bytes / SendBatch::longest> pairs;
    for (int again = 0; again < 2; ++again) {
      for (Pair& one : pairs)
        REQUIRE(turn.batch.add(one.mine.get(), bytes_of(longest), heard, Peer::server));
      CHECK_FALSE(turn.batch.add(pairs[0].mine.get(), bytes_of("x"), heard, Peer::server));
      turn.batch.submit();
      for (Pair& one : pairs) CHECK(one.arrived() == longest);
    }
    CHECK(heard.results == std::vector<ssize_t>(2 * pairs.size(), SendBatch::longest));
  });
}

// Two sends on one socket, which nobody else would do: it shows which went first.
TEST_CASE("Servers are sent to before clients, each in the order in which it was added") {
  with_ring([] {
    Turn turn;
    Pair pair;
    std::array<Heard, 4> heard;
    const std::array<std::pair<std::string_view, Peer>, 4> sends{{{"c1 ", Peer::client},
                                                                  {"s1 ", Peer::server},
                                                                  {"c2 ", Peer::client},
                                                                  {"s2 ", Peer::server}}};
    for (std::size_t i = 0; i < sends.size(); ++i)
      REQUIRE(turn.batch.add(pair.mine.get(), bytes_of(sends[i].first), heard[i], sends[i].second));
    turn.batch.end();
    CHECK(pair.arrived() == "s1 s2 c1 c2 ");
    for (std::size_t i = 0; i < sends.size(); ++i)
      CHECK(heard[i].bytes == std::vector<std::string>{std::string(sends[i].first)});
  });
}

TEST_CASE("Nothing is taken in a turn of few events, nor where batches are off or not permitted") {
  with_ring([] {
    Pair pair;
    Heard heard;
    CHECK_FALSE(Turn(3, 2).batch.add(pair.mine.get(), bytes_of("x"), heard, Peer::server));
    CHECK_FALSE(Turn(0, 9).batch.add(pair.mine.get(), bytes_of("x"), heard, Peer::server));
    SendBatch never_opened(1);
    never_opened.begin(1);
    CHECK_FALSE(never_opened.add(pair.mine.get(), bytes_of("x"), heard, Peer::server));
    never_opened.end();
    CHECK(heard.results.empty());
  });
}

}  // namespace
}  // namespace onetrip
