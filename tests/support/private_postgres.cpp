#include "tests/support/private_postgres.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace onetrip::test {

namespace {

struct Child {
  pid_t pid = 0;
  int input = -1, output = -1;  ///< its stdin and its stdout
};

Child spawn(std::vector<std::string> command) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  Child child{0, in[1], out[0]};
  const int error =
      posix_spawnp(&child.pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  if (error != 0) throw std::runtime_error("cannot run " + command[0]);
  return child;
}

std::string read_until(int from, char end) {
  std::string text;
  char c = 0;
  while (::read(from, &c, 1) == 1 && c != end) text += c;
  return text;
}

std::string word_after(const std::string& line, const std::string& key) {
  const std::size_t found = line.find(key);
  if (found == std::string::npos) return {};
  const std::size_t from = found + key.size();
  return line.substr(from, line.find(' ', from) - from);
}

}  // namespace

PrivatePostgres::PrivatePostgres() {
  const auto script = std::filesystem::path(__FILE__).parent_path() / "private_postgres.sh";
  const Child child = spawn({script.string()});
  script_ = child.pid;
  stdin_ = child.input;
  const std::string line = read_until(child.output, '\n');
  ::close(child.output);
  port_ = word_after(line, "port=");
  host_ = word_after(line, "host=");
  if (!port_.empty() && !host_.empty()) return;
  ::close(stdin_);
  ::waitpid(script_, nullptr, 0);
  throw std::runtime_error("private_postgres.sh did not start a server");
}

PrivatePostgres::~PrivatePostgres() {
  ::close(stdin_);
  ::waitpid(script_, nullptr, 0);
}

std::string PrivatePostgres::conninfo(const std::string& database) const {
  return "host=" + host_ + " port=" + port_ + " user=postgres dbname=" + database;
}

std::string PrivatePostgres::psql(const std::string& database, const std::string& script) const {
  const Child child =
      spawn({"psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", conninfo(database), "-c", script});
  ::close(child.input);
  std::string output = read_until(child.output, '\0');
  ::close(child.output);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  if (status != 0) throw std::runtime_error("psql failed: " + script + "\n" + output);
  while (!output.empty() && output.back() == '\n') output.pop_back();
  return output;
}

PrivatePostgres& private_postgres() {
  static PrivatePostgres one;
  return one;
}

}  // namespace onetrip::test
