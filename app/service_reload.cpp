#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "app/engine_setup.hpp"
#include "app/reload.hpp"
#include "app/service_impl.hpp"

namespace onetrip {
namespace {

bool any(const std::vector<ConfigChange>& changes, const std::string& section) {
  return std::any_of(changes.begin(), changes.end(), [&](const ConfigChange& change) {
    return change.live && change.key.starts_with(section);
  });
}

void read_certificates(Proxy& proxy) {
  try {
    proxy.reload_tls();
  } catch (const std::runtime_error& error) {
    spdlog::warn("certificates are not read anew, the old ones go on: {}", error.what());
  }
}

}  // namespace

void Service::reload(const Config& next) {
  const std::vector<ConfigChange> changes = config_changes(impl_->config, next);
  take_live_values(impl_->config, next);  // in place: the admin thread reads the others
  const Config& config = impl_->config;
  for (const auto& proxy : impl_->proxies) read_certificates(*proxy);
  if (any(changes, "analysis.enabled")) impl_->set_analysis({config.analysis.enabled, {}});
  if (any(changes, "analysis.sample")) impl_->set_analysis({{}, config.analysis.sample});
  if (any(changes, "rules.") || any(changes, "[[rules.") || any(changes, "ignore.")) {
    impl_->worker
        ->ask([tuned = engine_config(config, 0), config](Engine& engine, Time) {
          engine.retune(tuned, configured_rules(config));
        })
        .get();
  }
  if (any(changes, "log.level")) set_log_level(config.log);
  for (const ConfigChange& change : changes) {
    if (change.live) {
      spdlog::info("reload: {} is {} now, was {}", change.key, change.after, change.before);
    } else {
      spdlog::warn("reload: {} needs a restart: it stays {}, the configuration says {}", change.key,
                   change.before, change.after);
    }
  }
  spdlog::info("reloaded the configuration");
}

}  // namespace onetrip
