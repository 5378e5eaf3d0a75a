#include "admin/event_log.hpp"

#include <catch2/catch.hpp>

#include "tests/admin/engine_fixture.hpp"

using namespace onetrip;

namespace {

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t times = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++times;
  return times;
}

}  // namespace

TEST_CASE("a reader gets what comes after it began, once, in order") {
  EventLog log;
  log.put(EventKind::finding, R"({"id": 0})");
  const auto reader = log.read();
  CHECK(reader->next().empty());
  log.put(EventKind::finding, R"({"id": 1})");
  log.put(EventKind::window, R"({"id": 2})");
  CHECK(reader->next() ==
        "event: finding\ndata: {\"id\": 1}\n\nevent: window\ndata: {\"id\": 2}\n\n");
  CHECK(reader->next().empty());
}

TEST_CASE("each reader goes at its own pace") {
  EventLog log;
  const auto first = log.read();
  log.put(EventKind::window, "1");
  const auto second = log.read();
  log.put(EventKind::window, "2");
  CHECK(count_of(first->next(), "event: window") == 2);
  CHECK(second->next() == "event: window\ndata: 2\n\n");
}

TEST_CASE("what comes faster than anybody looks is counted, and told") {
  EventLog log;
  const auto reader = log.read();
  std::uint32_t taken = 0;
  for (int i = 0; i < 130; ++i) {
    if (!log.has_room(EventKind::window)) continue;
    log.put(EventKind::window, "{}");
    ++taken;
  }
  CHECK(taken == EventLog::max_of_kind);
  CHECK(log.has_room(EventKind::finding));
  const std::string text = reader->next();
  CHECK(count_of(text, "event: window") == EventLog::max_of_kind);
  CHECK_THAT(text, Catch::EndsWith("event: skipped\ndata: {\"findings\": 0, \"windows\": 30}\n\n"));
  CHECK(log.has_room(EventKind::window));
}

TEST_CASE("a reader that stays behind is told what it missed") {
  EventLog log;
  const auto slow = log.read();
  for (std::size_t i = 0; i < EventLog::max_events + 7; ++i) log.put(EventKind::finding, "{}");
  const std::string text = slow->next();
  CHECK_THAT(text,
             Catch::StartsWith("event: skipped\ndata: {\"findings\": 0, \"windows\": 7}\n\n"));
  CHECK(count_of(text, "event: finding") == EventLog::max_events);
}

TEST_CASE("only so many may listen, and who leaves makes room") {
  EventLog log;
  CHECK(!log.has_readers());
  std::vector<std::shared_ptr<EventReader>> readers;
  for (std::size_t i = 0; i < EventLog::max_readers; ++i) readers.push_back(log.read());
  CHECK(log.read() == nullptr);
  readers.pop_back();
  CHECK(log.read() != nullptr);
  readers.clear();
  CHECK(!log.has_readers());
}

TEST_CASE("a reader may outlive the log") {
  auto log = std::make_unique<EventLog>();
  const auto reader = log->read();
  log->put(EventKind::finding, "{}");
  log.reset();
  CHECK(reader->next() == "event: finding\ndata: {}\n\n");
}

TEST_CASE("findings and windows are told to who listens") {
  EngineFixture engine;
  const AdminApi api(AdminGuard({"127.0.0.1"}, ""), engine.backend());
  AdminRequest request;
  request.method = "GET";
  request.host = "127.0.0.1";
  const auto ask = [&](const std::string& method, const std::string& target) {
    request.method = method;
    request.target = target;
    AdminResponse given;
    api.handle(request, [&](AdminResponse response) { given = std::move(response); });
    return given;
  };
  const AdminResponse stream = ask("GET", "/api/v1/events");
  CHECK(stream.content_type == "text/event-stream");
  REQUIRE(stream.events != nullptr);
  CHECK(stream.events->next().empty());

  engine.run("SELECT 1 FROM t");
  ask("POST", "/api/v1/flush");
  const std::string text = stream.events->next();
  CHECK_THAT(text, Catch::Contains("event: finding\ndata: {\"schema_version\": 1, \"id\": "));
  CHECK_THAT(text, Catch::Contains("\"news\": \"first\"}"));
  CHECK_THAT(text, Catch::Contains("event: window\ndata: {\"id\": "));
  CHECK_THAT(text, Catch::Contains("\"findings\": 1"));
}

TEST_CASE("one listener too many is told so") {
  EngineFixture engine;
  std::vector<std::shared_ptr<EventReader>> readers;
  while (auto reader = engine.events.read()) readers.push_back(std::move(reader));
  const AdminApi api(AdminGuard({"127.0.0.1"}, ""), engine.backend());
  AdminRequest request;
  request.method = "GET";
  request.host = "127.0.0.1";
  request.target = "/api/v1/events";
  api.handle(request, [&](const AdminResponse& response) {
    CHECK(response.status == 503);
    CHECK(response.events == nullptr);
  });
}
