#include "app/config_keys.hpp"

#include "rules/rule.hpp"

namespace onetrip {
namespace {

using Kind = ConfigKey::Kind;
using Keys = std::vector<ConfigKey>;

constexpr std::int64_t KiB = 1 << 10, MiB = 1 << 20, GiB = 1 << 30;
constexpr std::int64_t second = 1'000'000'000, millisecond = 1'000'000, day = 86'400 * second;

/// A key in a section of Config: a pointer to the section, then one into it.
template <class Section, class Value>
ConfigKey key(std::string path, Kind kind, Section Config::*section, Value Section::*value,
              std::string about) {
  ConfigKey made;
  made.path = std::move(path);
  made.kind = kind;
  made.about = std::move(about);
  made.field = [section, value](Config& config) -> ConfigKey::Field {
    return &(config.*section.*value);
  };
  return made;
}

ConfigKey between(ConfigKey key, std::int64_t least, std::int64_t most) {
  key.least = least;
  key.most = most;
  return key;
}

ConfigKey one_of(ConfigKey key, std::vector<std::string> choices) {
  key.choices = std::move(choices);
  return key;
}

ConfigKey live(ConfigKey key) {
  key.change = ConfigKey::Change::reload;
  return key;
}

ConfigKey or_off(ConfigKey key) {
  key.may_be_off = true;
  return key;
}

void add_top(Keys& keys) {
  ConfigKey budget;
  budget.path = "budget";
  budget.about =
      "A budget file that exec and check judge by unless --budget names another; run judges by it "
      "when it ends, and then exits 1 if it is broken.";
  budget.field = [](Config& config) -> ConfigKey::Field { return &config.budget; };
  keys.push_back(budget);
}

void add_listen_tls(Keys& keys) {
  using T = Config::ListenTls;
  const auto tls = [](const char* name, Kind kind, auto T::*value, const char* about) {
    return key(std::string("listen.tls.") + name, kind, &Config::listen_tls, value, about);
  };
  keys.push_back(one_of(tls("mode", Kind::choice, &T::mode,
                            "TLS with clients: off; allow: also without; require: refuse others."),
                        {"off", "allow", "require"}));
  keys.push_back(tls("certificate", Kind::text, &T::certificate,
                     "PEM file that clients are shown, its chain behind it."));
  keys.push_back(tls("key", Kind::text, &T::key, "PEM file with the certificate's private key."));
  keys.push_back(tls("client_ca", Kind::text, &T::client_ca,
                     "PEM file; a client certificate, if shown, must be signed by one of it."));
  keys.push_back(tls("demand_client_certificate", Kind::flag, &T::demand_client_certificate,
                     "Refuse clients that show no certificate."));
  keys.push_back(one_of(
      tls("min_version", Kind::choice, &T::min_version, "The oldest TLS that clients may speak."),
      {"1.2", "1.3"}));
}

void add_upstream_tls(Keys& keys) {
  using T = Config::UpstreamTls;
  const auto tls = [](const char* name, Kind kind, auto T::*value, const char* about) {
    return key(std::string("upstream.tls.") + name, kind, &Config::upstream_tls, value, about);
  };
  keys.push_back(one_of(
      tls("mode", Kind::choice, &T::mode,
          "TLS with the server, in libpq's words; prefer, as there: with TLS if the server has it. "
          "An upstream URL's sslmode goes before it; a Unix socket takes none."),
      {"disable", "prefer", "require", "verify-ca", "verify-full"}));
  keys.push_back(tls("ca", Kind::text, &T::ca,
                     "PEM file that the server's certificate must be signed by, or \"system\"."));
  keys.push_back(tls("crl", Kind::text, &T::crl,
                     "PEM file with revocation lists that the server's certificate must not be in, "
                     "or a folder of such files as `openssl rehash` names them. Needs ca."));
  keys.push_back(tls("certificate", Kind::text, &T::certificate,
                     "PEM file with our certificate, for a server that asks for one."));
  keys.push_back(tls("key", Kind::text, &T::key, "PEM file with its private key."));
  keys.push_back(one_of(tls("min_version", Kind::choice, &T::min_version,
                            "The oldest TLS that the server may speak."),
                        {"1.2", "1.3"}));
}

void add_limits(Keys& keys) {
  using L = Config::Limits;
  const auto limit = [&](const char* name, Kind kind, auto L::*value, std::int64_t least,
                         std::int64_t most, const char* about) {
    keys.push_back(between(key(std::string("limits.") + name, kind, &Config::limits, value, about),
                           least, most));
  };
  limit("io_threads", Kind::count, &L::io_threads, 1, 256, "Threads that forward bytes.");
  keys.push_back(key("limits.io_uring", Kind::flag, &Config::limits, &L::io_uring,
                     "Where Linux permits io_uring, short messages of many clients are sent in one "
                     "system call; else each by its own."));
  limit("clients", Kind::count, &L::clients, 0, 1'000'000,
        "Client connections at a time, for each [[proxy]]; 0: no limit.");
  limit("startup", Kind::duration, &L::startup, millisecond, day,
        "How long a client may take until the server has its startup packet.");
  limit("connect", Kind::duration, &L::connect, millisecond, day,
        "How long connecting to one address of the upstream may take.");
  limit("linger", Kind::duration, &L::linger, 0, 3600 * second,
        "How long a client whose server has gone may go on sending before its connection ends.");
  limit("keepalive_idle", Kind::duration, &L::keepalive_idle, second, day,
        "A TCP peer that was silent for so long is asked whether it is still there.");
  limit("keepalive_interval", Kind::duration, &L::keepalive_interval, second, 3600 * second,
        "Time between two such questions.");
  limit("keepalive_probes", Kind::count, &L::keepalive_probes, 1, 127,
        "Questions without answer after which the connection ends.");
  limit("statement_text", Kind::size, &L::statement_text, KiB, 16 * MiB,
        "Of a longer statement only the beginning is looked at.");
  limit("pipeline", Kind::size, &L::pipeline, 4 * KiB, GiB,
        "Memory per connection for statements under way; one that sends more is not looked at.");
  limit("prepared", Kind::size, &L::prepared, 4 * KiB, GiB,
        "Memory per connection for prepared statements; the oldest go.");
  limit("portals", Kind::size, &L::portals, 4 * KiB, GiB,
        "Memory per connection for portals; the oldest go.");
  limit("ring_events", Kind::count, &L::ring_events, 64, 1 << 24,
        "Executions that may wait for analysis, per I/O thread; more are dropped and counted.");
  limit("ring_memory", Kind::size, &L::ring_memory, MiB, 16 * GiB,
        "Memory of the executions that wait, per I/O thread; as much for bytes not looked at yet.");
  limit("text_cache", Kind::size, &L::text_cache, 64 * KiB, 16 * GiB,
        "Memory for statement texts seen before.");
  limit("shape_cache", Kind::size, &L::shape_cache, 64 * KiB, 16 * GiB,
        "Memory for what is known of statement shapes.");
  limit("indexed_rows", Kind::count, &L::indexed_rows, 2, 100'000,
        "Rows of a result, from its first, whose keys are remembered: what further ones fed is not "
        "seen.");
  limit("key_columns", Kind::count, &L::key_columns, 1, 32,
        "Columns of a result whose values are remembered, the likeliest to be keys.");
  limit("profile", Kind::count, &L::profile, 1, 1'000'000,
        "Statements that /api/v1/statements tells apart, those that take the most time; the others "
        "are counted together.");
  limit("findings", Kind::count, &L::findings, 1, 10'000'000, "Distinct findings that are kept.");
}

void add_analysis(Keys& keys) {
  using A = Config::Analysis;
  keys.push_back(live(key("analysis.enabled", Kind::flag, &Config::analysis, &A::enabled,
                          "Off: bytes are forwarded and not looked at.")));
  keys.push_back(live(key("analysis.sample", Kind::share, &Config::analysis, &A::sample,
                          "Share of the new sessions that are looked at, from 0 to 1.")));
}

void add_window(Keys& keys) {
  using W = Config::Window;
  const auto window = [&](const char* name, Kind kind, auto W::*value, std::int64_t least,
                          std::int64_t most, const char* about) {
    return between(key(std::string("window.") + name, kind, &Config::window, value, about), least,
                   most);
  };
  keys.push_back(
      or_off(window("idle_gap", Kind::duration, &W::idle_gap, millisecond, day,
                    "A pause this long on a connection ends an untagged request. "
                    "\"off\" behind a transaction pooler, where a connection is no client.")));
  keys.push_back(window("silence", Kind::duration, &W::silence, millisecond, day,
                        "A tagged request ends when nothing of it came for so long."));
  keys.push_back(
      window("max_age", Kind::duration, &W::max_age, millisecond, day,
             "An untagged request older than this holds several that cannot be told apart."));
  keys.push_back(window("max_statements", Kind::count, &W::max_statements, 10, 10'000'000,
                        "Statements that are kept of one request."));
  keys.push_back(window("max_rows", Kind::count, &W::max_rows, 2, 1'000'000'000,
                        "Rows whose keys are remembered of one request."));
  keys.push_back(window("max_open", Kind::count, &W::max_open, 1, 10'000'000,
                        "Requests that are open at a time."));
  keys.push_back(window("memory", Kind::size, &W::memory, MiB, 64 * GiB,
                        "Memory of all requests; the oldest go first."));
}

void add_ignore(Keys& keys) {
  using I = Config::Ignore;
  const auto ignore = [&](const char* name, auto I::*value, const char* about) {
    keys.push_back(
        live(key(std::string("ignore.") + name, Kind::texts, &Config::ignore, value, about)));
  };
  ignore("applications", &I::applications,
         "Sessions with such an application_name; * and ? match.");
  ignore("users", &I::users, "Sessions of such users; * and ? match.");
  ignore("databases", &I::databases, "Sessions of such databases; * and ? match.");
}

using RuleCaseIn = std::function<Config::RuleCase&(Config&)>;

ConfigKey level_key(std::string path, std::string Config::RuleCase::*value, const RuleCaseIn& in,
                    const char* about) {
  ConfigKey made;
  made.path = std::move(path);
  made.kind = Kind::choice;
  made.about = about;
  made.choices = {"default", "off", "info", "warning", "error"};
  made.field = [in, value](Config& config) -> ConfigKey::Field { return &(in(config).*value); };
  return live(made);
}

Kind kind_of(RuleOption::Kind kind) {
  switch (kind) {
    case RuleOption::Kind::count:
      return Kind::count;
    case RuleOption::Kind::size:
      return Kind::size;
    case RuleOption::Kind::duration:
      return Kind::duration;
    case RuleOption::Kind::share:
      break;
  }
  return Kind::share;
}

ConfigKey option_key(std::string path, const RuleOption& option, const RuleCaseIn& in) {
  ConfigKey made;
  made.path = std::move(path);
  made.kind = kind_of(option.kind);
  made.about = option.about;
  made.least = 1;
  made.field = [in, name = option.name, standard = option.standard](Config& config) {
    OptionValue& value = in(config).options.try_emplace(name, standard).first->second;
    return std::visit([](auto& held) { return ConfigKey::Field(&held); }, value);
  };
  return live(made);
}

/// Levels and options, in a section of the file.
void add_rule_case(Keys& keys, const std::string& section, const std::string& rule,
                   const RuleCaseIn& in) {
  using R = Config::RuleCase;
  keys.push_back(level_key(section + ".level", &R::level, in,
                           "Severity of its findings; default: the rule's own."));
  keys.push_back(level_key(section + ".proven", &R::proven, in, "Severity when it is proven."));
  keys.push_back(level_key(section + ".likely", &R::likely, in, "Severity when it is likely."));
  keys.push_back(
      level_key(section + ".possible", &R::possible, in, "Severity when it is possible."));
  for (const RuleOption& option : rule_options(rule))
    keys.push_back(option_key(section + "." + option.name, option, in));
}

void add_rules(Keys& keys) {
  for (const std::string_view name : rule_names()) {
    const std::string rule(name);
    add_rule_case(keys, "rules." + rule, rule,
                  [rule](Config& config) -> Config::RuleCase& { return config.rules[rule]; });
  }
}

void add_catalog(Keys& keys) {
  using C = Config::Catalog;
  keys.push_back(key("catalog.dsn", Kind::secret, &Config::catalog, &C::dsn,
                     "How to log in to read names and keys: a postgres:// URL or name=value pairs. "
                     "The database is taken from the sessions seen."));
  keys.push_back(key("catalog.file", Kind::text, &Config::catalog, &C::file,
                     "A file of `onetrip catalog export`, read instead of logging in."));
  keys.push_back(key("catalog.password_command", Kind::texts, &Config::catalog,
                     &C::password_command,
                     "Program and arguments that print the password, for tokens that expire."));
  keys.push_back(between(key("catalog.patience", Kind::duration, &Config::catalog, &C::patience,
                             "How long judgement waits for a catalog that is being read."),
                         0, 3600 * second));
}

void add_admin(Keys& keys) {
  using A = Config::Admin;
  keys.push_back(key("admin.listen", Kind::text, &Config::admin, &A::listen,
                     "Address of the HTTP API and metrics; \"off\": none."));
  keys.push_back(key("admin.token_file", Kind::text, &Config::admin, &A::token_file,
                     "File with the token that callers show as `Authorization: Bearer …`; "
                     "demanded beyond loopback."));
  keys.push_back(key("admin.hosts", Kind::texts, &Config::admin, &A::hosts,
                     "Names that the Host header may have, without port; \"*\": any."));
  keys.push_back(key("admin.quit", Kind::flag, &Config::admin, &A::quit,
                     "POST /api/v1/quitquitquit drains and ends the process."));
}

void add_store(Keys& keys) {
  using S = Config::Store;
  keys.push_back(key("store.path", Kind::text, &Config::store, &S::path,
                     "File in which findings, and what statements cost by minute, outlive a "
                     "restart; \"off\": none. Where systemd gives a StateDirectory, history.db in "
                     "it."));
  keys.push_back(between(key("store.max_size", Kind::size, &Config::store, &S::max_size,
                             "Size of that file; the oldest goes first."),
                         MiB, 1024 * GiB));
  keys.push_back(between(key("store.max_age", Kind::duration, &Config::store, &S::max_age,
                             "What was last seen longer ago is forgotten."),
                         60 * second, 10 * 366 * day));
}

void add_rest(Keys& keys) {
  using D = Config::Drain;
  keys.push_back(between(key("drain.min_delay", Kind::duration, &Config::drain, &D::min_delay,
                             "After SIGTERM connections are still accepted for so long."),
                         0, day));
  keys.push_back(between(key("drain.limit", Kind::duration, &Config::drain, &D::limit,
                             "Then open connections have so long to finish."),
                         0, day));
  using L = Config::Log;
  keys.push_back(one_of(key("log.format", Kind::choice, &Config::log, &L::format,
                            "auto: text on a terminal, else JSON lines."),
                        {"auto", "text", "json"}));
  keys.push_back(live(
      one_of(key("log.level", Kind::choice, &Config::log, &L::level, "The least that is logged."),
             {"debug", "info", "warning", "error"})));
  keys.push_back(one_of(key("log.colour", Kind::choice, &Config::log, &L::colour,
                            "auto: on a terminal, unless NO_COLOR is set."),
                        {"auto", "always", "never"}));
  keys.push_back(between(
      key("metrics.label_values", Kind::count, &Config::metrics, &Config::Metrics::label_values,
          "Values that a metric's label may have, and pairs that two labels may make; further ones "
          "become `other`."),
      1, 100'000));
}

Keys make_keys() {
  Keys keys;
  add_top(keys);
  add_listen_tls(keys);
  add_upstream_tls(keys);
  add_limits(keys);
  add_analysis(keys);
  add_window(keys);
  add_ignore(keys);
  add_rules(keys);
  add_catalog(keys);
  add_admin(keys);
  add_store(keys);
  add_rest(keys);
  return keys;
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> keys = make_keys();
  return keys;
}

std::vector<ConfigKey> pair_keys(std::size_t index) {
  ConfigKey listen;
  listen.path = "proxy.listen";
  listen.kind = Kind::listen;
  listen.about = "Where clients connect: ADDR:PORT, or a folder for a Unix socket; one or a list.";
  listen.field = [index](Config& config) -> ConfigKey::Field {
    return &config.proxies[index].listen;
  };
  ConfigKey upstream;
  upstream.path = "proxy.upstream";
  upstream.kind = Kind::secret;
  upstream.about =
      "The PostgreSQL behind: HOST:PORT, a postgres:// URL, or a folder. User and password of a "
      "URL serve to read the catalog only; its hostaddr, sslmode, sslrootcert, sslcrl, sslcrldir, "
      "sslcert, sslkey and ssl_min_protocol_version are libpq's.";
  upstream.field = [index](Config& config) -> ConfigKey::Field {
    return &config.proxies[index].upstream;
  };
  return {listen, upstream};
}

std::vector<ConfigKey> label_keys(const std::string& rule, std::size_t index) {
  const std::string section = "rules." + rule + ".labels";
  const auto entry = [rule, index](Config& config) -> Config::RuleLabels& {
    return config.rules[rule].labels[index];
  };
  ConfigKey match;
  match.path = section + ".match";
  match.about = "Labels that this holds for, instead of what holds for all; * and ? match.";
  match.field = [entry](Config& config) -> ConfigKey::Field { return &entry(config).match; };
  Keys keys{live(match)};
  add_rule_case(keys, section, rule, entry);
  return keys;
}

std::string label_place(const std::string& rule, std::size_t index) {
  return "rules." + rule + ".labels[" + std::to_string(index) + "].";
}

std::vector<std::string> config_names() {
  std::vector<std::string> names;
  for (const ConfigKey& key : pair_keys(0)) names.push_back(key.path);
  for (const ConfigKey& key : config_keys()) names.push_back(key.path);
  return names;
}

}  // namespace onetrip
