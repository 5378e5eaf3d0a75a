#include <array>
#include <future>

#include "admin/answers.hpp"
#include "admin/status.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "app/engine_setup.hpp"
#include "app/log.hpp"
#include "app/probe.hpp"
#include "app/process_stats.hpp"
#include "app/service_impl.hpp"
#include "app/version.hpp"

namespace onetrip {
namespace {

/// In the order of StartupFailure.
constexpr std::array<const char*, 8> failures{
    "unreachable", "too_many_clients", "deadline", "bad_packet",
    "direct_tls",  "draining",         "tls",      "plain"};

void add_overhead(Vitals::Durations& durations, const Totals& totals) {
  durations.counts.resize(totals.overhead.size());
  for (std::size_t i = 0; i < totals.overhead.size(); ++i)
    durations.counts[i] += totals.overhead[i];
  durations.sum_seconds += static_cast<double>(totals.overhead_ns) / 1e9;
}

/// The id of the label's window with the most statements; empty: none is kept.
std::string largest(const Engine& engine, const std::string& label) {
  std::string id;
  std::uint64_t most = 0;
  for (const Engine::WindowRow& row : engine.windows(label, "", WitnessArrays::looked_at)) {
    if (row.summary.statements <= most) continue;
    most = row.summary.statements;
    id = row.summary.id;
  }
  return id;
}

Witness profiles_of(const Engine& engine) {
  constexpr std::size_t most = WitnessArrays::most_rows;
  using By = Engine::RequestsBy;
  Witness out;
  out.statements = to_json_text(statements_json(engine.statements("total", most)));
  out.labels = to_json_text(requests_json(engine.requests(By::label, "total", most), "label"));
  out.applications =
      to_json_text(requests_json(engine.requests(By::application, "total", most), "application"));
  return out;
}

}  // namespace

void Service::Impl::count_connections(Vitals& vitals) const {
  for (const auto bound : Overhead::bounds)
    vitals.overhead.bounds_seconds.push_back(std::chrono::duration<double>(bound).count());
  for (const auto& proxy : proxies) {
    const Totals totals = proxy->totals();
    vitals.connections_open += totals.clients;
    vitals.connections_total += totals.connections;
    vitals.bytes_from_client += totals.bytes_from_client;
    vitals.bytes_from_server += totals.bytes_from_server;
    vitals.accept_errors += totals.accept_errors;
    vitals.faults += totals.faults;
    add_overhead(vitals.overhead, totals);
    static_assert(startup_failures <= failures.size());
    for (std::size_t i = 0; i < startup_failures; ++i)
      vitals.connections_failed[failures[i]] += totals.failures[i];
  }
}

Vitals Service::Impl::vitals() const {
  Vitals out;
  out.version = version;
  out.state = state;
  out.sample = sample;
  out.uptime_seconds = std::chrono::duration<double>(now()).count();
  for (std::size_t i = 0; i < proxies.size(); ++i) {
    for (const Address& address : proxies[i]->listening()) out.listen.push_back(address.text);
    const Endpoint upstream = proxy_config(config, config.proxies[i]).upstream;
    out.upstreams.push_back({upstream.text(), proxies[i]->totals().upstream_up, ""});
    out.analysis = out.analysis && proxies[i]->analysis();
  }
  count_connections(out);
  out.events_dropped = worker->dropped();
  out.ring_depth = worker->depth();
  out.ring_capacity = worker->capacity();
  out.journal_bytes = worker->waiting();
  out.log_lines_lost = messages_lost_on_stderr();
  out.process = read_process_stats();
  if (history != nullptr) out.store = history->vitals();
  return out;
}

std::string Service::Impl::metrics(const Engine& engine, const Vitals& current,
                                   MetricsFormat format) const {
  const Engine::Counters counters = engine.counters();
  return metrics_text({current, counters, counts, rules, counters.open_by_rule}, format);
}

Vitals Service::vitals() const {
  return impl_->vitals();
}

std::vector<std::string> Service::not_checked() {
  std::vector<std::string> out;
  impl_->worker
      ->ask([&](Engine& engine, Time) {
        out = onetrip::not_checked(impl_->vitals(), engine.counters());
      })
      .get();
  return out;
}

Engine::Counters Service::counters() {
  Engine::Counters out;
  impl_->worker->ask([&](Engine& engine, Time) { out = engine.counters(); }).get();
  return out;
}

Record Service::record() {
  Record out;
  impl_->worker
      ->ask([&](Engine& engine, Time) {
        out = impl_->recorder->record();
        out.coverage = engine.coverage().rows();
      })
      .get();
  return out;
}

Witness Service::witness(const WantedRequests& wanted) {
  WitnessArrays out;
  Witness profiles;
  impl_->worker
      ->ask([&](Engine& engine, Time) {
        std::vector<std::string> ids = wanted.windows;
        for (const std::string& label : wanted.labels) ids.push_back(largest(engine, label));
        for (const std::string& id : ids) {
          if (out.full()) break;
          if (const auto detail = engine.window(id))
            out.add_window(id, to_json_text(window_detail_json(*detail)));
        }
        profiles = profiles_of(engine);
      })
      .get();
  return out.witness(std::move(profiles));
}

std::vector<std::string> Service::unreachable() const {
  std::vector<std::string> out;
  for (const Config::Pair& pair : impl_->config.proxies) {
    const Endpoint upstream = proxy_config(impl_->config, pair).upstream;
    const std::string why = why_unreachable(upstream, std::chrono::seconds(2));
    if (!why.empty()) {
      out.push_back("the upstream " + upstream.text() + " cannot be reached now: " + why +
                    "; clients get an error until it can");
    }
  }
  return out;
}

}  // namespace onetrip
