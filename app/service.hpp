#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/vitals.hpp"
#include "app/config.hpp"
#include "app/log.hpp"
#include "app/witness_arrays.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// Everything that `onetrip run` runs: traffic, analysis, admin port, wired together. Main thread.
///
/// Call order: start drain. Signals are the caller's, and blocked before start(), since threads
/// inherit the mask.
class Service {
 public:
  /// Where findings go, beside the API and metrics.
  enum class Findings : std::uint8_t { logged, recorded, logged_and_recorded };

  /// `quit` is called when POST /quitquitquit asks for the end; any thread. Throws
  /// std::runtime_error with a sentence when a file of the configuration cannot be used.
  Service(const Config& config, LogStyle style, std::function<void()> quit,
          Findings findings = Findings::logged);
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
  /// What was judged so far, with its coverage; where findings are recorded. Waits for the worker.
  Record record();
  /// These requests, as far as they are still kept, and the statements. Waits for the worker.
  Witness witness(const WantedRequests& wanted);
  Engine::Counters counters();  ///< waits for the worker
  /// One sentence for each upstream that cannot be reached now.
  std::vector<std::string> unreachable() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
