#include "app/service.hpp"

#include <stdexcept>

#include "app/engine_setup.hpp"
#include "app/environment.hpp"
#include "app/service_impl.hpp"
#include "app/url.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

std::string token_of(const std::string& file) {
  std::string token;
  if (!read_token(file, token)) throw std::runtime_error("cannot read admin.token_file " + file);
  if (!file.empty() && token.empty())
    throw std::runtime_error("admin.token_file " + file + " is empty");
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

Service::Impl::Impl(const Config& settings, LogStyle style, std::function<void()> on_quit,
                    Findings findings)
    : config(settings),
      rules(rule_name_list()),
      hasher(random_key()),
      logs_findings(findings != Findings::recorded),
      log_sink(style.format, style.colour, write_to_stderr),
      counts(static_cast<std::size_t>(settings.metrics.label_values)),
      live_events(events, unix_start_ms()) {
  if (findings != Findings::logged) recorder = std::make_unique<Recorder>();
  if (logs_findings && config.store.path != "off")
    history = std::make_unique<History>(history_config(config));
  catalogs = std::make_unique<Catalogs>(config, [this](const CatalogKey& key, CatalogPtr catalog) {
    worker->ask([key, catalog = std::move(catalog)](Engine& engine, Time) {
      engine.catalog_ready(key, catalog);
    });
  });
  if (config.admin.listen != "off") {
    server = std::make_unique<AdminServer>(
        server_config(std::get<Endpoint>(parse_endpoint(config.admin.listen, 9188))));
    api = std::make_unique<AdminApi>(
        AdminGuard(known_hosts(config.admin), token_of(config.admin.token_file)), backend(on_quit));
  }
  const std::size_t rings =
      config.proxies.size() * static_cast<std::size_t>(config.limits.io_threads);
  worker = std::make_unique<Worker>(
      worker_config(config), rings, [this] { return make_engine(); }, [this] { return now(); });
  start_history();
  make_proxies();
}

Service::Impl::~Impl() {
  proxies.clear();
  if (server != nullptr) server->stop();
  catalogs->stop();
  if (history != nullptr) history->stop_telling();
  worker.reset();
}

std::unique_ptr<Engine> Service::Impl::make_engine() {
  std::vector<FindingSink*> told{&counts, &live_events};
  if (logs_findings) told.push_back(&log_sink);
  auto engine = std::make_unique<Engine>(hasher, engine_config(config, unix_start_ms()),
                                         configured_rules(config), catalogs.get(), told);
  engine->watch(&counts);
  engine->watch(&live_events);
  if (recorder != nullptr) engine->watch(recorder.get());
  if (history != nullptr) engine->keep(history.get());
  return engine;
}

void Service::Impl::start_history() {
  if (history == nullptr) return;
  history->start([this](const std::vector<Finding>& findings, bool made) {
    worker->ask([findings, made](Engine& engine, Time) {
      engine.restore(findings);
      if (made) engine.keep_all();
    });
  });
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
  set_analysis({config.analysis.enabled, config.analysis.sample});
}

void Service::Impl::set_analysis(const AnalysisSwitch& wanted) {
  for (const auto& proxy : proxies) {
    if (wanted.enabled) proxy->set_analysis(*wanted.enabled);
    if (wanted.sample) proxy->set_sample(*wanted.sample);
  }
  if (wanted.sample) sample = *wanted.sample;
}

AdminBackend Service::Impl::backend(const std::function<void()>& quit) {
  AdminBackend out;
  out.ask = [this](std::function<void(Engine&, Time)> question) {
    worker->ask(std::move(question));
  };
  out.vitals = [this] { return vitals(); };
  out.metrics = [this](const Engine& engine, const Vitals& current, MetricsFormat format) {
    return metrics(engine, current, format);
  };
  out.set_analysis = [this](const AnalysisSwitch& wanted) { set_analysis(wanted); };
  out.rules = rules;
  out.listen = [this] { return events.read(); };
  if (config.admin.quit) out.quit = quit;
  if (history != nullptr) {
    out.history = [this](const std::string& fingerprint, std::size_t most, History::Answer answer) {
      history->read(fingerprint, most, std::move(answer));
    };
  }
  out.later = [this](std::function<void()> task) { server->later(std::move(task)); };
  return out;
}

Service::Service(const Config& config, LogStyle style, std::function<void()> quit,
                 Findings findings)
    : impl_(std::make_unique<Impl>(config, style, std::move(quit), findings)) {}

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

std::string Service::admin_address() const {
  return impl_->server == nullptr ? "" : impl_->server->address();
}

}  // namespace onetrip
