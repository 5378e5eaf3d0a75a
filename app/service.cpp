#include "app/service.hpp"

#include <atomic>
#include <stdexcept>

#include "admin/api.hpp"
#include "admin/server.hpp"
#include "admin/status.hpp"
#include "analyzer/sinks/metrics.hpp"
#include "app/catalogs.hpp"
#include "app/engine_setup.hpp"
#include "app/environment.hpp"
#include "app/pair_sink.hpp"
#include "app/probe.hpp"
#include "app/process_stats.hpp"
#include "app/url.hpp"
#include "app/version.hpp"
#include "proxy/net/proxy.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

std::string read_token(const Config::Admin& admin) {
  std::string token;
  if (admin.token_file.empty()) return token;
  if (!read_file(admin.token_file, token)) {
    throw std::runtime_error("cannot read admin.token_file " + admin.token_file);
  }
  token.resize(std::min(token.find_first_of("\r\n"), token.size()));
  if (token.empty()) throw std::runtime_error("admin.token_file " + admin.token_file + " is empty");
  return token;
}

/// An address that is listened on by name may also be asked by that name.
std::vector<std::string> known_hosts(const Config::Admin& admin) {
  std::vector<std::string> out = admin.hosts;
  const std::string host = std::get<Endpoint>(parse_endpoint(admin.listen, 0)).host;
  if (!host.empty() && host != "*" && host != "0.0.0.0" && host != "::") out.push_back(host);
  return out;
}

std::vector<std::string> rule_name_list() {
  std::vector<std::string> out;
  for (const std::string_view name : rule_names()) out.emplace_back(name);
  return out;
}

AdminServer::Config server_config(const Endpoint& endpoint) {
  AdminServer::Config out;
  out.host = endpoint.host;
  out.port = endpoint.port;
  return out;
}

}  // namespace

/// Members stand in the order of their making; what stands lower ends first. The admin server is
/// stopped before the worker ends (see ~Impl), its memory outlives it: answers may still come.
struct Service::Impl {
  Impl(const Config& settings, LogStyle style, std::function<void()> on_quit);
  ~Impl();

  AdminBackend backend(const std::function<void()>& quit);
  std::unique_ptr<Engine> make_engine();
  std::string metrics(Engine& engine, const Vitals& now) const;
  void make_proxies();
  Vitals vitals() const;
  Time now() const { return std::chrono::steady_clock::now() - began; }

  const Config config;
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  const std::chrono::system_clock::time_point began_at = std::chrono::system_clock::now();
  std::atomic<Vitals::State> state{Vitals::State::starting};
  const std::vector<std::string> rules = rule_name_list();

  ValueHasher hasher{random_key()};
  LogSink log_sink;
  FindingCounts counts;  ///< worker thread
  std::unique_ptr<AdminServer> server;
  std::unique_ptr<AdminApi> api;
  std::unique_ptr<Worker> worker;
  std::unique_ptr<Catalogs> catalogs;
  std::vector<std::unique_ptr<PairSink>> sinks;
  std::vector<std::unique_ptr<Proxy>> proxies;
};

Service::Impl::Impl(const Config& settings, LogStyle style, std::function<void()> on_quit)
    : config(settings),
      log_sink(style.format, style.colour, write_to_stderr),
      counts(static_cast<std::size_t>(settings.metrics.label_values)) {
  catalogs =
      std::make_unique<Catalogs>(config, [this](const std::string& database, CatalogPtr catalog) {
        worker->ask([database, catalog = std::move(catalog)](Engine& engine, Time) {
          engine.catalog_ready(database, catalog);
        });
      });
  if (config.admin.listen != "off") {
    server = std::make_unique<AdminServer>(
        server_config(std::get<Endpoint>(parse_endpoint(config.admin.listen, 9188))));
    api = std::make_unique<AdminApi>(
        AdminGuard(known_hosts(config.admin), read_token(config.admin)), backend(on_quit));
  }
  const std::size_t rings =
      config.proxies.size() * static_cast<std::size_t>(config.limits.io_threads);
  worker = std::make_unique<Worker>(
      worker_config(config), rings, [this] { return make_engine(); }, [this] { return now(); });
  make_proxies();
}

Service::Impl::~Impl() {
  proxies.clear();
  if (server != nullptr) server->stop();
  catalogs->stop();
  worker.reset();
}

