#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/admin/asked_api.hpp"

using namespace onetrip;
namespace json = boost::json;

TEST_CASE("a named window is opened, holds what ran, and tells it when it closes") {
  Api api;
  api.engine.run("SELECT 1 FROM before");
  const std::string id = api.open(R"({"name": "test_cart"})");
  api.engine.run("SELECT 1 FROM inside");
  const Answer open = api.get("/api/v1/windows/" + id);
  CHECK(open.body.at("window").at("name") == "test_cart");
  CHECK(open.body.at("window").at("open") == true);
  const Answer closed = api.remove("/api/v1/windows/" + id);
  CHECK(closed.status == 200);
  CHECK(closed.body.at("window").at("id") == id.c_str());
  CHECK(closed.body.at("window").at("open") == false);
  CHECK(closed.body.at("window").at("statements") == 1);
  CHECK(closed.body.at("findings").as_array().size() == 1);
  CHECK(api.get("/api/v1/findings?window=test_cart").body.at("findings").as_array().size() == 1);
  CHECK(api.remove("/api/v1/windows/" + id).status == 404);
}

TEST_CASE("a named window shows the executions of the windows inside it") {
  Api api;
  const std::string id = api.open(R"({"name": "test_cart"})");
  api.engine.run("SELECT 1 FROM first");
  api.engine.run("SELECT 1 FROM second");
  const Answer open = api.get("/api/v1/windows/" + id);
  const auto& executions = open.body.at("window").at("executions").as_array();
  REQUIRE(executions.size() == 2);
  CHECK(executions[0].at("summary") == "SELECT first");
  CHECK(executions[1].at("offset_ms").to_number<double>() ==
        Approx(executions[0].at("offset_ms").to_number<double>() + 10));
}

TEST_CASE("a window may be one request, whatever connections it comes over") {
  Api api;
  const std::string id = api.open(R"({"name": "GET /books", "one_request": true})");
  api.engine.run("SELECT 1 FROM book");
  CHECK(api.remove("/api/v1/windows/" + id).body.at("window").at("statements") == 1);
}

TEST_CASE("a name that is open already is a conflict") {
  Api api;
  const std::string id = api.open(R"({"name": "a", "ttl_s": 60})");
  const Answer again = api.post("/api/v1/windows", R"({"name": "a"})");
  CHECK(again.status == 409);
  CHECK(again.code() == "conflict");
  CHECK(api.remove("/api/v1/windows/" + id).status == 200);
  api.open(R"({"name": "a"})");
}

TEST_CASE("closing a window judges what lies in it, and nothing else") {
  Api api;
  const std::string id = api.open(R"({"name": "mine", "application_name": "other"})");
  api.engine.run("SELECT 1 FROM book");
  CHECK(api.remove("/api/v1/windows/" + id).body.at("findings").as_array().empty());
  CHECK(api.get("/api/v1/findings").body.at("findings").as_array().empty());
  CHECK(api.post("/api/v1/flush").status == 200);
  CHECK(api.get("/api/v1/findings").body.at("findings").as_array().size() == 1);
}

TEST_CASE("a trace's window is found by the trace's id") {
  Api api;
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  api.engine.run("SELECT 1 FROM book /*traceparent='00-" + trace + "-00f067aa0ba902b7-01'*/");
  CHECK(api.post("/api/v1/flush").status == 200);
  const json::value window = api.get("/api/v1/windows/" + trace).body.at("window");
  CHECK(window.at("trace") == trace.c_str());
  CHECK(window.at("statements") == 1);
  const json::value found = api.get("/api/v1/findings?window=" + trace).body.at("findings");
  REQUIRE(found.as_array().size() == 1);
  CHECK(found.at(0).at("window").at("id") == window.at("id"));
  CHECK(api.get("/api/v1/windows/4bf92f3577b34da6a3ce929d0e0e4737").status == 404);
}

TEST_CASE("a window may lie in another") {
  Api api;
  const std::string outer = api.open(R"({"name": "suite"})");
  api.open(R"({"name": "test", "parent": ")" + outer + R"("})");
  CHECK(api.post("/api/v1/windows", R"({"name": "b", "parent": "nothere"})").status == 404);
}

TEST_CASE("what POST /windows takes is checked") {
  Api api;
  for (const char* body :
       {"", "[]", "{", R"({"name": 1})", R"({"name": ""})", R"({"nam": "a"})",
        R"({"name": "a", "ttl_s": 0})", R"({"name": "a", "ttl_s": "1"})",
        R"({"name": "a", "ttl_s": 1e99})", R"({"name": "a", "one_request": 1})"}) {
    INFO(body);
    CHECK(api.post("/api/v1/windows", body).status == 400);
  }
  CHECK(api.post("/api/v1/windows", R"({"name": ")" + std::string(1025, 'x') + "\"}").status ==
        400);
}

TEST_CASE("windows are listed, newest first, and shown with their executions") {
  Api api;
  api.engine.run("SELECT 1 FROM t WHERE id = 1");
  api.engine.run("SELECT 1 FROM t WHERE id = 2");
  const Answer list = api.get("/api/v1/windows?limit=10");
  REQUIRE(list.body.at("windows").as_array().size() == 1);
  const std::string id = list.body.at("windows").at(0).at("id").as_string().c_str();
  const Answer one = api.get("/api/v1/windows/" + id);
  const json::array& executions = one.body.at("window").at("executions").as_array();
  REQUIRE(executions.size() == 2);
  CHECK(executions[0].at("server_ms").to_number<double>() == 2.0);
  CHECK(executions[1].at("offset_ms").to_number<double>() == 10.0);
  CHECK(executions[0].at("fingerprint") == executions[1].at("fingerprint"));
  CHECK(executions[1].at("connection") == 1);
  CHECK(executions[1].at("same_as").is_null());
  CHECK(executions[1].at("error").is_null());
  const json::array& shapes = one.body.at("window").at("shapes").as_array();
  REQUIRE(shapes.size() == 1);
  CHECK(shapes[0].at("fingerprint") == executions[0].at("fingerprint"));
  CHECK(shapes[0].at("text") == "SELECT ? FROM t WHERE id = ?");
  CHECK(one.body.at("window").at("opened") == "1970-01-01T00:00:01.008Z");
  CHECK(one.body.at("window").at("findings") == 0);
  CHECK(api.get("/api/v1/windows/nothere").status == 404);
}
