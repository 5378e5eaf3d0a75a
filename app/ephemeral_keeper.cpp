#include "app/ephemeral_keeper.hpp"

#include <fcntl.h>
#include <grp.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace onetrip {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds start_limit{60}, stop_limit{10};
constexpr std::chrono::milliseconds look_again{5};

/// Who runs the server: we, or somebody harmless when we are root.
class Owner {
 public:
  Owner() {
    if (::geteuid() != 0) return;
    const passwd* found = ::getpwnam("postgres");
    if (found == nullptr) found = ::getpwnam("nobody");
    if (found == nullptr)
      throw std::runtime_error(
          "as root it is run by the user postgres or nobody, and there is neither");
    drops_ = true;
    user_ = found->pw_uid;
    group_ = found->pw_gid;
  }

  void own(const std::string& folder) const {
    if (drops_ && ::chown(folder.c_str(), user_, group_) != 0)
      throw std::runtime_error("its folder cannot be given away");
  }
  bool become() const {
    return !drops_ ||
           (::setgroups(0, nullptr) == 0 && ::setgid(group_) == 0 && ::setuid(user_) == 0);
  }

 private:
  bool drops_ = false;
  uid_t user_ = 0;
  gid_t group_ = 0;
};

std::string tail_of(const std::string& file) {
  constexpr std::size_t longest = 2000;
  std::string text;
  if (!read_file(file, text) || text.empty()) return "it said nothing";
  if (text.size() > longest) text.erase(0, text.size() - longest);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text;
}

/// In a fork: `fd` becomes the file.
void redirect(int fd, const std::string& file, int flags) {
  const int opened = ::open(file.c_str(), flags, 0600);
  if (opened >= 0 && opened != fd) {
    ::dup2(opened, fd);
    ::close(opened);
  }
}

class Keeper {
 public:
  Keeper(const EphemeralPlan& plan, Fd& ends) : plan_(plan), ends_(ends) {
    // What libpq and the server read there is not meant for this one.
    for (const auto& [name, value] : plan.environment)
      if (!name.starts_with("PG")) environment_.push_back(name + "=" + value);
    environment_.emplace_back("LC_ALL=C");  // its messages are shown
  }

  void start() {
    owner_.own(plan_.folder);
    const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) ::freelocale(utf8);
    run("initdb", {"--username=" + plan_.user, "--auth=trust", "--encoding=UTF8",
                   std::string("--locale=") + (utf8 != nullptr ? "C.UTF-8" : "C"), "--no-sync",
                   "--no-instructions", "--pgdata=" + data()});
    std::ofstream(input()) << "CREATE DATABASE \"" << plan_.database << "\";\n";
    fs::permissions(input(), fs::perms(0644));
    run("postgres", {"--single", "-D", data(), "-F", "postgres"});
    serve();
  }

  void stop() {
    if (server_ > 0) ::kill(server_, SIGQUIT);  // at once: nothing is to be kept
    const auto limit = steady_clock::now() + stop_limit;
    while (server_ > 0 && !has_ended() && steady_clock::now() < limit) ::poll(nullptr, 0, 5);
    if (server_ > 0) {
      ::kill(server_, SIGKILL);
      ::waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;
    fs::remove_all(plan_.folder, ignored);
  }

  void wait_for_end() const {
    pollfd end{ends_.get(), 0, 0};
    while (::poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
  }

 private:
  std::string data() const { return plan_.folder + "/data"; }
  std::string input() const { return plan_.folder + "/input"; }
  std::string log() const { return plan_.folder + "/log"; }

  pid_t spawn(const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), plan_.programs + "/" + program);
    std::vector<char*> words, variables;
    for (std::string& argument : arguments) words.push_back(argument.data());
    for (std::string& one : environment_) variables.push_back(one.data());
    words.push_back(nullptr);
    variables.push_back(nullptr);
    const pid_t keeper = ::getpid(), child = ::fork();
    if (child != 0) return child;
    if (!owner_.become()) _exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after the change of user, which takes it back
    if (::getppid() != keeper || ::chdir(plan_.folder.c_str()) != 0) _exit(126);
    redirect(STDIN_FILENO, input(), O_RDONLY);
    redirect(STDOUT_FILENO, log(), O_WRONLY | O_CREAT | O_APPEND);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(words[0], words.data(), variables.data());
    _exit(127);
  }

  void run(const std::string& program, const std::vector<std::string>& arguments) {
    const pid_t child = spawn(program, arguments);
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child > 0 && status == 0) return;
    throw std::runtime_error(program + " failed: " + tail_of(log()));
  }

  void serve() {
    std::string sockets = plan_.folder;  // in quotes, else a comma makes two of it
    for (std::size_t at = 0; (at = sockets.find('"', at)) != std::string::npos; at += 2)
      sockets.insert(at, 1, '"');
    server_ =
        spawn("postgres",
              {"-D", data(), "-p", std::to_string(ephemeral_port), "-F",
               "--listen-addresses=", "--unix-socket-directories=\"" + sockets + "\"",
               "--synchronous-commit=off", "--full-page-writes=off", "--max-connections=200"});
    const auto limit = steady_clock::now() + start_limit;
    while (!is_ready()) {
      if (has_ended()) throw std::runtime_error("postgres failed: " + tail_of(log()));
      if (steady_clock::now() > limit) throw std::runtime_error("it is not ready after 60 s");
      pollfd end{ends_.get(), 0, 0};
      if (::poll(&end, 1, static_cast<int>(look_again.count())) > 0)
        throw std::runtime_error("nobody waits for it any more");
    }
  }

  /// postmaster.pid: its last line becomes "ready".
  bool is_ready() const {
    std::string text;
    if (!read_file(data() + "/postmaster.pid", text)) return false;
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.ends_with("\nready");
  }

  bool has_ended() {
    if (server_ <= 0 || ::waitpid(server_, nullptr, WNOHANG) != server_) return server_ <= 0;
    server_ = 0;
    return true;
  }

  const EphemeralPlan& plan_;
  Fd& ends_;
  std::vector<std::string> environment_;
  const Owner owner_;
  pid_t server_ = 0;
};

/// Nobody's terminal, and nobody's pipe is held open by us.
void step_aside(const Fd& ends, const Fd& tells) {
  ::setsid();
  ::prctl(PR_SET_NAME, "onetrip-keeper");
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
  const auto low = static_cast<unsigned>(std::min(ends.get(), tells.get()));
  const auto high = static_cast<unsigned>(std::max(ends.get(), tells.get()));
  if (low > 3) ::close_range(3, low - 1, 0);
  if (high > low + 1) ::close_range(low + 1, high - 1, 0);
  ::close_range(high + 1, ~0U, 0);
}

void say(const Fd& tells, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(tells.get(), text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void keep_ephemeral(const EphemeralPlan& plan, Fd& ends, Fd& tells) {
  step_aside(ends, tells);
  try {
    Keeper keeper(plan, ends);
    try {
      keeper.start();
      say(tells, keeper_is_ready);
      tells = Fd();
      keeper.wait_for_end();
    } catch (const std::exception& error) {
      say(tells, error.what());
    }
    keeper.stop();
  } catch (const std::exception& error) {
    say(tells, error.what());
  }
  _exit(0);
}

}  // namespace onetrip
