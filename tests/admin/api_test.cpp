#include "admin/api.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "tests/admin/asked_api.hpp"

using namespace onetrip;
namespace json = boost::json;

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
  api.engine.vitals.upstreams.front().up.reset();
  CHECK(api.get("/readyz").body.at("upstreams").at(0).at("up").is_null());
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

TEST_CASE("a finding says which of its windows can still be had: none from before a restart") {
  Api api;
  api.engine.run("SELECT 1 FROM t");
  CHECK(api.post("/api/v1/flush").status == 200);
  const json::value known = api.get("/api/v1/findings").body.at("findings").at(0);
  const std::string path = "/api/v1/findings/" + std::string(known.at("id").as_string());
  CHECK(api.get(path).body.at("kept_windows") == json::array{known.at("window").at("id")});
  Api restarted;
  restarted.engine.restore(read_finding({known, ""}));
  CHECK(restarted.get(path).body.at("kept_windows") == json::array{});
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
  CHECK(rows[0].at("mean_ms").to_number<double>() == 2);
  CHECK(rows[0].at("errors_by_class").as_object().empty());
  CHECK(rows[0].at("think_ms").to_number<double>() == 0);
  CHECK(rows[0].at("missed_at_most_ms").to_number<double>() == 0);
  CHECK(api.get("/api/v1/statements?sort=nothing").status == 400);
}

TEST_CASE("the profile tells what requests cost, by label and by application") {
  Api api;
  api.engine.run("SELECT 1 FROM a WHERE id = 1");
  api.engine.run("SELECT 1 FROM a WHERE id = 2");
  CHECK(api.get("/api/v1/statements?by=label").body.at("labels").as_array().empty());
  api.engine.wait(std::chrono::seconds(1));
  for (const std::string by : {"label", "application"}) {
    const json::value body = api.get("/api/v1/statements?by=" + by).body;
    const auto& rows = body.at(by + "s").as_array();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at(by) == "shop");
    CHECK(rows[0].at("calls") == 2);
    CHECK(rows[0].at("windows") == 1);
    CHECK(rows[0].at("total_ms").to_number<double>() == 4);
    CHECK(rows[0].at("think_ms").to_number<double>() == 8);
    CHECK(rows[0].at("statements_per_window").to_number<double>() == 2);
    CHECK(rows[0].at("ms_per_window").to_number<double>() == 4);
    CHECK(rows[0].at("missed_at_most_ms").to_number<double>() == 0);
    CHECK(rows[0].at("growth").at("statements").is_null());
    CHECK(rows[0].at("growth").at("ms").is_null());
  }
  CHECK(api.get("/api/v1/statements?by=database").status == 400);
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
  CHECK(one.body.at("minutes").as_array().empty());
  CHECK(api.get("/api/v1/statements/v1:0000000000000000").status == 404);
}

TEST_CASE("a statement's minutes come from the history, also when it did not run since") {
  Api api;
  api.engine.past.text = "SELECT 1 FROM long_ago";
  api.engine.past.minutes = {{60'000, 5, 1, 15, 500, 10, 2, 3, 4}};
  const Answer one = api.get("/api/v1/statements/v1:0000000000000001?limit=7");
  CHECK(api.engine.asked_minutes == 7);
  CHECK(one.body.at("statement").at("calls") == 0);
  CHECK(one.body.at("statement").at("text") == "SELECT 1 FROM long_ago");
  REQUIRE(one.body.at("minutes").as_array().size() == 1);
  const json::value& minute = one.body.at("minutes").at(0);
  CHECK(minute.at("at") == "1970-01-01T00:01:00.000Z");
  CHECK(minute.at("calls") == 5);
  CHECK(minute.at("errors") == 1);
  CHECK(minute.at("total_ms").to_number<double>() == 10);
  CHECK(minute.at("p99_ms").to_number<double>() == 4);
  CHECK(api.get("/api/v1/statements/v1:0000000000000001?limit=0").status == 400);
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
  api.engine.vitals.connections_failed = {{"bad_packet", 2}, {"tls", 1}, {"unreachable", 0}};
  const Answer status = api.get("/api/v1/status");
  CHECK(status.body.at("connections").at("failed").at("bad_packet") == 2);
  CHECK(status.body.at("connections").at("failed").at("unreachable") == 0);
  const json::array& told = status.body.at("not_checked").as_array();
  REQUIRE(told.size() >= 2);
  CHECK_THAT(told[told.size() - 2].as_string().c_str(),
             Catch::Contains("2 connections did not speak"));
  CHECK_THAT(told.back().as_string().c_str(), Catch::Contains("1 connection failed in the TLS"));
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
