#include "analyzer/sinks/log_sink.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/sinks/example_finding.hpp"

using namespace onetrip;
using News = FindingSink::News;

namespace {

struct Log {
  explicit Log(LogFormat format)
      : sink(format, Colour::off, [this](std::string_view text) { messages.emplace_back(text); }) {}
  void told(std::uint64_t worst_count, News news, Confidence confidence = Confidence::likely) {
    Finding finding = example_finding();
    finding.seen.worst_count = worst_count;
    finding.confidence = confidence;
    sink.finding(finding, news);
  }
  std::vector<std::string> messages;
  LogSink sink;
};

}  // namespace

TEST_CASE("a finding is logged when it is first seen, not each time") {
  Log log(LogFormat::text);
  log.told(50, News::first);
  log.told(50, News::again);
  log.told(99, News::again);
  CHECK(log.messages.size() == 1);
}

TEST_CASE("a finding is logged again when it is twice as bad") {
  Log log(LogFormat::text);
  log.told(50, News::first);
  log.told(100, News::again);
  log.told(199, News::again);
  log.told(200, News::again);
  CHECK(log.messages.size() == 3);
}

TEST_CASE("a finding is logged again when its proof got surer, once") {
  Log log(LogFormat::text);
  log.told(50, News::first, Confidence::likely);
  log.told(50, News::again, Confidence::proven);
  log.told(50, News::again, Confidence::likely);
  log.told(50, News::again, Confidence::proven);
  CHECK(log.messages.size() == 2);
}

TEST_CASE("a finding that comes first again was forgotten in between, and is logged") {
  Log log(LogFormat::text);
  log.told(50, News::first);
  log.told(50, News::first);
  CHECK(log.messages.size() == 2);
}

TEST_CASE("as JSON a finding is one line") {
  Log log(LogFormat::json);
  log.told(50, News::first);
  REQUIRE(log.messages.size() == 1);
  const std::string& line = log.messages.front();
  CHECK(line.find('\n') == line.size() - 1);
  const boost::json::value json = boost::json::parse(line);
  CHECK(json.at("level") == "error");
  CHECK(json.at("time") == "2026-01-31T12:05:00.000Z");
  CHECK(json.at("finding").at("id") == "b1946ac92492d234");
}
