#include "app/engine_setup.hpp"

#include <sys/random.h>

#include <stdexcept>

#include "app/tls_settings.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

/// None of "off".
std::optional<Severity> severity_of(const std::string& level) {
  if (level == "info") return Severity::info;
  if (level == "warning") return Severity::warning;
  if (level == "error") return Severity::error;
  return std::nullopt;
}

/// Puts in what is set; the rest stays.
void add_levels(const Config::RuleCase& set, RuleLevels& levels) {
  const std::pair<Confidence, const std::string&> all[] = {{Confidence::proven, set.proven},
                                                           {Confidence::likely, set.likely},
                                                           {Confidence::possible, set.possible}};
  for (const auto& [confidence, own] : all) {
    const std::string& level = own == "default" ? set.level : own;
    if (level != "default") levels[confidence] = severity_of(level);
  }
}

RuleSettings rule_settings(const std::string& name, const Config::Rule& rule) {
  RuleSettings out;
  add_levels(rule, out.levels);
  for (const Config::RuleLabels& labels : rule.labels) {
    RuleSettings::Labels tuned{labels.match, out.levels, nullptr};
    add_levels(labels, tuned.levels);
    if (labels.options != rule.options) tuned.rule = make_rule(name, labels.options);
    out.labels.push_back(std::move(tuned));
  }
  return out;
}

std::size_t size(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

std::chrono::milliseconds milliseconds(Time time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

std::chrono::seconds seconds(Time time) {
  return std::chrono::ceil<std::chrono::seconds>(time);
}

}  // namespace

Engine::Config engine_config(const Config& config, std::int64_t unix_start_ms) {
  Engine::Config out;
  out.window.idle_gap_on = config.window.idle_gap.count() != 0;
  if (out.window.idle_gap_on) out.window.idle_gap = config.window.idle_gap;
  out.window.silence = config.window.silence;
  out.window.max_age = config.window.max_age;
  out.window.max_trips = size(config.window.max_statements);
  out.window.max_rows = size(config.window.max_rows);
  out.window.max_bytes = size(config.window.memory);
  out.window.max_open = size(config.window.max_open);
  out.cache.text_bytes = size(config.limits.text_cache);
  out.cache.shape_bytes = size(config.limits.shape_cache);
  out.max_profiled = size(config.limits.profile);
  out.max_findings = size(config.limits.findings);
  out.max_label_values = size(config.metrics.label_values);
  out.catalog_patience = config.catalog.patience;
  for (const auto& [name, rule] : config.rules) out.rules[name] = rule_settings(name, rule);
  out.ignore_applications = config.ignore.applications;
  out.ignore_users = config.ignore.users;
  out.ignore_databases = config.ignore.databases;
  out.unix_start_ms = unix_start_ms;
  return out;
}

std::vector<std::unique_ptr<Rule>> configured_rules(const Config& config) {
  std::map<std::string, OptionValues> set;
  for (const auto& [name, rule] : config.rules) set[name] = rule.options;
  return make_rules(set);
}

Worker::Config worker_config(const Config& config) {
  Worker::Config out;
  out.ring_slots = size(config.limits.ring_events);
  out.ring_bytes = size(config.limits.ring_memory);
  return out;
}

History::Config history_config(const Config& config) {
  History::Config out;
  out.path = config.store.path;
  out.max_bytes = static_cast<std::uint64_t>(config.store.max_size);
  out.max_age = config.store.max_age;
  out.max_findings = size(config.limits.findings);
  return out;
}

ProxyConfig proxy_config(const Config& config, const Config::Pair& pair) {
  ProxyConfig out;
  for (const std::string& address : pair.listen) {
    out.listen.push_back(std::get<Endpoint>(parse_endpoint(address, 6532)));
  }
  const auto upstream = std::get<UpstreamUrl>(parse_upstream(pair.upstream));
  out.upstream = upstream.endpoint;
  out.max_clients = size(config.limits.clients);
  if (!config.limits.io_uring) out.batch_from = 0;
  out.startup = milliseconds(config.limits.startup);
  out.connect = milliseconds(config.limits.connect);
  out.linger = milliseconds(config.limits.linger);
  out.keepalive.idle = seconds(config.limits.keepalive_idle);
  out.keepalive.interval = seconds(config.limits.keepalive_interval);
  out.keepalive.probes = static_cast<int>(config.limits.keepalive_probes);
  out.journal_bytes = size(config.limits.ring_memory);
  out.session.text_bytes = size(config.limits.statement_text);
  out.session.pipeline_bytes = size(config.limits.pipeline);
  out.session.prepared_bytes = size(config.limits.prepared);
  out.session.portal_bytes = size(config.limits.portals);
  out.session.indexed_rows = size(config.limits.indexed_rows);
  out.session.key_columns = size(config.limits.key_columns);
  out.listen_tls = listen_tls(config.listen_tls);
  out.upstream_tls = std::get<TlsUpstreamConfig>(upstream_tls(config.upstream_tls, upstream));
  out.sample = config.analysis.sample;
  return out;
}

ValueHasher::Key random_key() {
  ValueHasher::Key key;
  std::size_t filled = 0;
  while (filled < key.size()) {
    const ssize_t got = getrandom(key.data() + filled, key.size() - filled, 0);
    if (got <= 0) throw std::runtime_error("the kernel gives no random bytes");
    filled += static_cast<std::size_t>(got);
  }
  return key;
}

}  // namespace onetrip
