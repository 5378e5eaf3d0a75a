#include "app/exec_setup.hpp"

#include <algorithm>

#include "app/url.hpp"

namespace onetrip {
namespace {

std::vector<std::string> flag_values(const Options& options, const std::string& key) {
  std::vector<std::string> out;
  for (const FlagValue& flag : options.flags)
    if (flag.key == key) out.insert(out.end(), flag.values.begin(), flag.values.end());
  return out;
}

/// Those of the configuration itself, not of what the environment lends.
std::variant<NamedUpstream, UpstreamError> of_configuration(const Options& options,
                                                            Environment environment) {
  for (const char* lent : {"DATABASE_URL", "PGHOST", "PGHOSTADDR"}) environment.erase(lent);
  const LoadedConfig loaded = load_for(options, environment);
  if (loaded.config.proxies.size() > 1)
    return UpstreamError{
        "the configuration names several servers: say by --upstream which one COMMAND uses"};
  const std::string& text = loaded.config.proxies.front().upstream;
  const auto origin = loaded.origins.find("proxy[0].upstream");
  return NamedUpstream{text, origin == loaded.origins.end() ? "" : origin->second};
}

template <class Value>
void unless_said(const LoadedConfig& loaded, const char* key, Value& value, Value wanted) {
  if (!loaded.origins.contains(key)) value = std::move(wanted);
}

/// No event is dropped, no verdict rests on how fast a catalog was read: the same run twice is
/// judged alike.
void suit_tests(LoadedConfig& loaded) {
  Config& config = loaded.config;
  unless_said<std::int64_t>(loaded, "limits.ring_events", config.limits.ring_events, 1 << 18);
  unless_said<std::int64_t>(loaded, "limits.ring_memory", config.limits.ring_memory, 256 << 20);
  unless_said<std::int64_t>(loaded, "limits.clients", config.limits.clients, 0);
  unless_said<std::int64_t>(loaded, "window.memory", config.window.memory, 1 << 30);
  unless_said<Time>(loaded, "catalog.patience", config.catalog.patience, std::chrono::seconds(30));
  unless_said<std::string>(loaded, "log.level", config.log.level, "warning");
  unless_said<std::string>(loaded, "log.format", config.log.format, "text");
}

}  // namespace

std::variant<NamedUpstream, UpstreamError> exec_upstream(const Options& options,
                                                         const Environment& environment) {
  const std::vector<std::string> flags = flag_values(options, "proxy.upstream");
  std::variant<NamedUpstream, UpstreamError> out;
  if (flags.size() > 1) return UpstreamError{"exec stands before one server: one --upstream"};
  if (!flags.empty()) {
    out = NamedUpstream{flags.front(), "--upstream"};
  } else {
    out = of_configuration(options, environment);
    const auto* named = std::get_if<NamedUpstream>(&out);
    if (named != nullptr && named->text.empty())
      out = find_upstream(environment, options.exec.rewrite);
  }
  if (auto* named = std::get_if<NamedUpstream>(&out)) {
    const auto parsed = parse_upstream(named->text);
    if (const auto* error = std::get_if<UrlError>(&parsed)) {
      return UpstreamError{named->origin + ": `" + masked(named->text) + "`: " + error->message};
    }
    named->text = completed_upstream(named->text, environment);
  }
  return out;
}

LoadedConfig exec_config(const Options& options, const Environment& environment,
                         const NamedUpstream& upstream) {
  std::vector<std::string> listen = flag_values(options, "proxy.listen");
  if (listen.empty()) listen = {"127.0.0.1:0"};
  Options own = options;
  own.flags = {{"proxy.upstream", upstream.origin, {upstream.text}},
               {"proxy.listen", "--listen", listen},
               {"admin.listen", "exec", {"127.0.0.1:0"}}};
  LoadedConfig loaded = load_for(own, environment);
  loaded.config.proxies.resize(1);
  loaded.config.admin.token_file.clear();  // it is on loopback, and COMMAND's helpers have no token
  loaded.config.admin.hosts = Config::Admin().hosts;
  loaded.config.admin.quit = false;
  suit_tests(loaded);
  if (!loaded.errors.empty()) return loaded;
  const auto endpoint = std::get<Endpoint>(parse_endpoint(listen.front(), 0));
  if (listen.size() > 1 || endpoint.is_unix()) {
    loaded.errors.push_back(
        {"--listen", "exec listens on one ADDR:PORT, which it can hand over by PGHOST and PGPORT"});
  }
  return loaded;
}

}  // namespace onetrip
