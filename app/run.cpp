#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iostream>
#include <thread>

#include "analyzer/sinks/safe_text.hpp"
#include "app/log.hpp"
#include "app/quantity.hpp"
#include "app/service.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

constexpr auto look_again = std::chrono::seconds(30);

/// The signals that we wait for. Blocked in every thread, so that none is interrupted.
sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
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

/// A client takes two descriptors, one for each side; a usual soft limit is 1,024.
void allow_descriptors(std::uint64_t clients) {
  constexpr std::uint64_t others = 64;
  const rlim_t wanted = 2 * clients + others;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
    spdlog::warn(
        "{} clients take {} file descriptors, and {} are allowed: raise the limit (ulimit -n)"
        " or lower limits.clients",
        clients, wanted, limit.rlim_cur);
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& text : list) out += (out.empty() ? "" : ", ") + text;
  return out;
}

void say_ready(const Service& service) {
  const Vitals vitals = service.vitals();
  std::vector<std::string> upstreams;
  for (const Vitals::Upstream& upstream : vitals.upstreams) upstreams.push_back(upstream.address);
  const std::string admin = service.admin_address();
  spdlog::info("ready for connections on {}, upstream {}, {}", joined(vitals.listen),
               joined(upstreams), admin.empty() ? "no admin port" : "admin http://" + admin);
  for (const std::string& warning : service.unreachable()) spdlog::warn("{}", warning);
}

/// Until the end is asked for; gives the signal that asked.
int serve(Service& service, const sigset_t& signals) {
  bool looked = false;
  while (true) {
    const int signal = wait_signal(signals, look_again);
    if (signal == SIGHUP) {
      spdlog::warn("SIGHUP: nothing is reloaded; restart to use a changed configuration");
    } else if (signal != 0) {
      return signal;
    } else if (!looked) {
      looked = true;
      for (const std::string& sentence : service.not_checked()) spdlog::warn("{}", sentence);
    }
  }
}

/// A second signal ends at once: connections are closed by the kernel.
void end_on_second(const sigset_t& signals) {
  std::thread([signals] {
    while (wait_signal(signals, std::chrono::hours(24)) != SIGINT) {
    }
    spdlog::warn("second SIGINT: ending at once");
    _exit(128 + SIGINT);
  }).detach();
}

void end(Service& service, const Config& config, const sigset_t& signals, int signal) {
  end_on_second(signals);
  const auto delay = std::chrono::ceil<std::chrono::milliseconds>(config.drain.min_delay);
  const auto limit = std::chrono::ceil<std::chrono::milliseconds>(config.drain.limit);
  spdlog::info("{}: ending; connections have {} to finish", signal == SIGINT ? "SIGINT" : "SIGTERM",
               format_duration(delay + limit));
  if (signal == SIGTERM) std::this_thread::sleep_for(delay);
  service.drain(limit);
  spdlog::info("ended");
}

}  // namespace

Exit run_proxy(const Options& options, const Environment& environment) {
  const LoadedConfig loaded = load_for(options, environment);
  if (!print_errors(loaded)) return Exit::usage;
  const LogStyle style = log_style(loaded.config.log, environment, isatty(STDERR_FILENO) != 0);
  set_up_log(loaded.config.log, style);

  const sigset_t signals = block_signals();
  allow_descriptors(static_cast<std::uint64_t>(loaded.config.limits.clients) *
                    loaded.config.proxies.size());
  Service service(loaded.config, style, [] { kill(getpid(), SIGTERM); });
  service.start();
  say_ready(service);
  const int signal = serve(service, signals);
  end(service, loaded.config, signals, signal);
  return Exit::fine;
}

}  // namespace onetrip