std::unique_ptr<Engine> Service::Impl::make_engine() {
  const auto unix_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(began_at.time_since_epoch()).count();
  return std::make_unique<Engine>(hasher, engine_config(config, unix_ms), make_rules(),
                                  catalogs.get(), std::vector<FindingSink*>{&counts, &log_sink});
}

void Service::Impl::make_proxies() {
  const auto threads = static_cast<std::size_t>(config.limits.io_threads);
  for (std::size_t pair = 0; pair < config.proxies.size(); ++pair) {
    std::vector<EventSink*> of_pair;
    for (std::size_t thread = 0; thread < threads; ++thread) {
      EventRing& ring = worker->ring(pair * threads + thread);
      sinks.push_back(std::make_unique<PairSink>(ring, pair, config.proxies.size()));
      of_pair.push_back(sinks.back().get());
    }
    proxies.push_back(std::make_unique<Proxy>(proxy_config(config, config.proxies[pair]), hasher,
                                              of_pair, [this] { return now(); }));
  }
}

AdminBackend Service::Impl::backend(const std::function<void()>& quit) {
  AdminBackend out;
  out.ask = [this](std::function<void(Engine&, Time)> question) {
    worker->ask(std::move(question));
  };
  out.vitals = [this] { return vitals(); };
  out.metrics = [this](Engine& engine, const Vitals& current) { return metrics(engine, current); };
  out.set_analysis = [this](bool on) {
    for (const auto& proxy : proxies) proxy->set_analysis(on);
  };
  if (config.admin.quit) out.quit = quit;
  out.later = [this](std::function<void()> task) { server->later(std::move(task)); };
  return out;
}

std::string Service::Impl::metrics(Engine& engine, const Vitals& current) const {
  Engine::Query all;
  all.limit = static_cast<std::size_t>(config.limits.findings);
  std::map<std::string, std::uint64_t> open;
  for (const Finding& finding : engine.findings(all)) ++open[finding.rule];
  return metrics_text({current, engine.counters(), counts, rules, open});
}

Vitals Service::Impl::vitals() const {
  Vitals out;
  out.version = version;
  out.state = state;
  out.uptime_seconds = std::chrono::duration<double>(now()).count();
  for (std::size_t i = 0; i < proxies.size(); ++i) {
    const Totals totals = proxies[i]->totals();
    for (const Address& address : proxies[i]->listening()) out.listen.push_back(address.text);
    const Endpoint upstream = proxy_config(config, config.proxies[i]).upstream;
    out.upstreams.push_back({upstream.text(), totals.upstream_up, ""});
    out.analysis = out.analysis && proxies[i]->analysis();
    out.connections_open += totals.clients;
    out.connections_total += totals.connections;
    out.bytes_from_client += totals.bytes_from_client;
    out.bytes_from_server += totals.bytes_from_server;
  }
  out.events_dropped = worker->dropped();
  out.ring_depth = worker->depth();
  out.ring_capacity = worker->capacity();
  out.process = read_process_stats();
  return out;
}

Service::Service(const Config& config, LogStyle style, std::function<void()> quit)
    : impl_(std::make_unique<Impl>(config, style, std::move(quit))) {}

Service::~Service() = default;

void Service::start() {
  if (impl_->server != nullptr) impl_->server->open();
  for (const auto& proxy : impl_->proxies) proxy->start();
  impl_->state = Vitals::State::ready;
  if (impl_->server == nullptr) return;
  impl_->server->start([api = impl_->api.get()](const AdminRequest& request, AdminReply reply) {
    api->handle(request, std::move(reply));
  });
}

void Service::drain(std::chrono::milliseconds limit) {
  impl_->state = Vitals::State::draining;
  const auto end = std::chrono::steady_clock::now() + limit;
  for (const auto& proxy : impl_->proxies) proxy->stop_accepting();
  for (const auto& proxy : impl_->proxies) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    proxy->drain(std::max(left, std::chrono::milliseconds(0)));
    proxy->stop();
  }
  impl_->worker->flush();
}

Vitals Service::vitals() const {
  return impl_->vitals();
}

std::string Service::admin_address() const {
  return impl_->server == nullptr ? "" : impl_->server->address();
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
