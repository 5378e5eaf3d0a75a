#include "app/log.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

const auto noon =
    std::chrono::system_clock::time_point(std::chrono::milliseconds(1'769'860'800'123));

Config::Log configured(const std::string& format, const std::string& colour = "auto") {
  Config::Log log;
  log.format = format;
  log.colour = colour;
  return log;
}

}  // namespace

TEST_CASE("text goes to terminals, JSON elsewhere") {
  CHECK(log_style(configured("auto"), {}, true).format == LogFormat::text);
  CHECK(log_style(configured("auto"), {}, false).format == LogFormat::json);
  CHECK(log_style(configured("text"), {}, false).format == LogFormat::text);
  CHECK(log_style(configured("json"), {}, true).format == LogFormat::json);
}

TEST_CASE("colours are for terminals, and NO_COLOR is honoured") {
  CHECK(log_style(configured("auto"), {}, true).colour == Colour::on);
  CHECK(log_style(configured("auto"), {{"NO_COLOR", "1"}}, true).colour == Colour::off);
  CHECK(log_style(configured("auto"), {{"NO_COLOR", ""}}, true).colour == Colour::on);
  CHECK(log_style(configured("text"), {}, false).colour == Colour::off);
  CHECK(log_style(configured("text", "always"), {{"NO_COLOR", "1"}}, false).colour == Colour::on);
  CHECK(log_style(configured("text", "never"), {}, true).colour == Colour::off);
  CHECK(log_style(configured("json", "always"), {}, true).colour == Colour::off);
}

TEST_CASE("a line of text has time, level and message") {
  CHECK(log_line({LogFormat::text, Colour::off}, "info", "hello", noon) ==
        "2026-01-31T12:00:00.123Z info    hello\n");
  CHECK_THAT(log_line({LogFormat::text, Colour::on}, "warning", "hello", noon),
             Catch::Contains("\x1b[33mwarning \x1b[0mhello"));
}

TEST_CASE("a line of JSON is one object") {
  const boost::json::value line =
      boost::json::parse(log_line({LogFormat::json, Colour::off}, "error", "a \"b\"\n", noon));
  CHECK(line.at("time") == "2026-01-31T12:00:00.123Z");
  CHECK(line.at("level") == "error");
  CHECK(line.at("message") == "a \"b\"\n");
}

TEST_CASE("a message cannot forge a second line or a colour") {
  const std::string line =
      log_line({LogFormat::text, Colour::off}, "info", "x\n2026 error \x1b[31m", noon);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find('\x1b') == std::string::npos);
}
