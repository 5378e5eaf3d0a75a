#include "admin/api.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/admin/engine_fixture.hpp"

using namespace onetrip;
namespace json = boost::json;

namespace {

struct Answer {
  unsigned status = 0;
  AdminResponse response;
  json::value body;
  std::string code() const { return std::string(body.at("error").at("code").as_string().c_str()); }
};

/// The API before an engine, with the token and hosts of a loopback default.
class Api {
 public:
  explicit Api(std::string token = "")
      : api_(AdminGuard({"localhost", "127.0.0.1", "::1"}, std::move(token)), backend()) {}

  Answer get(const std::string& target) { return send(request("GET", target)); }
  Answer post(const std::string& target, const std::string& body = "") {
    AdminRequest posted = request("POST", target);
    posted.body = body;
    if (!body.empty()) posted.content_type = "application/json";
    return send(posted);
  }
  Answer remove(const std::string& target) { return send(request("DELETE", target)); }

  Answer send(const AdminRequest& request) {
    Answer answer;
    int answers = 0;
    api_.handle(request, [&](AdminResponse response) {
      ++answers;
      answer.response = std::move(response);
    });
    CHECK(answers == 1);
    answer.status = answer.response.status;
    if (answer.response.content_type == "application/json")
      answer.body = json::parse(answer.response.body);
    return answer;
  }

  static AdminRequest request(const std::string& method, const std::string& target) {
    AdminRequest out;
    out.method = method;
    out.target = target;
    out.host = "127.0.0.1:9188";
    return out;
  }

  std::string open(const std::string& body) {
    const Answer opened = post("/api/v1/windows", body);
    REQUIRE(opened.status == 201);
    return std::string(opened.body.at("id").as_string().c_str());
  }

  EngineFixture engine;
  int quits = 0;

 private:
  AdminBackend backend() {
    AdminBackend out = engine.backend();
    out.quit = [this] { ++quits; };
    return out;
  }
  AdminApi api_;
};

}  // namespace

TEST_CASE("probes answer whoever asks") {
  Api api("secret");
  AdminRequest probe = Api::request("GET", "/healthz");
  probe.host = "10.1.2.3:9188";
  CHECK(api.send(probe).status == 200);
  probe.target = "/readyz";
  CHECK(api.send(probe).status == 200);
}

