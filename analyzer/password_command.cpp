#include "analyzer/password_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace onetrip {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t longest_output = 64U << 10;

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& program, std::string_view why) {
  throw std::runtime_error("catalog.password_command: " + program + " " + std::string(why));
}

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  std::vector<std::string> copies = command;
  for (std::string& argument : copies) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(command[0], std::string("could not be started: ") + std::strerror(error));
  return child;
}

enum class Ending { whole, late, too_long };

Ending read_all(int input, Steady::time_point until, std::string& output) {
  std::array<char, 4096> chunk{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now());
    if (left.count() <= 0) return Ending::late;
    pollfd readable{input, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Ending::late;
    const ssize_t size = ::read(input, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return Ending::whole;
    output.append(chunk.data(), static_cast<std::size_t>(size));
    if (output.size() > longest_output) return Ending::too_long;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string run_password_command(const std::vector<std::string>& command,
                                 std::chrono::milliseconds patience) {
  if (command.empty() || command[0].empty()) fail("the list", "is empty");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(command[0], "found no free file descriptor");
  Descriptor input(ends[0]), output(ends[1]);
  const pid_t child = spawn(command, output.number());
  output.close();
  std::string text;
  const Ending ending = read_all(input.number(), Steady::now() + patience, text);
  if (ending != Ending::whole) ::kill(child, SIGKILL);
  input.close();
  const int status = wait_for(child);
  if (ending == Ending::late) fail(command[0], "took too long");
  if (ending == Ending::too_long) fail(command[0], "printed too much for a password");
  if (WIFSIGNALED(status)) fail(command[0], "was killed by a signal");
  if (WEXITSTATUS(status) != 0) {
    fail(command[0], "ended with exit code " + std::to_string(WEXITSTATUS(status)));
  }
  const std::string password = text.substr(0, text.find_first_of("\r\n"));
  if (password.empty()) fail(command[0], "printed no password");
  return password;
}

}  // namespace onetrip
