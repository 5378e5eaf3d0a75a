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

TEST_CASE("exec takes its command as it stands after the dashes") {
  const Options options =
      parse({"exec",   "--env",    "A={host}", "--env",  "B={port}", "--rewrite",  "U",  "--report",
             "json=a", "--report", "junit=b",  "--save", "s",        "--upstream", "db", "--budget",
             "c",      "--",       "make",     "--",     "-j2",      "--help"});
  CHECK(options.verb == Verb::exec);
  CHECK(options.exec.command == std::vector<std::string>{"make", "--", "-j2", "--help"});
  CHECK(options.exec.templates == std::vector<std::string>{"A={host}", "B={port}"});
  CHECK(options.exec.rewrite == std::vector<std::string>{"U"});
  CHECK(options.reports == std::vector<std::string>{"json=a", "junit=b"});
  CHECK(options.exec.save == "s");
  CHECK(options.budget == "c");
  CHECK(values(options, "proxy.upstream") == std::vector<std::string>{"db"});
  CHECK(parse({"exec", "--ephemeral", "--allow-empty", "--", "x"}).exec.ephemeral);
}

TEST_CASE("exec without a command, or with two servers, is told") {
  CHECK_THAT(wrong({"exec"}), Catch::Contains("a COMMAND after --"));
  CHECK_THAT(wrong({"exec", "--"}), Catch::Contains("a COMMAND after --"));
  CHECK_THAT(wrong({"exec", "pytest"}), Catch::Contains("pytest"));
  CHECK_THAT(wrong({"exec", "--ephemeral", "--upstream", "db", "--", "x"}),
             Catch::Contains("--ephemeral") && Catch::Contains("--upstream"));
  CHECK_THAT(wrong({"exec", "--alow-empty", "--", "x"}), Catch::Contains("`--allow-empty`?"));
}

TEST_CASE("recordings are judged, compared and told again") {
  const Options check =
      parse({"check", "--windows", "a", "b", "--baseline", "c", "--report", "json"});
  CHECK(check.verb == Verb::check);
  CHECK(check.windows == std::vector<std::string>{"a", "b"});
  CHECK(check.baseline == "c");
  CHECK(parse({"baseline", "update", "--windows", "a"}).verb == Verb::baseline_update);
  CHECK(parse({"baseline", "diff", "--windows", "a"}).verb == Verb::baseline_diff);
  CHECK(parse({"baseline", "prune", "--windows", "a"}).verb == Verb::baseline_prune);
  CHECK(parse({"report", "--format", "html", "--windows", "a"}).reports ==
        std::vector<std::string>{"html"});
  CHECK(parse({"report", "--format", "html", "--api", "u"}).api == "u");
  CHECK(parse({"diff", "a", "b"}).windows == std::vector<std::string>{"a", "b"});
  CHECK_THAT(wrong({"check"}), Catch::Contains("--windows"));
  CHECK_THAT(wrong({"baseline"}), Catch::Contains("one more word"));
  CHECK_THAT(wrong({"report", "--windows", "a"}), Catch::Contains("--format"));
  CHECK_THAT(wrong({"diff", "a"}), Catch::Contains("FILES"));
}

TEST_CASE("a file's name that is empty is told, and not taken for none") {
  for (const char* flag : {"--budget", "--baseline", "--save", "--config"}) {
    CHECK_THAT(
        wrong({"exec", flag, "", "--", "x"}),
        Catch::Contains(flag) && Catch::Contains("the name of a file, and got an empty one"));
    CHECK_THAT(wrong({"exec", flag + std::string("="), "--save", "s", "--", "x"}),
               Catch::Contains("names nothing after =") && Catch::Contains(flag));
  }
  CHECK_THAT(wrong({"check", "--windows", "a", ""}), Catch::Contains("an empty one"));
  CHECK_THAT(wrong({"diff", "a", ""}), Catch::Contains("an empty one"));
  CHECK(parse({"exec", "--", "x", "--budget", "", "--y="}).exec.command.size() == 4);
}

TEST_CASE("the help of whatever judges or compares ends with examples and exit codes") {
  for (const std::vector<std::string>& verb :
       std::vector<std::vector<std::string>>{{"check"},
                                             {"diff"},
                                             {"report"},
                                             {"baseline"},
                                             {"baseline", "update"},
                                             {"baseline", "prune"},
                                             {"completion"}}) {
    std::vector<std::string> arguments = verb;
    arguments.emplace_back("--help");
    const std::string help = parse(arguments).text;
    INFO(help);
    CHECK(help.find("Examples:\n  onetrip ") < help.find("Exit codes: 0 "));
    CHECK(help.find("Exit codes: 0 ") != std::string::npos);
  }
  CHECK_THAT(parse({"exec", "--help"}).text, Catch::Contains("Exit codes: COMMAND's own"));
}

TEST_CASE("completions are printed for three shells") {
  for (const char* shell : {"bash", "zsh", "fish"})
    CHECK_THAT(parse({"completion", shell}).text, Catch::Contains("baseline update"));
  CHECK_THAT(wrong({"completion", "csh"}), Catch::Contains("csh"));
  CHECK_THAT(wrong({"completion"}), Catch::Contains("SHELL"));
}
