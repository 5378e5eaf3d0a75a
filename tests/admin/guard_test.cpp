#include "admin/guard.hpp"

#include <catch2/catch.hpp>

#include "admin/target.hpp"

using namespace onetrip;

namespace {

AdminRequest request(const std::string& host, const std::string& method = "GET") {
  AdminRequest out;
  out.method = method;
  out.target = "/api/v1/status";
  out.host = host;
  return out;
}

unsigned refused(const AdminGuard& guard, const AdminRequest& request) {
  const auto refusal = guard.refuse(request);
  return refusal ? refusal->status : 0;
}

const AdminGuard loopback({"localhost", "127.0.0.1", "::1"}, "");

}  // namespace

TEST_CASE("names of this machine may ask, with any port") {
  for (const char* host : {"localhost", "localhost:9188", "127.0.0.1:1", "[::1]:9188", "[::1]",
                           "LOCALHOST", "localhost."}) {
    INFO(host);
    CHECK(refused(loopback, request(host)) == 0);
  }
}

TEST_CASE("a name that leads here but is not ours is refused") {
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:9188",
                           "10.0.0.1", "[::2]", "[", ":9188"}) {
    INFO(host);
    CHECK(refused(loopback, request(host)) == 403);
  }
  CHECK(refused(loopback, request("")) == 400);
}

TEST_CASE("a star allows any name") {
  CHECK(refused(AdminGuard({"*"}, ""), request("10.1.2.3:9188")) == 0);
}

TEST_CASE("a token, when there is one, must be shown") {
  const AdminGuard guard({"localhost"}, "s3cret");
  AdminRequest asked = request("localhost");
  CHECK(refused(guard, asked) == 401);
  for (const char* wrong : {"Bearer ", "Bearer s3cre", "Bearer s3cret2", "Bearer s3creT", "s3cret",
                            "Basic s3cret", "Bearer s3crets3cret"}) {
    INFO(wrong);
    asked.authorization = wrong;
    CHECK(refused(guard, asked) == 401);
  }
  asked.authorization = "Bearer s3cret";
  CHECK(refused(guard, asked) == 0);
  CHECK(guard.refuse(request("localhost"))->authenticate == "Bearer");
}

TEST_CASE("a page of another site cannot change anything") {
  AdminRequest posted = request("localhost:9188", "POST");
  CHECK(refused(loopback, posted) == 0);  // curl and test helpers send no Origin
  posted.origin = "http://localhost:9188";
  CHECK(refused(loopback, posted) == 0);
  posted.origin = "http://evil.example";
  CHECK(refused(loopback, posted) == 403);
  posted.origin = "null";
  CHECK(refused(loopback, posted) == 403);
  posted.origin = "";
  posted.fetch_site = "cross-site";
  CHECK(refused(loopback, posted) == 403);
}

TEST_CASE("targets are decoded") {
  const auto target = parse_target("/a%20b?label=GET+%2Fbooks&name=&x");
  REQUIRE(target);
  CHECK(target->path == "/a b");
  CHECK(target->parameters.at("label") == "GET /books");
  CHECK(target->parameters.at("name").empty());
  CHECK(target->parameters.at("x").empty());
  CHECK(parse_target("/a+b")->path == "/a+b");
}

TEST_CASE("targets that cannot be decoded are refused") {
  for (const char* target :
       {"", "a", "*", "http://host/", "/%", "/%1", "/%zz", "/?a=%2", "/?a=1&a=2"}) {
    INFO(target);
    CHECK_FALSE(parse_target(target));
  }
}
