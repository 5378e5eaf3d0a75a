#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/history.hpp"
#include "analyzer/value.hpp"
#include "analyzer/worker.hpp"
#include "app/config.hpp"
#include "proxy/net/config.hpp"

namespace onetrip {

/// The configuration in the terms of the rooms.
Engine::Config engine_config(const Config& config, std::int64_t unix_start_ms);
/// The rules, with what is set of their options.
std::vector<std::unique_ptr<Rule>> configured_rules(const Config& config);
Worker::Config worker_config(const Config& config);
History::Config history_config(const Config& config);
/// Of one [[proxy]]; its addresses were checked when the configuration was loaded.
ProxyConfig proxy_config(const Config& config, const Config::Pair& pair);

/// 192 random bytes from the kernel: the key of this process's value hashes.
ValueHasher::Key random_key();

}  // namespace onetrip
