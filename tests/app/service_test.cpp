#include "app/service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "app/http_client.hpp"
#include "app/status_text.hpp"
#include "app/url.hpp"

using namespace onetrip;
using boost::asio::ip::tcp;

namespace {

/// Free ports on loopback, and an upstream where nobody listens.
Config on_free_ports() {
  Config config;
  config.proxies[0] = {{"127.0.0.1:0"}, "127.0.0.1:1"};
  config.admin.listen = "127.0.0.1:0";
  return config;
}

HttpAnswer get(const Service& service, const std::string& target) {
  std::string error;
  const auto where = std::get<Endpoint>(parse_endpoint(service.admin_address(), 0));
  const auto answer = http_get(where, target, "", std::chrono::seconds(20), error);
  INFO(error);
  REQUIRE(answer);
  return *answer;
}

}  // namespace

TEST_CASE("a service that runs answers on its admin port") {
  Service service(on_free_ports(), {}, [] {});
  service.start();
  CHECK(get(service, "/healthz").status == 200);
  CHECK(get(service, "/readyz").status == 200);
  const HttpAnswer status = get(service, "/api/v1/status");
  CHECK(boost::json::parse(status.body).at("state") == "ready");
  CHECK_FALSE(status_text(status.body).empty());
  CHECK_THAT(get(service, "/metrics").body, Catch::Contains("\nonetrip_up 1\n"));
  CHECK(
      boost::json::parse(get(service, "/api/v1/findings").body).at("findings").as_array().empty());
  service.drain(std::chrono::milliseconds(0));
  CHECK(get(service, "/readyz").status == 503);
}

TEST_CASE("an upstream that is down is told, and does not keep the service from running") {
  Service service(on_free_ports(), {}, [] {});
  service.start();
  REQUIRE(service.unreachable().size() == 1);
  CHECK_THAT(service.unreachable()[0], Catch::Contains("127.0.0.1:1"));
  REQUIRE(service.not_checked().size() == 1);
  CHECK_THAT(service.not_checked()[0], Catch::Contains("No connection came yet"));
}

TEST_CASE("a port that is taken is told") {
  boost::asio::io_context context;
  const tcp::acceptor taken(context, {boost::asio::ip::address_v4::loopback(), 0});
  const std::string port = std::to_string(taken.local_endpoint().port());

  Config config = on_free_ports();
  config.admin.listen = "127.0.0.1:" + port;
  Service admin(config, {}, [] {});
  CHECK_THROWS_WITH(admin.start(), Catch::Contains(port) && Catch::Contains("admin"));

  config = on_free_ports();
  config.proxies[0].listen = {"127.0.0.1:" + port};
  Service proxy(config, {}, [] {});
  CHECK_THROWS_WITH(proxy.start(), Catch::Contains(port));
}

TEST_CASE("without an admin port there is none") {
  Config config = on_free_ports();
  config.admin.listen = "off";
  Service service(config, {}, [] {});
  service.start();
  CHECK(service.admin_address().empty());
}

TEST_CASE("a token file that is empty or missing is told") {
  Config config = on_free_ports();
  config.admin.token_file = "/nonexistent/token";
  CHECK_THROWS_WITH(Service(config, {}, [] {}), Catch::Contains("/nonexistent/token"));
  config.admin.token_file = "/dev/null";
  CHECK_THROWS_WITH(Service(config, {}, [] {}), Catch::Contains("is empty"));
}
