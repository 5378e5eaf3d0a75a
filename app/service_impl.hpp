#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "admin/api.hpp"
#include "admin/live_events.hpp"
#include "admin/server.hpp"
#include "analyzer/sinks/history.hpp"
#include "analyzer/sinks/metrics.hpp"
#include "analyzer/worker.hpp"
#include "app/catalogs.hpp"
#include "app/pair_sink.hpp"
#include "app/service.hpp"
#include "budget/recorder.hpp"
#include "proxy/net/proxy.hpp"

namespace onetrip {

/// Members stand in the order of their making; what stands lower ends first. The admin server is
/// stopped before the worker ends (see ~Impl), its memory outlives it: answers may still come.
struct Service::Impl {
  Impl(const Config& settings, LogStyle style, std::function<void()> on_quit, Findings findings);
  ~Impl();

  AdminBackend backend(const std::function<void()>& quit);
  std::unique_ptr<Engine> make_engine();
  std::string metrics(const Engine& engine, const Vitals& now, MetricsFormat format) const;
  void make_proxies();
  void start_history();
  void set_analysis(const AnalysisSwitch& wanted);  ///< any thread
  Vitals vitals() const;                            ///< any thread
  void count_connections(Vitals& vitals) const;
  /// The wall clock at Time zero.
  std::int64_t unix_start_ms() const {
    return began_at.time_since_epoch() / std::chrono::milliseconds(1);
  }
  Time now() const { return std::chrono::steady_clock::now() - began; }

  Config config;  ///< keys that a reload changes: main thread; the others never change
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  const std::chrono::system_clock::time_point began_at = std::chrono::system_clock::now();
  std::atomic<Vitals::State> state{Vitals::State::starting};
  std::atomic<double> sample{1.0};
  const std::vector<std::string> rules;

  ValueHasher hasher;
  const bool logs_findings;
  LogSink log_sink;
  FindingCounts counts;                ///< worker thread
  std::unique_ptr<Recorder> recorder;  ///< worker thread; null: nothing is recorded
  EventLog events;
  LiveEvents live_events;
  std::unique_ptr<AdminServer> server;
  std::unique_ptr<AdminApi> api;
  std::unique_ptr<History> history;  ///< null: none is kept
  std::unique_ptr<Worker> worker;
  std::unique_ptr<Catalogs> catalogs;
  std::vector<std::unique_ptr<PairSink>> sinks;
  std::vector<std::unique_ptr<Proxy>> proxies;
};

}  // namespace onetrip
