#include "app/config.hpp"

#include <catch2/catch.hpp>

#include "app/config_keys.hpp"
#include "app/environment.hpp"
#include "rules/rule.hpp"

using namespace onetrip;

namespace {

LoadedConfig from_file(const std::string& text) {
  ConfigSources sources;
  sources.file_name = "onetrip.toml";
  sources.file_text = text;
  sources.flags = {{"proxy.upstream", "UPSTREAM", {"db"}}};
  return load_config(sources);
}

LoadedConfig from_environment(const std::map<std::string, std::string>& environment) {
  ConfigSources sources;
  sources.environment = environment;
  return load_config(sources);
}

std::string only_error(const LoadedConfig& loaded) {
  REQUIRE(loaded.errors.size() == 1);
  return loaded.errors.front().text();
}

}  // namespace

TEST_CASE("an upstream is all that must be said") {
  ConfigSources sources;
  sources.flags = {{"proxy.upstream", "UPSTREAM", {"postgres://db:5432"}}};
  const LoadedConfig loaded = load_config(sources);
  CHECK(loaded.errors.empty());
  CHECK(loaded.config.proxies.front().listen == std::vector<std::string>{"127.0.0.1:6532"});
  CHECK(loaded.config.admin.listen == "127.0.0.1:9188");
}

TEST_CASE("without an upstream the message says how to name one") {
  CHECK_THAT(only_error(load_config({})), Catch::Contains("onetrip run postgres://db:5432"));
}

