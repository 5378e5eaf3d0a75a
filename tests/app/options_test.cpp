#include "app/options.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

Options parse(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(arguments);
  if (const auto* error = std::get_if<UsageError>(&parsed)) FAIL(error->message);
  return std::get<Options>(parsed);
}

std::string wrong(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(arguments);
  REQUIRE(std::holds_alternative<UsageError>(parsed));
  return std::get<UsageError>(parsed).message;
}

std::vector<std::string> values(const Options& options, const std::string& key) {
  std::vector<std::string> out;
  for (const FlagValue& flag : options.flags) {
    if (flag.key == key) out.insert(out.end(), flag.values.begin(), flag.values.end());
  }
  return out;
}

}  // namespace

TEST_CASE("run takes its upstream as a word or as a flag") {
  CHECK(parse({"run", "postgres://db:5432"}).verb == Verb::run);
  CHECK(values(parse({"run", "db"}), "proxy.upstream") == std::vector<std::string>{"db"});
  CHECK(values(parse({"run", "--upstream", "db"}), "proxy.upstream") ==
        std::vector<std::string>{"db"});
}

TEST_CASE("run listens on as many addresses as are named") {
  const Options options = parse({"run", "--listen", "127.0.0.1:1", "--listen=/run/x", "db",
                                 "--admin", "off", "--config", "f"});
  CHECK(values(options, "proxy.listen") == std::vector<std::string>{"127.0.0.1:1", "/run/x"});
  CHECK(values(options, "proxy.upstream") == std::vector<std::string>{"db"});
  CHECK(values(options, "admin.listen") == std::vector<std::string>{"off"});
  CHECK(options.config_file == "f");
}

TEST_CASE("each command is known") {
  CHECK(parse({"config", "check"}).verb == Verb::config_check);
  CHECK(parse({"config", "print", "--config", "f"}).config_file == "f");
  CHECK(parse({"config", "schema"}).verb == Verb::config_schema);
  CHECK(parse({"fingerprint", "SELECT 1"}).argument == "SELECT 1");
  CHECK(parse({"fingerprint", "-", "--json"}).json);
  CHECK(parse({"fingerprint"}).verb == Verb::fingerprint);
  CHECK(parse({"catalog", "export", "--dsn", "host=h", "-o", "f"}).output == "f");
  CHECK(parse({"explain", "n-plus-one"}).argument == "n-plus-one");
  CHECK(parse({"status", "--wait", "--timeout", "5s"}).timeout == "5s");
}

TEST_CASE("help and version are texts") {
  for (const auto& arguments :
       {std::vector<std::string>{}, {"--help"}, {"-h"}, {"run", "--help"}}) {
    const Options options = parse(arguments);
    CHECK(options.verb == Verb::show_text);
    CHECK_THAT(options.text, Catch::Contains("Usage: onetrip"));
  }
  CHECK_THAT(parse({"run", "--help"}).text, Catch::Contains("--listen"));
  CHECK_THAT(parse({"version"}).text, Catch::StartsWith("onetrip "));
  CHECK(parse({"--version"}).text == parse({"version"}).text);
}

TEST_CASE("an unknown command is told with the nearest one") {
  CHECK_THAT(wrong({"rnu"}), Catch::Contains("unknown command `rnu`. Did you mean `run`?"));
  CHECK_THAT(wrong({"config", "chek"}), Catch::Contains("Did you mean `check`?"));
  CHECK_THAT(wrong({"zzzz"}), !Catch::Contains("Did you mean"));
}

TEST_CASE("an unknown flag is told with the nearest one") {
  CHECK_THAT(wrong({"run", "db", "--lisen", "x"}),
             Catch::Contains("`--lisen`. Did you mean `--listen`?"));
  CHECK_THAT(wrong({"run", "db", "--upsteam=x"}), Catch::Contains("Did you mean `--upstream`?"));
}

TEST_CASE("what is missing or too much is told") {
  CHECK_THAT(wrong({"catalog", "export"}), Catch::Contains("--dsn"));
  CHECK_THAT(wrong({"run", "--listen"}), Catch::Contains("--listen"));
  CHECK_THAT(wrong({"run", "a", "b"}), Catch::Contains("`b`"));
  CHECK_THAT(wrong({"config"}), Catch::Contains("config"));
  CHECK_THAT(wrong({"explain", "a", "b"}), Catch::Contains("`b`"));
}
