#pragma once

#include <signal.h>
#include <sys/resource.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/environment.hpp"

namespace onetrip {

/// SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 wait for us instead of ending us, so that
/// a COMMAND can be given them; SIGPIPE and SIGXFSZ are errors of a write. Main thread, before any
/// other starts: threads inherit the mask.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();  ///< all is as it was
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  /// One that came and nobody took, or 0.
  int pending() const;
  /// Forgets those that came; the next one ends us.
  void release() const;
  /// Those that are held, and SIGCHLD.
  const sigset_t& set() const { return set_; }
  /// The mask as it was before.
  const sigset_t& mask() const { return mask_; }
  /// Those that we ignore and the process did not ignore before.
  sigset_t restored() const;

 private:
  sigset_t set_{}, mask_{};
  std::map<int, struct sigaction> ignored_;  ///< by signal: what held before
};

/// File descriptors at this moment. What we open later, and how many we may open then, is not for a
/// COMMAND: a suite may use select(), which takes 1,024 at most.
struct Descriptors {
  std::set<int> open;
  rlim_t allowed = 0;  ///< the soft limit
};
Descriptors descriptors_now();

/// How a COMMAND ended.
struct CommandEnd {
  int code = 0;         ///< as a shell tells it: 128 + signal, 127 not found, 126 not executable
  std::string trouble;  ///< a sentence when it was not started or was killed, else empty
  bool started = true;
};

/// Runs a COMMAND to its end: with our stdin, stdout and stderr, in our process group, so that the
/// terminal's Ctrl-C reaches it as it reaches us. Signals that others send us are passed on. Of our
/// file descriptors it gets 0, 1, 2 and those in `given`, and may open as many as then. Main
/// thread.
CommandEnd run_command(const std::vector<std::string>& command, const Environment& environment,
                       const HeldSignals& signals, const Descriptors& given);

}  // namespace onetrip
