#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/sinks/vitals.hpp"
#include "app/config.hpp"
#include "app/log.hpp"

namespace onetrip {

/// Everything that `onetrip run` runs: traffic, analysis, admin port, wired together. Main thread.
///
/// Call order: start drain. Signals are the caller's, and blocked before start(), since threads
/// inherit the mask.
class Service {
 public:
  /// `quit` is called when POST /quitquitquit asks for the end; any thread. Throws
  /// std::runtime_error with a sentence when a file of the configuration cannot be used.
  Service(const Config& config, LogStyle style, std::function<void()> quit);
  ~Service();

  /// Throws std::runtime_error with a sentence: a port that is taken, and the like.
  void start();
  /// Reads certificates anew and takes over what `next` says, as far as it can change at once; the
  /// rest is named in the log. `next` has no errors, and its files were checked.
  void reload(const Config& next);
  /// Accepts no more, lets connections finish for `limit`, judges and tells what is left.
  void drain(std::chrono::milliseconds limit);

  Vitals vitals() const;
  std::string admin_address() const;  ///< empty: there is none
  /// Why nothing, or not all, is analysed (admin/status.hpp). Waits for the worker.
  std::vector<std::string> not_checked();
  /// One sentence for each upstream that cannot be reached now.
  std::vector<std::string> unreachable() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