TEST_CASE("every kind of value is read from the file") {
  const LoadedConfig loaded = from_file(R"(
[[proxy]]
listen = ["127.0.0.1:7000", "/run/onetrip"]
[window]
idle_gap = "250ms"
memory = "1GiB"
max_statements = 20_000
[limits]
ring_memory = 2097152
[ignore]
users = ["backup", "report_*"]
[rules.n-plus-one]
level = "warning"
possible = "info"
[admin]
quit = true
[catalog]
password_command = ["aws", "rds", "generate-db-auth-token"]
)");
  CHECK(loaded.errors.empty());
  const Config& config = loaded.config;
  CHECK(config.proxies.front().listen.size() == 2);
  CHECK(config.window.idle_gap == std::chrono::milliseconds(250));
  CHECK(config.window.memory == 1 << 30);
  CHECK(config.window.max_statements == 20'000);
  CHECK(config.limits.ring_memory == 2 << 20);
  CHECK(config.ignore.users == std::vector<std::string>{"backup", "report_*"});
  CHECK(config.rules.at("n-plus-one").level == "warning");
  CHECK(config.rules.at("n-plus-one").possible == "info");
  CHECK(config.rules.at("n-plus-one").proven == "default");
  CHECK(config.admin.quit);
  CHECK(config.catalog.password_command.size() == 3);
}

TEST_CASE("the idle gap can be switched off") {
  CHECK(from_file("[window]\nidle_gap = \"off\"").config.window.idle_gap == Time(0));
  CHECK_FALSE(from_file("[window]\nsilence = \"off\"").errors.empty());
}

TEST_CASE("an unknown key is told with its place and the nearest known one") {
  CHECK(only_error(from_file("[window]\n  idle_gpa = \"1s\"\n")) ==
        "onetrip.toml:2:3: unknown key `window.idle_gpa`. Did you mean `window.idle_gap`?");
  CHECK(only_error(from_file("[windw]\nidle_gap = \"1s\"\n")) ==
        "onetrip.toml:1:2: unknown key `windw`. Did you mean `window`?");
  CHECK_THAT(only_error(from_file("[rules.n-plus-on]\nlevel = \"off\"\n")),
             Catch::Contains("Did you mean `rules.n-plus-one`?"));
  CHECK_THAT(
      only_error(from_file("[[proxy]]\nupstraem = \"db\"\n")),
      Catch::Contains("onetrip.toml:2:1: ") && Catch::Contains("Did you mean `proxy.upstream`?"));
  CHECK_THAT(only_error(from_file("zzzzzzzzzz = 1")), !Catch::Contains("Did you mean"));
}

TEST_CASE("a value of another type is told with what the key takes") {
  CHECK(only_error(from_file("[window]\nidle_gap = 100\n")) ==
        "onetrip.toml:2:12: `window.idle_gap` takes a duration such as \"100ms\", or \"off\"");
  CHECK_THAT(only_error(from_file("[window]\nmemory = \"lots\"\n")), Catch::Contains("16MiB"));
  CHECK_THAT(only_error(from_file("[window]\nmax_open = 1.5\n")),
             Catch::Contains("a whole number"));
  CHECK_THAT(only_error(from_file("[admin]\nquit = \"yes\"\n")), Catch::Contains("true or false"));
  CHECK_THAT(only_error(from_file("[ignore]\nusers = \"me\"\n")),
             Catch::Contains("a list of texts"));
  CHECK_THAT(only_error(from_file("[ignore]\nusers = [1]\n")), Catch::Contains("a list of texts"));
  CHECK_THAT(only_error(from_file("window = 1\n")), Catch::Contains("write [window]"));
  CHECK_THAT(only_error(from_file("[proxy]\nlisten = \"x\"\n")),
             Catch::Contains("write [[proxy]]"));
}

TEST_CASE("a value out of range is told with the range") {
  CHECK(only_error(from_file("[limits]\nio_threads = 0\n")) ==
        "onetrip.toml:2:14: `limits.io_threads` is 0, but must lie between 1 and 256");
  CHECK_THAT(only_error(from_file("[window]\nmemory = \"1KiB\"\n")),
             Catch::Contains("between 1MiB and"));
}

TEST_CASE("a wrong choice is told with the nearest right one") {
  CHECK_THAT(only_error(from_file("[log]\nformat = \"jsn\"\n")),
             Catch::Contains("Did you mean `json`?"));
}

TEST_CASE("every fault is told, not the first alone") {
  CHECK(from_file("[window]\na = 1\nidle_gap = 1\n[log]\nlevel = \"x\"\n").errors.size() == 3);
}

TEST_CASE("what is no TOML is told with line and column") {
  CHECK_THAT(only_error(from_file("[window]\nidle_gap = \n")),
             Catch::StartsWith("onetrip.toml:2:"));
  CHECK_THAT(only_error(from_file("[window]\n[window]\n")), Catch::StartsWith("onetrip.toml:2:"));
}

TEST_CASE("flags win over the environment, the environment over the file") {
  ConfigSources sources;
  sources.file_name = "f";
  sources.file_text = "[log]\nformat = \"text\"\nlevel = \"error\"\ncolour = \"never\"\n";
  sources.environment = {{"ONETRIP_LOG__FORMAT", "json"}, {"ONETRIP_LOG__LEVEL", "debug"}};
  sources.flags = {{"log.format", "--log-format", {"auto"}},
                   {"proxy.upstream", "--upstream", {"db"}}};
  const LoadedConfig loaded = load_config(sources);
  CHECK(loaded.config.log.format == "auto");
  CHECK(loaded.config.log.level == "debug");
  CHECK(loaded.config.log.colour == "never");
  CHECK(loaded.origins.at("log.format") == "--log-format");
  CHECK(loaded.origins.at("log.level") == "ONETRIP_LOG__LEVEL");
  CHECK(loaded.origins.at("log.colour") == "f:4:10");
}

TEST_CASE("the environment reaches every key") {
  const LoadedConfig loaded = from_environment({{"ONETRIP_PROXY__UPSTREAM", "db"},
                                                {"ONETRIP_PROXY__LISTEN", "127.0.0.1:1, /run/x"},
                                                {"ONETRIP_WINDOW__IDLE_GAP", "200ms"},
                                                {"ONETRIP_LIMITS__IO_THREADS", "4"},
                                                {"ONETRIP_ADMIN__QUIT", "true"},
                                                {"ONETRIP_IGNORE__USERS", ""},
                                                {"ONETRIP_RULES__N_PLUS_ONE__LEVEL", "off"}});
  CHECK(loaded.errors.empty());
  CHECK(loaded.config.proxies.front().listen == std::vector<std::string>{"127.0.0.1:1", "/run/x"});
  CHECK(loaded.config.window.idle_gap == std::chrono::milliseconds(200));
  CHECK(loaded.config.limits.io_threads == 4);
  CHECK(loaded.config.admin.quit);
  CHECK(loaded.config.rules.at("n-plus-one").level == "off");
}

TEST_CASE("a mistyped variable is an error, one that others make is not") {
  const LoadedConfig loaded = from_environment({{"ONETRIP_PROXY__UPSTREAM", "db"},
                                                {"ONETRIP_SERVICE_HOST", "10.0.0.1"},
                                                {"ONETRIP_API", "http://x"},
                                                {"ONETRIP_WINDOW__IDLE_GPA", "1s"}});
  CHECK_THAT(only_error(loaded), Catch::Contains("ONETRIP_WINDOW__IDLE_GAP"));
  CHECK_THAT(only_error(from_environment(
                 {{"ONETRIP_PROXY__UPSTREAM", "db"}, {"ONETRIP_LIMITS__CLIENTS", "10x"}})),
             Catch::StartsWith("ONETRIP_LIMITS__CLIENTS: "));
}

TEST_CASE("the upstream is borrowed from what the application would use") {
  const auto upstream = [](const std::map<std::string, std::string>& environment) {
    const LoadedConfig loaded = from_environment(environment);
    CHECK(loaded.errors.empty());
    return loaded.config.proxies.front().upstream;
  };
  CHECK(upstream({{"PGHOST", "db"}}) == "db");
  CHECK(upstream({{"PGHOST", "db"}, {"PGPORT", "5433"}}) == "db:5433");
  CHECK(upstream({{"PGHOST", "/run/postgresql"}, {"PGPORT", "5433"}}) == "/run/postgresql:5433");
  CHECK(upstream({{"PGHOST", "db"}, {"PGHOSTADDR", "10.0.0.1"}}) ==
        "postgres://db?hostaddr=10.0.0.1");
  CHECK(upstream({{"PGHOSTADDR", "::1"}, {"PGPORT", "1"}}) == "[::1]:1");
  CHECK(upstream({{"PGHOST", "db"}, {"DATABASE_URL", "postgres://u@h/d"}}) == "postgres://u@h/d");
  CHECK(upstream({{"PGHOST", "db"}, {"ONETRIP_PROXY__UPSTREAM", "mine"}}) == "mine");
}

TEST_CASE("libpq's variables for TLS are borrowed with the upstream") {
  const auto upstream = [](const std::map<std::string, std::string>& environment) {
    return from_environment(environment).config.proxies.front().upstream;
  };
  CHECK(upstream({{"PGHOST", "h"}, {"PGSSLMODE", "verify-full"}, {"PGSSLROOTCERT", "/ca file"}}) ==
        "postgres://h?sslmode=verify-full&sslrootcert=/ca%20file");
  CHECK(upstream({{"PGHOST", "h"}, {"PGSSLCRL", "a"}, {"PGSSLCRLDIR", "/b"}}) ==
        "postgres://h?sslcrl=a&sslcrldir=/b");
  CHECK(upstream({{"PGHOSTADDR", "::1"}, {"PGSSLCERT", "c"}, {"PGSSLKEY", "k"}}) ==
        "postgres://[::1]?sslcert=c&sslkey=k");
  CHECK(upstream({{"DATABASE_URL", "postgres://h/d?sslmode=require"},
                  {"PGSSLMODE", "disable"},
                  {"PGSSLROOTCERT", "ca"}}) == "postgres://h/d?sslmode=require&sslrootcert=ca");
  CHECK(upstream({{"PGHOST", "/tmp"}, {"PGSSLMODE", "require"}}) == "/tmp");
  CHECK(upstream({{"DATABASE_URL", "/run/postgresql"}, {"PGSSLMODE", "require"}}) ==
        "/run/postgresql");
  CHECK(upstream({{"ONETRIP_PROXY__UPSTREAM", "mine"}, {"PGSSLMODE", "require"}}) == "mine");
}

TEST_CASE("TLS with clients takes a certificate, and a CA where theirs are demanded") {
  CHECK_THAT(only_error(from_file("[listen.tls]\nmode = \"allow\"\n")),
             Catch::StartsWith("onetrip.toml:2:8: ") && Catch::Contains("listen.tls.certificate"));
  CHECK_THAT(only_error(from_file("[listen.tls]\nmode = \"require\"\ncertificate = \"c\"\n"
                                  "key = \"k\"\ndemand_client_certificate = true\n")),
             Catch::Contains("client_ca"));
  CHECK_THAT(only_error(from_file("[listen.tls]\nmode = \"on\"\n")), Catch::Contains("allow"));
}

TEST_CASE("a word about TLS that is wrong is told where it stands") {
  CHECK_THAT(only_error(from_environment({{"DATABASE_URL", "postgres://u:pw@h/d?sslmode=requre"}})),
             Catch::StartsWith("DATABASE_URL: ") && Catch::Contains("Did you mean `require`?") &&
                 !Catch::Contains("pw"));
  CHECK_THAT(only_error(from_environment({{"PGHOST", "h"}, {"PGSSLMODE", "verify-full"}})),
             Catch::Contains("sslrootcert"));
}

TEST_CASE("a share of the sessions is a number from 0 to 1") {
  CHECK(from_file("[analysis]\nsample = 0.25\nenabled = false\n").config.analysis.sample == 0.25);
  CHECK(from_file("[analysis]\nsample = 1\n").errors.empty());
  for (const char* value : {"1.5", "-0.1", "nan", "inf", "\"0.5\""}) {
    CHECK_THAT(only_error(from_file(std::string("[analysis]\nsample = ") + value + "\n")),
               Catch::Contains("a number from 0 to 1"));
  }
  CHECK(from_environment({{"PGHOST", "h"}, {"ONETRIP_ANALYSIS__SAMPLE", "0.5"}})
            .config.analysis.sample == 0.5);
}

TEST_CASE("an upstream that is ourselves is refused") {
  CHECK_THAT(only_error(from_environment({{"PGHOST", "localhost"}, {"PGPORT", "6532"}})),
             Catch::Contains("circle"));
  CHECK(from_environment({{"PGHOST", "/tmp"}, {"PGPORT", "6532"}}).errors.empty());
}

TEST_CASE("an address is not listened on twice") {
  CHECK_THAT(only_error(from_file("[admin]\nlisten = \"127.0.0.1:6532\"\n")),
             Catch::Contains("twice"));
  CHECK_THAT(only_error(from_file("[[proxy]]\n[[proxy]]\nupstream = \"b\"\n")),
             Catch::Contains("twice"));
}

TEST_CASE("beyond loopback the admin port demands a token") {
  CHECK_THAT(only_error(from_file("[admin]\nlisten = \"0.0.0.0:9188\"\n")),
             Catch::Contains("token_file"));
  CHECK_THAT(only_error(from_file("[admin]\nlisten = \":9188\"\n")), Catch::Contains("token_file"));
  CHECK(from_file("[admin]\nlisten = \"0.0.0.0:9188\"\ntoken_file = \"t\"\n").errors.empty());
  CHECK(from_file("[admin]\nlisten = \"[::1]:9188\"\n").errors.empty());
  CHECK(from_file("[admin]\nlisten = \"off\"\n").errors.empty());
}

TEST_CASE("several pairs each have their own upstream") {
  ConfigSources sources;
  sources.file_name = "f";
  sources.file_text =
      "[[proxy]]\nupstream = \"a\"\n[[proxy]]\nlisten = \"127.0.0.1:6533\"\nupstream = \"b\"\n";
  const LoadedConfig loaded = load_config(sources);
  CHECK(loaded.errors.empty());
  REQUIRE(loaded.config.proxies.size() == 2);
  CHECK(loaded.config.proxies[1].upstream == "b");
}

TEST_CASE("a key at the top is read from the file and from the environment") {
  CHECK(from_file("budget = \"b.toml\"\n").config.budget == "b.toml");
  ConfigSources sources;
  sources.environment = {{"ONETRIP_BUDGET", "c.toml"},
                         {"ONETRIP_SERVICE_HOST", "10.0.0.1"},
                         {"DATABASE_URL", "postgres://db"}};
  const LoadedConfig loaded = load_config(sources);
  CHECK(loaded.errors.empty());
  CHECK(loaded.config.budget == "c.toml");
}

TEST_CASE("what is printed reads back as the same") {
  const LoadedConfig loaded = from_file(
      "budget = \"b.toml\"\n[[proxy]]\nlisten = [\"127.0.0.1:1\", \"/run/x\"]\n[window]\nidle_gap "
      "= \"off\"\nmemory = "
      "\"3MiB\"\n"
      "[ignore]\nusers = [\"a\\\"b\", \"c\\u0001\"]\n[rules.n-plus-one]\nlikely = \"info\"\n"
      "[upstream.tls]\nmode = \"require\"\n[analysis]\nsample = 0.125\n"
      "[limits]\nlinger = \"1s\"\nkeepalive_probes = 3\npipeline = \"8MiB\"\n");
  REQUIRE(loaded.errors.empty());
  const std::string printed = print_config(loaded);
  const LoadedConfig again = from_file(printed);
  CHECK(again.errors.empty());
  LoadedConfig plain = again;
  plain.origins = loaded.origins;
  CHECK(print_config(plain) == printed);
  CHECK(again.config.ignore.users == loaded.config.ignore.users);
}

TEST_CASE("print says where a value came from, and masks secrets") {
  ConfigSources sources;
  sources.environment = {{"DATABASE_URL", "postgres://me:hunter2@db/shop"},
                         {"ONETRIP_CATALOG__DSN", "host=db password='hunter2'"}};
  const std::string printed = print_config(load_config(sources));
  CHECK_THAT(printed,
             Catch::Contains("upstream = \"postgres://me:***@db/shop\"  # DATABASE_URL\n"));
  CHECK_THAT(printed, Catch::Contains("dsn = \"host=db password=***\"  # ONETRIP_CATALOG__DSN\n"));
  CHECK_THAT(printed, !Catch::Contains("hunter2"));
}

TEST_CASE("the shipped schema is the parser's table of keys") {
  std::string shipped;
  const std::string here = __FILE__;
  const std::string root = here.substr(0, here.rfind("tests/app/"));
  REQUIRE(read_file(root + "docs/onetrip.schema.json", shipped));
  CHECK(shipped == config_schema());  // made by `onetrip config schema`
}

TEST_CASE("each key has a text that says what it is for") {
  for (const ConfigKey& key : config_keys()) {
    INFO(key.path);
    CHECK(key.about.size() > 10);
    CHECK(key.about.ends_with("."));
  }
}

TEST_CASE("options of a rule are keys like all others") {
  const LoadedConfig loaded = from_file(
      "[rules.unbounded-select]\nrows = 500\nbytes = \"2MiB\"\n[rules.slow-statement]\nduration = "
      "\"300ms\"\n[rules.missing-join]\nshare = 0.5\n");
  REQUIRE(loaded.errors.empty());
  const auto option = [&](const char* rule, const char* name) {
    return loaded.config.rules.at(rule).options.at(name);
  };
  CHECK(option("unbounded-select", "rows") == OptionValue(std::int64_t{500}));
  CHECK(option("unbounded-select", "bytes") == OptionValue(std::int64_t{2 << 20}));
  CHECK(option("unbounded-select", "error_rows") == OptionValue(std::int64_t{10'000}));
  CHECK(option("slow-statement", "duration") == OptionValue(Time(std::chrono::milliseconds(300))));
  CHECK(option("missing-join", "share") == OptionValue(0.5));
  CHECK(from_environment({{"PGHOST", "h"}, {"ONETRIP_RULES__UNBOUNDED_SELECT__ROWS", "7"}})
            .config.rules.at("unbounded-select")
            .options.at("rows") == OptionValue(std::int64_t{7}));
  CHECK_THAT(only_error(from_file("[rules.unbounded-select]\nrwos = 5\n")),
             Catch::Contains("Did you mean `rules.unbounded-select.rows`?"));
  CHECK_THAT(only_error(from_file("[rules.unbounded-select]\nrows = \"5\"\n")),
             Catch::Contains("a whole number"));
}

TEST_CASE("labels have levels and options of their own") {
  const LoadedConfig loaded = from_file(
      "[rules.unbounded-select]\nrows = 500\nbytes = \"2MiB\"\n"
      "[[rules.unbounded-select.labels]]\nmatch = \"GET /reports/*\"\nlevel = \"off\"\n"
      "[[rules.unbounded-select.labels]]\nmatch = \"GET *\"\nrows = 700\n");
  REQUIRE(loaded.errors.empty());
  const auto& labels = loaded.config.rules.at("unbounded-select").labels;
  REQUIRE(labels.size() == 2);
  CHECK(labels[0].level == "off");
  CHECK(labels[0].options.at("rows") == OptionValue(std::int64_t{500}));
  CHECK(labels[1].match == "GET *");
  CHECK(labels[1].options.at("rows") == OptionValue(std::int64_t{700}));
  CHECK(labels[1].options.at("bytes") == OptionValue(std::int64_t{2 << 20}));
  const std::string printed = print_config(loaded);
  LoadedConfig again = from_file(printed);
  CHECK(again.errors.empty());
  again.origins = loaded.origins;
  CHECK(print_config(again) == printed);
}

TEST_CASE("a mistake in the settings of a label is told where it stands") {
  CHECK_THAT(only_error(from_file("[[rules.n-plus-one.labels]]\nlevel = \"off\"\n")),
             Catch::StartsWith("onetrip.toml:1:") && Catch::Contains("set match"));
  CHECK_THAT(only_error(from_file("[[rules.n-plus-one.labels]]\nmatch = \"x\"\nlevle = \"off\"\n")),
             Catch::StartsWith("onetrip.toml:3:1: ") &&
                 Catch::Contains("Did you mean `rules.n-plus-one.labels.level`?"));
  CHECK_THAT(only_error(from_file("[rules.n-plus-one.labels]\nmatch = \"x\"\n")),
             Catch::Contains("write [[rules.n-plus-one.labels]]"));
  CHECK_THAT(only_error(from_file("[[rules.n-plus-one.label]]\nmatch = \"x\"\n")),
             Catch::Contains("Did you mean `rules.n-plus-one.labels`?"));
}

TEST_CASE("the page of a rule lists its options as they are") {
  LoadedConfig loaded;
  for (const ConfigKey& key : config_keys()) {
    for (const std::string_view name : rule_names()) {
      const std::string rule(name);
      if (key.section() != "rules." + rule || key.kind == ConfigKey::Kind::choice) continue;
      std::string value = value_text(key, loaded.config);
      std::erase(value, '"');
      const std::string row = "| `" + key.name() + "` | " + value + " | " + key.about + " |\n";
      INFO(rule << ": " << row);
      CHECK(rule_page(name).find(row) != std::string_view::npos);
    }
  }
}