TEST_CASE("readiness tells an upstream that is down, and does not fail for it") {
  Api api;
  const Answer ready = api.get("/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.body.at("upstreams").at(0).at("up") == false);
}

TEST_CASE("while it drains it is not ready") {
  Api api;
  api.engine.vitals.state = Vitals::State::draining;
  CHECK(api.get("/readyz").status == 503);
  CHECK(api.get("/healthz").status == 200);
}

TEST_CASE("metrics are text of the format's version") {
  const Answer metrics = Api().get("/metrics");
  CHECK(metrics.response.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(metrics.response.body == "onetrip_up 1\n");
}

TEST_CASE("metrics are OpenMetrics for who accepts that, and only then") {
  Api api;
  AdminRequest scrape = Api::request("GET", "/metrics");
  scrape.accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";
  const Answer metrics = api.send(scrape);
  CHECK(metrics.response.content_type ==
        "application/openmetrics-text; version=1.0.0; charset=utf-8");
  CHECK(metrics.response.body == "# EOF\n");
}

TEST_CASE("status tells version, connections and why nothing was seen") {
  const Answer status = Api().get("/api/v1/status");
  CHECK(status.status == 200);
  CHECK(status.body.at("version") == "1.2.3");
  CHECK(status.body.at("state") == "ready");
  CHECK(status.body.at("ring").at("dropped") == 0);
  const json::value& why = status.body.at("not_checked");
  REQUIRE(why.as_array().size() == 1);
  CHECK_THAT(why.at(0).as_string().c_str(), Catch::Contains("127.0.0.1:6532"));
}

TEST_CASE("status counts what a comment told us to ignore") {
  Api api;
  api.engine.run("SELECT 1 FROM t");
  api.engine.run("SELECT 1 FROM t /* onetrip='ignore' */");
  const Answer status = api.get("/api/v1/status");
  CHECK(status.body.at("statements").at("total") == 2);
  CHECK(status.body.at("statements").at("ignored") == 1);
}

TEST_CASE("findings are listed, filtered and shown one by one") {
  Api api;
  api.engine.run("SELECT 1 FROM t");
  CHECK(api.post("/api/v1/flush").status == 200);
  const Answer all = api.get("/api/v1/findings");
  CHECK(all.body.at("schema_version") == 1);
  REQUIRE(all.body.at("findings").as_array().size() == 1);
  const std::string id = all.body.at("findings").at(0).at("id").as_string().c_str();
  CHECK(api.get("/api/v1/findings?rule=n-plus-one&severity=error&limit=5")
            .body.at("findings")
            .as_array()
            .size() == 1);
  CHECK(api.get("/api/v1/findings?rule=duplicate-query").body.at("findings").as_array().empty());
  CHECK(api.get("/api/v1/findings?cause=none").body.at("findings").as_array().empty());
  CHECK(api.get("/api/v1/findings/" + id).body.at("id") == id.c_str());
}

TEST_CASE("a finding that is not there is 404") {
  const Answer answer = Api().get("/api/v1/findings/0000");
  CHECK(answer.status == 404);
  CHECK(answer.code() == "not_found");
}

TEST_CASE("parameters are checked") {
  Api api;
  CHECK(api.get("/api/v1/findings?limit=0").status == 400);
  CHECK(api.get("/api/v1/findings?limit=ten").status == 400);
  CHECK(api.get("/api/v1/findings?severity=bad").status == 400);
  CHECK(api.get("/api/v1/findings?ruel=x").status == 400);
  CHECK(api.get("/api/v1/findings?rule=a&rule=b").status == 400);
  CHECK(api.get("/api/v1/windows?limit=-1").status == 400);
  CHECK(api.get("/api/v1/status?x=1").status == 400);
  CHECK(api.get("/api/v1/findings?rule=%G0").status == 400);
  CHECK(api.get("/api/v1/findings?window=nothere").status == 404);
}

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

TEST_CASE("the profile tells what each statement cost") {
  Api api;
  api.engine.run("SELECT 1 FROM a WHERE id = 1");
  api.engine.run("SELECT 1 FROM a WHERE id = 2");
  api.engine.run("SELECT 1 FROM b");
  const Answer answer = api.get("/api/v1/statements?sort=calls&limit=1");
  const auto& rows = answer.body.at("statements").as_array();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at("summary") == "SELECT a");
  CHECK(rows[0].at("calls") == 2);
  CHECK(rows[0].at("p50_ms").to_number<double>() == Approx(2).epsilon(0.02));
  CHECK(rows[0].at("share").to_number<double>() == Approx(2.0 / 3));
  CHECK(api.get("/api/v1/statements?sort=nothing").status == 400);
}

TEST_CASE("one statement is shown with who runs it, and how long it took") {
  Api api;
  api.engine.run("SELECT 1 FROM t WHERE id = 1");
  api.engine.run("SELECT 1 FROM t WHERE id = 2");
  CHECK(api.post("/api/v1/flush").status == 200);
  const std::string fingerprint = api.get("/api/v1/statements")
                                      .body.at("statements")
                                      .at(0)
                                      .at("fingerprint")
                                      .as_string()
                                      .c_str();
  const Answer one = api.get("/api/v1/statements/" + fingerprint);
  CHECK(one.body.at("schema_version") == 1);
  CHECK(one.body.at("statement").at("calls") == 2);
  REQUIRE(one.body.at("callers").as_array().size() == 1);
  CHECK(one.body.at("callers").at(0).at("calls") == 2);
  CHECK(one.body.at("callers").at(0).at("windows") == 1);
  REQUIRE(one.body.at("runs").as_array().size() == 2);
  CHECK(one.body.at("runs").at(0).at("server_ms").to_number<double>() == 2.0);
  CHECK(api.get("/api/v1/statements/v1:0000000000000000").status == 404);
}

TEST_CASE("coverage names the labels that never saw a parent of two rows") {
  Api api;
  CHECK(api.get("/api/v1/coverage").body.at("labels").as_array().empty());
  api.engine.run("SELECT 1 FROM a WHERE id = 1");
  CHECK(api.post("/api/v1/flush").status == 200);
  const Answer answer = api.get("/api/v1/coverage");
  CHECK(answer.body.at("schema_version") == 1);
  CHECK(answer.body.at("uncovered") == json::array{"shop"});
  const json::value& label = answer.body.at("labels").at(0);
  CHECK(label.at("label") == "shop");
  CHECK(label.at("windows") == 1);
  CHECK(label.at("most_rows") == 0);
  CHECK(label.at("covered") == false);
  CHECK(api.get("/api/v1/coverage?label=shop").status == 400);
  CHECK(api.post("/api/v1/reset").status == 200);
  CHECK(api.get("/api/v1/coverage").body.at("labels").as_array().empty());
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
  for (const char* body : {"", "[]", "{", R"({"name": 1})", R"({"name": ""})", R"({"nam": "a"})",
                           R"({"name": "a", "ttl_s": 0})", R"({"name": "a", "ttl_s": "1"})",
                           R"({"name": "a", "ttl_s": 1e99})"}) {
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

TEST_CASE("reset forgets all") {
  Api api;
  api.engine.run("SELECT 1 FROM t");
  api.post("/api/v1/flush");
  CHECK(api.post("/api/v1/reset").status == 200);
  CHECK(api.get("/api/v1/findings").body.at("findings").as_array().empty());
}

TEST_CASE("analysis is switched, and status says when it is off") {
  Api api;
  CHECK(api.post("/api/v1/analysis", R"({"enabled": false})").status == 200);
  CHECK(api.engine.vitals.analysis == false);
  const Answer status = api.get("/api/v1/status");
  CHECK_THAT(status.body.at("not_checked").at(0).as_string().c_str(),
             Catch::Contains("switched off"));
  CHECK(api.post("/api/v1/analysis", R"({"enabled": 1})").status == 400);
  CHECK(api.post("/api/v1/analysis", "{}").status == 400);
  CHECK(api.post("/api/v1/analysis", R"({"enabled": true, "x": 1})").status == 400);
}

TEST_CASE("a part of the sessions may be looked at, and status says so") {
  Api api;
  const Answer answer = api.post("/api/v1/analysis", R"({"sample": 0.25})");
  CHECK(answer.status == 200);
  CHECK(answer.body.at("enabled") == true);
  CHECK(answer.body.at("sample") == 0.25);
  const Answer status = api.get("/api/v1/status");
  CHECK(status.body.at("analysis").at("sample") == 0.25);
  CHECK_THAT(status.body.at("not_checked").at(0).as_string().c_str(),
             Catch::Contains("analysis.sample is 0.25"));
  CHECK(api.post("/api/v1/analysis", R"({"enabled": true, "sample": 1})").status == 200);
  CHECK(api.engine.vitals.sample == 1);
  for (const char* body : {R"({"sample": 1.5})", R"({"sample": -1})", R"({"sample": "1"})"}) {
    CHECK(api.post("/api/v1/analysis", body).status == 400);
  }
}

TEST_CASE("a rule that does not exist is told with those that do") {
  Api api;
  const Answer answer = api.get("/api/v1/findings?rule=nope");
  CHECK(answer.status == 400);
  CHECK_THAT(answer.body.at("error").at("message").as_string().c_str(),
             Catch::Contains("n-plus-one, duplicate-query"));
  CHECK(api.get("/api/v1/findings?rule=duplicate-query").status == 200);
}

TEST_CASE("connections that never became a session are told by reason") {
  Api api;
  api.engine.vitals.connections_failed = {{"bad_packet", 2}, {"unreachable", 0}};
  const Answer status = api.get("/api/v1/status");
  CHECK(status.body.at("connections").at("failed").at("bad_packet") == 2);
  CHECK(status.body.at("connections").at("failed").at("unreachable") == 0);
  const json::array& told = status.body.at("not_checked").as_array();
  CHECK_THAT(told.back().as_string().c_str(), Catch::Contains("2 connections did not speak"));
}

TEST_CASE("quitting is for those who configured it") {
  Api api;
  CHECK(api.post("/api/v1/quitquitquit").status == 200);
  CHECK(api.quits == 1);
  EngineFixture engine;
  const AdminApi closed(AdminGuard({"*"}, ""), engine.backend());
  unsigned status = 0;
  closed.handle(Api::request("POST", "/api/v1/quitquitquit"),
                [&](AdminResponse response) { status = response.status; });
  CHECK(status == 403);
}

TEST_CASE("another path is 404, another method 405 with those that would do") {
  Api api;
  CHECK(api.get("/index.html").status == 404);
  CHECK(api.get("/api/v1/windows/").status == 404);
  const Answer answer = api.post("/api/v1/status");
  CHECK(answer.status == 405);
  CHECK(answer.response.allow == "GET, HEAD");
  CHECK(api.remove("/api/v1/windows").response.allow == "GET, HEAD, POST");
  CHECK(api.get("/api/v1/flush").response.allow == "POST");
}

TEST_CASE("HEAD is answered where GET is") {
  CHECK(Api().send(Api::request("HEAD", "/api/v1/status")).status == 200);
}

TEST_CASE("a body must be JSON") {
  Api api;
  AdminRequest form = Api::request("POST", "/api/v1/windows");
  form.body = "name=a";
  form.content_type = "application/x-www-form-urlencoded";
  CHECK(api.send(form).status == 415);
  form.body = R"({"name": "a"})";
  form.content_type = "application/json; charset=utf-8";
  CHECK(api.send(form).status == 201);
}

TEST_CASE("labels from outside make valid JSON") {
  Api api;
  api.open("{\"name\": \"a\\u001b\\\"\", \"label\": \"\\u0000\"}");
  CHECK(api.get("/api/v1/windows").body.at("windows").at(0).at("name") == "a\x1b\"");
}
