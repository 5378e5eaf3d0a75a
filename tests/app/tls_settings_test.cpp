#include "app/tls_settings.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;
using Mode = TlsUpstreamConfig::Mode;

namespace {

std::variant<TlsUpstreamConfig, UrlError> settings(const std::string& url,
                                                   const Config::UpstreamTls& config = {}) {
  return upstream_tls(config, std::get<UpstreamUrl>(parse_upstream(url)));
}

TlsUpstreamConfig good(const std::string& url, const Config::UpstreamTls& config = {}) {
  const auto tls = settings(url, config);
  REQUIRE(std::holds_alternative<TlsUpstreamConfig>(tls));
  return std::get<TlsUpstreamConfig>(tls);
}

std::string wrong(const std::string& url, const Config::UpstreamTls& config = {}) {
  const auto tls = settings(url, config);
  REQUIRE(std::holds_alternative<UrlError>(tls));
  return std::get<UrlError>(tls).message;
}

}  // namespace

TEST_CASE("without a word TLS is preferred, as libpq does") {
  CHECK(good("db").mode == Mode::prefer);
  CHECK(good("postgres://db").mode == Mode::prefer);
}

TEST_CASE("a Unix socket takes no TLS, whatever is asked for") {
  CHECK(good("/run/postgresql").mode == Mode::disable);
  CHECK(good("postgres:///d?host=/run&sslmode=verify-full").mode == Mode::disable);
}

TEST_CASE("a URL's words go before the section's") {
  Config::UpstreamTls config;
  config.mode = "verify-full";
  config.ca = "theirs";
  config.certificate = config.key = "both";
  config.min_version = "1.3";
  const TlsUpstreamConfig own = good(
      "postgres://db?sslmode=require&sslrootcert=ours&sslcert=c&sslkey=k"
      "&ssl_min_protocol_version=TLSv1.2",
      config);
  CHECK(own.mode == Mode::require);
  CHECK(own.ca == "ours");
  CHECK(own.certificate == "c");
  CHECK(own.key == "k");
  CHECK(own.min_version == "1.2");
  const TlsUpstreamConfig theirs = good("postgres://db", config);
  CHECK(theirs.mode == Mode::verify_full);
  CHECK(theirs.ca == "theirs");
  CHECK(theirs.certificate == "both");
  CHECK(theirs.min_version == "1.3");
}

TEST_CASE("every word of libpq is understood") {
  CHECK(good("postgres://db?sslmode=disable").mode == Mode::disable);
  CHECK(good("postgres://db?sslmode=allow").mode == Mode::prefer);
  CHECK(good("postgres://db?sslmode=verify-ca&sslrootcert=f").mode == Mode::verify_ca);
  CHECK(good("postgres://db?sslrootcert=system").mode == Mode::verify_full);
  CHECK_THAT(wrong("postgres://db?sslmode=verify"), Catch::Contains("verify-full"));
  CHECK_THAT(wrong("postgres://db?ssl_min_protocol_version=1.2"), Catch::Contains("TLSv1.2"));
}

TEST_CASE("what cannot be checked is refused") {
  CHECK_THAT(wrong("postgres://db?sslmode=verify-full"), Catch::Contains("sslrootcert"));
  CHECK_THAT(wrong("postgres://db?sslmode=require&sslrootcert=system"),
             Catch::Contains("verify-full"));
  CHECK_THAT(wrong("postgres://db?sslcert=c"), Catch::Contains("sslkey"));
  CHECK_THAT(wrong("postgres://db?sslkey=c"), Catch::Contains("sslcert"));
  CHECK(good("postgres://db?sslmode=disable&sslcert=c").mode == Mode::disable);
}

TEST_CASE("revocation lists are a file or a folder, of the section or of the URL") {
  Config::UpstreamTls config;
  config.ca = "ca";
  config.crl = "theirs";
  using Lists = std::vector<std::string>;
  CHECK(good("postgres://db", {}).crl.empty());
  CHECK(good("postgres://db", config).crl == Lists{"theirs"});
  CHECK(good("postgres://db?sslcrl=ours", config).crl == Lists{"ours"});
  CHECK(good("postgres://db?sslcrldir=/folder", config).crl == Lists{"/folder"});
  CHECK(good("postgres://db?sslcrl=ours&sslcrldir=/folder", config).crl ==
        Lists{"ours", "/folder"});
  CHECK_THAT(wrong("postgres://db?sslcrl=ours"), Catch::Contains("sslrootcert"));
}

TEST_CASE("TLS with clients is handed on as it is configured") {
  Config::ListenTls config;
  CHECK(listen_tls(config).mode == TlsListenConfig::Mode::off);
  config.mode = "require";
  config.certificate = "c";
  config.key = "k";
  config.client_ca = "a";
  config.demand_client_certificate = true;
  config.min_version = "1.3";
  const TlsListenConfig tls = listen_tls(config);
  CHECK(tls.mode == TlsListenConfig::Mode::require);
  CHECK(tls.certificate == "c");
  CHECK(tls.key == "k");
  CHECK(tls.client_ca == "a");
  CHECK(tls.demand_client_certificate);
  CHECK(tls.min_version == "1.3");
}
