#include "app/doctor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "app/probe.hpp"

using namespace onetrip;
using boost::asio::ip::tcp;

namespace {

Checks of_upstream(const std::string& url) {
  Checks checks;
  check_upstream({}, std::get<UpstreamUrl>(parse_upstream(url)), checks);
  return checks;
}

Checks of_listening(const std::string& listen, const std::string& upstream) {
  Config config;
  config.proxies[0] = {{listen}, upstream};
  Checks checks;
  check_listening(config, checks);
  return checks;
}

}  // namespace

TEST_CASE("a check reads as one line with what mends it") {
  Checks checks;
  checks.ok("upstream db", "is reached");
  checks.fail("admin", "it is \x1b[31mtaken", "take another");
  const std::string text = doctor_text(checks);
  CHECK_THAT(text, Catch::StartsWith("ok       upstream db: is reached.\n"));
  CHECK_THAT(text, Catch::Contains("\nfail     admin: ") &&
                       Catch::EndsWith(". To mend it: take another.\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(checks.failed());
}

TEST_CASE("checks are a list as JSON") {
  Checks checks;
  checks.warn("catalog", "none", "give one");
  CHECK_FALSE(checks.failed());
  const auto list = boost::json::parse(doctor_json(checks)).at("checks").as_array();
  REQUIRE(list.size() == 1);
  CHECK(list[0].at("status") == "warning");
  CHECK(list[0].at("check") == "catalog");
  CHECK(list[0].at("fix") == "give one");
}

TEST_CASE("an upstream where nobody listens fails with what to do") {
  const Checks checks = of_upstream("postgres://127.0.0.1:1");
  REQUIRE(checks.failed());
  CHECK_THAT(checks.all().back().text, Catch::Contains("refused"));
  CHECK_THAT(checks.all().back().fix, Catch::Contains("start the server"));
}

TEST_CASE("a socket folder without a server fails with what to do") {
  const Checks checks = of_upstream("/nonexistent");
  REQUIRE(checks.all().size() == 1);
  CHECK_THAT(checks.all()[0].fix, Catch::Contains("unix_socket_directories"));
}

TEST_CASE("a name that does not exist fails") {
  CHECK(of_upstream("postgres://no-such-host.invalid").failed());
}

TEST_CASE("a certificate that nobody is shown is told") {
  Config config;
  config.proxies[0] = {{"127.0.0.1:0"}, "localhost"};
  config.listen_tls.certificate = "c";
  Checks checks;
  check_listening(config, checks);
  REQUIRE(checks.all().size() == 1);
  CHECK_THAT(checks.all()[0].fix, Catch::Contains("listen.tls.mode"));
}

TEST_CASE("knocking tells what is there") {
  boost::asio::io_context context;
  const tcp::acceptor open(context, {boost::asio::ip::address_v4::loopback(), 0});
  const Endpoint there{"127.0.0.1", "", open.local_endpoint().port(), ""};
  CHECK(why_unreachable(there, std::chrono::seconds(20)).empty());
  const Lookup found = resolve(there);
  REQUIRE(found.addresses.size() == 1);
  CHECK(knock(found.addresses[0], std::chrono::seconds(20)).connection);
}

TEST_CASE("listening beyond this machine warns of pg_hba.conf and of clear text") {
  CHECK(of_listening("127.0.0.1:6532", "localhost").all().empty());
  CHECK(of_listening("/run", "localhost").all().empty());
  const Checks local = of_listening(":6532", "/run/postgresql");
  REQUIRE(local.all().size() == 2);
  CHECK_THAT(local.all()[0].text, Catch::Contains("pg_hba.conf"));
  CHECK_THAT(local.all()[1].fix, Catch::Contains("listen.tls.mode"));
  CHECK(of_listening("0.0.0.0:6532", "postgres://db").all().size() == 1);
}
