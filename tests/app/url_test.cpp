#include "app/url.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

std::string endpoint(const std::string& text) {
  const auto parsed = parse_endpoint(text, 6532);
  const auto* found = std::get_if<Endpoint>(&parsed);
  return found == nullptr ? "wrong: " + std::get<UrlError>(parsed).message : found->text();
}

UpstreamUrl upstream(const std::string& text) {
  const auto parsed = parse_upstream(text);
  INFO(text);
  REQUIRE(std::holds_alternative<UpstreamUrl>(parsed));
  return std::get<UpstreamUrl>(parsed);
}

std::string wrong(const std::string& text) {
  const auto parsed = parse_upstream(text);
  INFO(text);
  REQUIRE(std::holds_alternative<UrlError>(parsed));
  return std::get<UrlError>(parsed).message;
}

}  // namespace

TEST_CASE("addresses come in the forms that people write") {
  CHECK(endpoint("127.0.0.1:1") == "127.0.0.1:1");
  CHECK(endpoint("localhost") == "localhost:6532");
  CHECK(endpoint("[::1]:5") == "[::1]:5");
  CHECK(endpoint("[::1]") == "[::1]:6532");
  CHECK(endpoint(":5") == ":5");
  CHECK(endpoint("/run/pg") == "/run/pg/.s.PGSQL.6532");
  CHECK(endpoint("/run/pg/:5433") == "/run/pg/.s.PGSQL.5433");
  CHECK(endpoint("/run/pg/.s.PGSQL.5433") == "/run/pg/.s.PGSQL.5433");
}

TEST_CASE("what is no address is told why") {
  CHECK_THAT(endpoint("host:99999"), Catch::Contains("99999"));
  CHECK_THAT(endpoint("host:"), Catch::StartsWith("wrong"));
  CHECK_THAT(endpoint("host:5x"), Catch::StartsWith("wrong"));
  CHECK_THAT(endpoint("::1"), Catch::Contains("brackets"));
  CHECK_THAT(endpoint("[::1"), Catch::StartsWith("wrong"));
  CHECK_THAT(endpoint("[::1]5"), Catch::StartsWith("wrong"));
  CHECK_THAT(endpoint(""), Catch::StartsWith("wrong"));
  CHECK_THAT(endpoint("a b"), Catch::Contains("blanks"));
  CHECK_THAT(endpoint("/" + std::string(200, 'x')), Catch::Contains("too long"));
}

TEST_CASE("an upstream is a URL as libpq takes it") {
  const UpstreamUrl full = upstream("postgres://me:p%40ss@db.example:5433/shop?sslmode=prefer");
  CHECK(full.endpoint.host == "db.example");
  CHECK(full.endpoint.port == 5433);
  CHECK(full.user == "me");
  CHECK(full.password == "p@ss");
  CHECK(full.database == "shop");
  CHECK(full.tls.mode == "prefer");
  CHECK(upstream("postgresql://db").endpoint.port == 5432);
  CHECK(upstream("postgres:///shop").endpoint.host == "localhost");
  CHECK(upstream("postgres://:5433/").endpoint.text() == "localhost:5433");
  CHECK(upstream("postgres://[::1]:5433/x").endpoint.host == "::1");
  CHECK(upstream("postgres://u@h?user=v").user == "v");
}

TEST_CASE("a socket may stand in the host, encoded, or in a parameter") {
  CHECK(upstream("postgres://%2Frun%2Fpg/shop").endpoint.unix_dir == "/run/pg");
  CHECK(upstream("postgres:///shop?host=/run/pg&port=5433").endpoint.unix_path() ==
        "/run/pg/.s.PGSQL.5433");
  CHECK(upstream("/run/pg").endpoint.unix_dir == "/run/pg");
}

TEST_CASE("an address may stand beside the name that TLS is for") {
  const UpstreamUrl both = upstream("postgres://db/shop?hostaddr=::1&host=other&port=5433");
  CHECK(both.endpoint.host == "other");
  CHECK(both.endpoint.hostaddr == "::1");
  CHECK(both.endpoint.port == 5433);
  CHECK(both.endpoint.is_local());
  CHECK_THAT(wrong("postgres://db?hostaddr=other"), Catch::Contains("hostaddr"));
}

TEST_CASE("what is encoded reads back") {
  const std::string any = "a b/c?d=e&f%g@h:\x01\xff";
  std::string decoded;
  REQUIRE(percent_decode(percent_encode(any), decoded));
  CHECK(decoded == any);
}

TEST_CASE("a password may hold what a URL has for marks") {
  CHECK(upstream("postgres://u:p@ss@h/d").password == "p@ss");
  CHECK(upstream("postgres://u:p:q@h/d").password == "p:q");
}

TEST_CASE("a broken URL is told why, without its password") {
  CHECK_THAT(wrong("mysql://h"), Catch::Contains("postgres://"));
  CHECK_THAT(wrong("postgres://a,b/d"), Catch::Contains("several hosts"));
  for (const char* text :
       {"postgres://u:hunter2%@h", "postgres://u:hunter2%zz@h", "postgres://h:x/",
        "postgres://h%00/", "postgres://h/%", "postgres://h/?port=x", "postgres://h?a=%1"}) {
    CHECK_THAT(wrong(text), !Catch::Contains("hunter2"));
  }
}

TEST_CASE("passwords are masked wherever they stand") {
  CHECK(masked("postgres://u:secret@h/d") == "postgres://u:***@h/d");
  CHECK(masked("postgres://u:sec/ret@h/d") == "postgres://u:***@h/d");
  CHECK(masked("postgres://u:se@cret@h/d") == "postgres://u:***@h/d");
  CHECK(masked("postgres://u@h/d?password=secret&x=1") == "postgres://u@h/d?password=***&x=1");
  CHECK(masked("host=h password=secret user=u") == "host=h password=*** user=u");
  CHECK(masked("password = 'se cr\\'et' host=h") == "password = *** host=h");
  CHECK(masked("sslpassword=secret") == "sslpassword=***");
  CHECK(masked("postgres://u@h:5432/d") == "postgres://u@h:5432/d");
  CHECK(masked("host=h") == "host=h");
  CHECK(masked("password=") == "password=");
}

TEST_CASE("a URL cut anywhere is read or refused, and its mask shows no secret") {
  const std::string whole = "postgres://me:hunter2@[::1]:5433/shop?host=%2Ftmp&password=hunter2";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const std::string text = whole.substr(0, cut);
    CHECK(parse_upstream(text).index() < 2);
    if (text.find('@') != std::string::npos) CHECK_THAT(masked(text), !Catch::Contains("hunter2"));
  }
}
