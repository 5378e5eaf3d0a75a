#include "web/page.hpp"

#include <catch2/catch.hpp>

#include "tests/admin/engine_fixture.hpp"

using namespace onetrip;

namespace {

AdminRequest request(const std::string& accept_encoding = "", const std::string& held = "") {
  AdminRequest out;
  out.method = "GET";
  out.target = "/";
  out.host = "127.0.0.1:9188";
  out.accept_encoding = accept_encoding;
  out.if_none_match = held;
  return out;
}

AdminResponse get(const AdminRequest& request, const std::string& token = "") {
  EngineFixture engine;
  const AdminApi api(AdminGuard({"127.0.0.1"}, token), engine.backend());
  AdminResponse given;
  api.handle(request, [&](AdminResponse response) { given = std::move(response); });
  return given;
}

std::string header(const AdminResponse& response, const std::string& name) {
  for (const auto& [known, value] : response.headers)
    if (known == name) return value;
  return "";
}

}  // namespace

TEST_CASE("the page is one file that says what a browser may do with it") {
  const AdminResponse page = get(request());
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK_THAT(page.body, Catch::StartsWith("<!doctype html>"));
  const std::string policy = header(page, "Content-Security-Policy");
  CHECK_THAT(policy, Catch::StartsWith("default-src 'none'; script-src 'sha256-"));
  CHECK_THAT(policy, Catch::EndsWith("; frame-ancestors 'none'"));
  CHECK_THAT(policy, Catch::Contains("connect-src 'self';"));
  CHECK_THAT(policy, !Catch::Contains("unsafe"));
  CHECK_THAT(policy, !Catch::Contains("http"));
}

TEST_CASE("the page is packed for who takes that, and for nobody else") {
  for (const char* accepted : {"gzip", "br, gzip", "gzip;q=0.5", "deflate , gzip ;q=1.0, br"}) {
    INFO(accepted);
    const AdminResponse page = get(request(accepted));
    CHECK(header(page, "Content-Encoding") == "gzip");
    CHECK(page.body == web_page().gzip);
    CHECK_THAT(page.body, Catch::StartsWith("\x1f\x8b"));
  }
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip; q=0.0", "gzipped", ",,", ";"}) {
    INFO(accepted);
    const AdminResponse page = get(request(accepted));
    CHECK(header(page, "Content-Encoding").empty());
    CHECK(page.body == web_page().html);
  }
}

TEST_CASE("a page that is held already is not sent again") {
  const std::string etag = header(get(request()), "ETag");
  CHECK_THAT(etag, Catch::Matches("W/\"[0-9a-f]{64}\""));
  for (const std::string& held : {etag, etag.substr(2), "\"other\", " + etag, std::string("*")}) {
    INFO(held);
    const AdminResponse page = get(request("gzip", held));
    CHECK(page.status == 304);
    CHECK(page.body.empty());
    CHECK(header(page, "ETag") == etag);
    CHECK(header(page, "Content-Encoding").empty());
  }
  CHECK(get(request("", "\"other\"")).status == 200);
}

TEST_CASE("the page itself needs no token, and yet a name that is ours") {
  CHECK(get(request(), "secret").status == 200);
  AdminRequest api = request();
  api.target = "/api/v1/status";
  CHECK(get(api, "secret").status == 401);
  AdminRequest stranger = request();
  stranger.host = "evil.example";
  CHECK(get(stranger, "secret").status == 403);
}
