#include "app/exec_setup.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "app/url.hpp"

using namespace onetrip;

namespace {

/// A configuration file of this test.
class File {
 public:
  explicit File(const std::string& text) { std::ofstream(path) << text; }
  ~File() { std::filesystem::remove(path); }
  const std::string path =
      (std::filesystem::temp_directory_path() / ("onetrip-exec-" + std::to_string(::getpid())))
          .string();
};

Options with_flags(std::vector<FlagValue> flags, const std::string& file = "/dev/null") {
  Options options;
  options.flags = std::move(flags);
  options.config_file = file;
  return options;
}

std::string upstream(const Options& options, const Environment& environment) {
  const auto found = exec_upstream(options, environment);
  if (const auto* error = std::get_if<UpstreamError>(&found)) return "wrong: " + error->message;
  const auto& named = std::get<NamedUpstream>(found);
  return named.origin + " " + named.text;
}

}  // namespace

TEST_CASE("the upstream of exec is the flag's, else the file's, else the environment's") {
  const Environment environment{{"DATABASE_URL", "postgres://me@third/shop"}};
  const File file("[[proxy]]\nupstream = \"second\"\n");
  const FlagValue flag{"proxy.upstream", "--upstream", {"first:5433"}};
  CHECK(upstream(with_flags({flag}, file.path), environment) ==
        "--upstream postgresql://first:5433");
  CHECK_THAT(upstream(with_flags({}, file.path), environment),
             Catch::EndsWith(":2:12 postgresql://second:5432"));
  CHECK(upstream(with_flags({}), environment) == "DATABASE_URL postgresql://me@third:5432/shop");
  CHECK_THAT(upstream(with_flags({}), {}), Catch::Contains("no PostgreSQL is named"));
}

TEST_CASE("what is no upstream of one server is told") {
  CHECK_THAT(upstream(with_flags({{"proxy.upstream", "--upstream", {"mysql://db"}}}), {}),
             Catch::Contains("--upstream: `mysql://db`"));
  const File file("[[proxy]]\nupstream = \"a\"\n[[proxy]]\nupstream = \"b\"\n");
  CHECK_THAT(upstream(with_flags({}, file.path), {}), Catch::Contains("--upstream which one"));
}

TEST_CASE("exec takes free ports, and is quiet, whatever the file is for") {
  const File file(
      "[[proxy]]\nlisten = \"0.0.0.0:6532\"\nupstream = \"db\"\n[admin]\nlisten = "
      "\"0.0.0.0:9188\"\ntoken_file = \"/nonexistent\"\n[rules.n-plus-one]\nlevel = \"off\"\n");
  const LoadedConfig loaded =
      exec_config(with_flags({}, file.path), {}, {"postgresql://db:5432", "file"});
  REQUIRE(loaded.errors.empty());
  CHECK(loaded.config.proxies.front().listen == std::vector<std::string>{"127.0.0.1:0"});
  CHECK(loaded.config.admin.listen == "127.0.0.1:0");
  CHECK(loaded.config.admin.token_file.empty());
  CHECK(loaded.config.log.level == "warning");
  CHECK(loaded.config.rules.at("n-plus-one").level == "off");
}

TEST_CASE("what the file says goes before what suits tests") {
  const File file("[log]\nlevel = \"debug\"\n[limits]\nring_events = 128\n");
  const LoadedConfig loaded = exec_config(with_flags({}, file.path), {}, {"db", "file"});
  REQUIRE(loaded.errors.empty());
  CHECK(loaded.config.log.level == "debug");
  CHECK(loaded.config.limits.ring_events == 128);
}

TEST_CASE("exec listens where it can be handed over") {
  const auto errors = [](const std::string& address) {
    return exec_config(with_flags({{"proxy.listen", "--listen", {address}}}), {}, {"db", "x"})
        .errors;
  };
  CHECK(errors("127.0.0.1:5433").empty());
  REQUIRE(errors("/run/x").size() == 1);
  CHECK_THAT(errors("/run/x")[0].text(),
             Catch::Contains("--listen: exec listens on one ADDR:PORT"));
  CHECK(errors("nonsense:x").size() == 1);
}
