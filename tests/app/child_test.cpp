#include "app/child.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "proxy/net/fd.hpp"

using namespace onetrip;

namespace {

CommandEnd run(const std::string& script, Environment environment = {}) {
  const HeldSignals signals;
  environment.emplace("PATH", "/usr/bin:/bin");
  return run_command({"sh", "-c", script}, environment, signals, descriptors_now());
}

}  // namespace

TEST_CASE("a command's exit code is kept") {
  CHECK(run("exit 0").code == 0);
  const CommandEnd failed = run("exit 3");
  CHECK(failed.code == 3);
  CHECK(failed.trouble.empty());
}

TEST_CASE("a command that a signal ended has the code that a shell gives") {
  const CommandEnd killed = run("kill -9 $$");
  CHECK(killed.code == 128 + SIGKILL);
  CHECK(killed.trouble == "sh was ended by SIGKILL");
}

TEST_CASE("a command gets the environment that it is given, and no other") {
  CHECK(run("test \"$(env | grep -c ONETRIP)\" = 1 && test \"$ONETRIP_API\" = x",
            {{"ONETRIP_API", "x"}})
            .code == 0);
}

TEST_CASE("a command that cannot be started is told, with the code that a shell gives") {
  const HeldSignals signals;
  const auto start = [&](const std::string& name) {
    return run_command({name}, {}, signals, descriptors_now());
  };
  CHECK(start("no-such-command").code == 127);
  CHECK(start("no-such-command").trouble == "no-such-command: there is no such command");
  CHECK(start("/etc/passwd").code == 126);
  CHECK_THAT(start("/etc/passwd").trouble, Catch::Contains("Permission denied"));
}

TEST_CASE("signals are passed on, and the command answers as it likes") {
  const HeldSignals signals;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
    // Its first byte tells that the trap is set.
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const Fd input(ends[0]), output(::dup(ends[1]));
    ::close(ends[1]);
    std::thread sender([&] {
      char ready = 0;
      if (::read(input.get(), &ready, 1) == 1) ::kill(::getpid(), signal);
    });
    // A shell that waits for a child of its own could miss a signal just before it does.
    const std::string script = "trap 'exit 40' TERM INT HUP QUIT USR1 USR2; echo >&" +
                               std::to_string(output.get()) + "; while :; do sleep 0.05; done";
    const CommandEnd end = run_command({"/bin/sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}},
                                       signals, descriptors_now());
    sender.join();
    INFO(signal);
    CHECK(end.code == 40);
  }
}

TEST_CASE("a signal that came before the command is known") {
  const HeldSignals signals;
  CHECK(signals.pending() == 0);
  ::kill(::getpid(), SIGTERM);
  CHECK(signals.pending() == SIGTERM);
}

TEST_CASE("a command does not get our sockets, but what was open before us") {
  const Fd before(::open("/dev/null", O_RDONLY));
  const Descriptors given = descriptors_now();
  const Fd ours(::open("/dev/null", O_RDONLY));
  const HeldSignals signals;
  const auto has = [&](const Fd& fd) {
    const std::string script = "test -e /proc/self/fd/" + std::to_string(fd.get());
    return run_command({"/bin/sh", "-c", script}, {}, signals, given).code == 0;
  };
  CHECK(has(before));
  CHECK_FALSE(has(ours));
}

TEST_CASE("a command may open as many files as before us, and we as many as we allowed ourselves") {
  rlimit outside{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &outside) == 0);
  const auto allow = [&](rlim_t soft) {
    const rlimit limit{soft, outside.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
  };
  REQUIRE(allow(256));
  const Descriptors given = descriptors_now();
  REQUIRE(allow(512));
  const HeldSignals signals;
  const CommandEnd end =
      run_command({"/bin/sh", "-c", "test $(ulimit -Sn) = 256"}, {}, signals, given);
  const rlim_t ours = descriptors_now().allowed;
  allow(outside.rlim_cur);
  CHECK(end.code == 0);
  CHECK(ours == 512);
}

TEST_CASE("a command sees SIGPIPE as it was before us") {
  std::signal(SIGPIPE, SIG_DFL);
  CHECK(run("(trap - PIPE; kill -PIPE $$) ; exit 9").code == 128 + SIGPIPE);
}
