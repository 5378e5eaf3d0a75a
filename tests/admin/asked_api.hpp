#pragma once

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "admin/api.hpp"
#include "tests/admin/engine_fixture.hpp"

namespace onetrip {

struct Answer {
  unsigned status = 0;
  AdminResponse response;
  boost::json::value body;
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
      answer.body = boost::json::parse(answer.response.body);
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

}  // namespace onetrip
