#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "admin/status.hpp"
#include "app/descriptors.hpp"
#include "app/gate.hpp"
#include "app/log.hpp"
#include "app/notifier.hpp"
#include "app/service.hpp"
#include "app/verbs.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

constexpr auto look_again = std::chrono::seconds(30);

/// The signals that we wait for. Blocked in every thread, so that none is interrupted.
sigset_t block_signals() {
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);  // errors of a write
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

/// The next signal, or 0 when `limit` is over.
int wait_signal(const sigset_t& set, std::chrono::nanoseconds limit) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
  timespec time{};
  time.tv_sec = seconds.count();
  time.tv_nsec = (limit - seconds).count();
  const int signal = sigtimedwait(&set, nullptr, &time);
  return signal > 0 ? signal : 0;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& text : list) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string where(const Service& service) {
  const Vitals vitals = service.vitals();
  std::vector<std::string> upstreams;
  for (const Vitals::Upstream& upstream : vitals.upstreams) upstreams.push_back(upstream.address);
  const std::string admin = service.admin_address();
  return joined(vitals.listen) + ", upstream " + joined(upstreams) + ", " +
         (admin.empty() ? "no admin port" : "admin http://" + admin);
}

/// The life of `onetrip run` between its start and its end. Main thread.
class Run {
 public:
  Run(const Options& options, const Environment& environment, Service& service, sigset_t signals)
      : options_(options), environment_(environment), service_(service), signals_(signals) {}

  void say_ready() {
    const std::string text = "ready for connections on " + where(service_);
    spdlog::info("{}", text);
    notifier_.ready(text);
    for (const std::string& warning : service_.unreachable()) spdlog::warn("{}", warning);
  }

  /// Until the end is asked for; gives the signal that asked.
  int serve() {
    auto look = std::chrono::steady_clock::now() + look_again;
    while (true) {
      const auto left = std::max<std::chrono::nanoseconds>(look - std::chrono::steady_clock::now(),
                                                           std::chrono::nanoseconds(0));
      const int signal = wait_signal(signals_, std::min(left, turn()));
      notifier_.alive();
      if (signal == SIGHUP) {
        reload();
      } else if (signal != 0) {
        return signal;
      } else if (std::chrono::steady_clock::now() >= look) {
        look = std::chrono::steady_clock::time_point::max();
        for (const std::string& sentence : service_.not_checked()) spdlog::warn("{}", sentence);
      }
    }
  }

  void end(const Config& config, int signal) {
    notifier_.stopping();
    end_on_sigint(signal);
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(config.drain.min_delay);
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(config.drain.limit);
    spdlog::info("{}: ending; connections have {} to finish",
                 signal == SIGINT ? "SIGINT" : "SIGTERM", format_duration(delay + limit));
    if (signal == SIGTERM) std::this_thread::sleep_for(delay);
    service_.drain(limit);
    spdlog::info("ended");
  }

 private:
  /// As long as the main thread may wait without a sign of life.
  std::chrono::nanoseconds turn() const {
    return notifier_.watchdog().value_or(std::chrono::hours(24));
  }

  void reload() {
    notifier_.reloading();
    LoadedConfig loaded = load_for(options_, environment_);
    if (loaded.errors.empty()) loaded.errors = check_files(loaded);
    if (loaded.errors.empty()) {
      service_.reload(loaded.config);
    } else {
      for (const ConfigError& error : loaded.errors) spdlog::error("{}", error.text());
      spdlog::error("SIGHUP: the configuration has errors; nothing is changed");
    }
    notifier_.ready("serving on " + where(service_));
  }

  /// SIGINT ends at once while we end: connections are closed by the kernel.
  void end_on_sigint(int first) {
    std::thread([first, signals = signals_, notifier = notifier_, turn = turn()] {
      for (int signal = 0; signal != SIGINT; notifier.alive()) {
        signal = wait_signal(signals, turn);
        if (signal == SIGHUP) spdlog::warn("SIGHUP: nothing is reloaded while ending");
      }
      spdlog::warn("{}: ending at once",
                   first == SIGINT ? "second SIGINT" : "SIGINT after SIGTERM");
      _exit(128 + SIGINT);
    }).detach();
  }

  const Options& options_;
  const Environment& environment_;
  Service& service_;
  const sigset_t signals_;
  const Notifier notifier_{environment_};
};

/// The budget that the configuration names; none is named: no gate. An exit code: it was said why.
std::variant<std::optional<Gate>, Exit> gate_of(const Config& config, const Options& options,
                                                const Environment& environment) {
  if (config.budget.empty()) return std::nullopt;
  auto opened = Gate::open(options, environment, TextPlace::standard_error);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  return std::get<Gate>(std::move(opened));
}

Exit judge(Service& service, const Gate& gate) {
  Record record = service.record();
  record.not_checked = not_looked_at(service.vitals(), service.counters());
  return gate.judge(record).code();
}

}  // namespace

Exit run_proxy(const Options& options, const Environment& environment) {
  LoadedConfig loaded = load_for(options, environment);
  if (loaded.errors.empty()) loaded.errors = check_files(loaded);
  if (!print_errors(loaded)) return Exit::usage;
  const auto opened = gate_of(loaded.config, options, environment);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  const auto& gate = std::get<std::optional<Gate>>(opened);
  const LogStyle style = log_style(loaded.config.log, environment, isatty(STDERR_FILENO) != 0);
  set_up_log(loaded.config.log, style);

  const sigset_t signals = block_signals();
  if (const std::string lack = allow_descriptors(loaded.config); !lack.empty())
    spdlog::warn("{}", lack);
  Service service(
      loaded.config, style, [] { kill(getpid(), SIGTERM); },
      gate ? Service::Findings::logged_and_recorded : Service::Findings::logged);
  service.start();
  Run run(options, environment, service, signals);
  run.say_ready();
  run.end(loaded.config, run.serve());
  return gate ? judge(service, *gate) : Exit::fine;
}

}  // namespace onetrip
