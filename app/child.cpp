#include "app/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>

namespace onetrip {
namespace {

constexpr int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::set<int> open_descriptors() {
  std::set<int> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    out.insert(std::stoi(entry.path().filename()));
  std::erase_if(out, [](int fd) { return ::fcntl(fd, F_GETFD) < 0; });  // the folder's own
  return out;
}

/// Sockets that libraries opened are inherited otherwise, and a port stays taken by an orphan.
void keep_to_ourselves(const std::set<int>& given) {
  for (const int fd : open_descriptors()) {
    if (fd > STDERR_FILENO && !given.contains(fd)) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

/// A child inherits the soft limit, and posix_spawn takes none of its own: ours is that one for a
/// moment, for all our threads; what they have open stays open.
class AllowedMeanwhile {
 public:
  explicit AllowedMeanwhile(rlim_t soft) : is_known_(::getrlimit(RLIMIT_NOFILE, &ours_) == 0) {
    rlimit limit = ours_;
    limit.rlim_cur = std::min(soft, limit.rlim_max);
    if (is_known_) ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~AllowedMeanwhile() {
    if (is_known_) ::setrlimit(RLIMIT_NOFILE, &ours_);
  }
  AllowedMeanwhile(const AllowedMeanwhile&) = delete;
  AllowedMeanwhile& operator=(const AllowedMeanwhile&) = delete;

 private:
  rlimit ours_{};
  bool is_known_;
};

/// 0, or why not.
int spawn(pid_t& child, std::vector<std::string> command, const Environment& environment,
          const HeldSignals& signals, rlim_t allowed) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const std::vector<char*> arguments = pointers(command), all = pointers(variables);
  const sigset_t restored = signals.restored();
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &signals.mask());
  posix_spawnattr_setsigdefault(&attributes, &restored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const AllowedMeanwhile limited(allowed);
  const int error =
      ::posix_spawnp(&child, arguments[0], nullptr, &attributes, arguments.data(), all.data());
  posix_spawnattr_destroy(&attributes);
  return error;
}

CommandEnd not_started(const std::string& name, int error) {
  if (error == ENOENT) return {127, name + ": there is no such command", false};
  if (error == ENOEXEC)
    return {126, name + ": it is no program; a script begins with a line such as #!/bin/sh", false};
  return {126, name + ": it cannot be run: " + std::generic_category().message(error), false};
}

CommandEnd ended(const std::string& name, int status) {
  if (!WIFSIGNALED(status)) return {WEXITSTATUS(status), "", true};
  const int signal = WTERMSIG(status);
  const char* abbreviation = ::sigabbrev_np(signal);
  return {128 + signal,
          name + " was ended by SIG" +
              (abbreviation == nullptr ? std::to_string(signal) : abbreviation),
          true};
}

}  // namespace

HeldSignals::HeldSignals() {
  sigemptyset(&set_);
  for (const int signal : passed_on) sigaddset(&set_, signal);
  sigaddset(&set_, SIGCHLD);
  ::signal(SIGCHLD, SIG_DFL);  // whoever ignores it cannot wait for a child
  ::pthread_sigmask(SIG_BLOCK, &set_, &mask_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaction(signal, &ignore, &ignored_[signal]);
}

HeldSignals::~HeldSignals() {
  release();
  for (const auto& [signal, before] : ignored_) ::sigaction(signal, &before, nullptr);
}

void HeldSignals::release() const {
  const timespec now{};
  while (::sigtimedwait(&set_, nullptr, &now) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

int HeldSignals::pending() const {
  sigset_t waiting;
  sigpending(&waiting);
  for (const int signal : passed_on) {
    if (sigismember(&waiting, signal) == 1 && sigismember(&mask_, signal) == 0) return signal;
  }
  return 0;
}

sigset_t HeldSignals::restored() const {
  sigset_t out;
  sigemptyset(&out);
  for (const auto& [signal, before] : ignored_)
    if (before.sa_handler == SIG_DFL) sigaddset(&out, signal);
  return out;
}

Descriptors descriptors_now() {
  rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return {open_descriptors(), limit.rlim_cur};
}

CommandEnd run_command(const std::vector<std::string>& command, const Environment& environment,
                       const HeldSignals& signals, const Descriptors& given) {
  keep_to_ourselves(given.open);
  pid_t child = 0;
  if (const int error = spawn(child, command, environment, signals, given.allowed); error != 0)
    return not_started(command[0], error);
  while (true) {
    int status = 0;
    const pid_t got = ::waitpid(child, &status, WNOHANG);
    if (got == child) return ended(command[0], status);
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals.set(), &info);
    // What the terminal sends goes to the whole group: twice would be another word.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) ::kill(child, signal);
  }
}

}  // namespace onetrip
