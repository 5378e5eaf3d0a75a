#include "proxy/session/handshake.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace onetrip;
using Action = Handshake::Action;

namespace {

/// Actions that follow when each text is fed in turn.
std::vector<Action> actions(const std::vector<std::string>& texts) {
  Handshake handshake;
  std::vector<Action> list;
  for (const std::string& text : texts) list.push_back(handshake.feed(as_bytes(text)).action);
  return list;
}

const std::string startup = startup_message({{"user", "ada"}});

}  // namespace

TEST_CASE("a StartupMessage is forwarded as it came, with what followed it") {
  Handshake handshake;
  const auto step = handshake.feed(as_bytes(startup + "Q..."));
  CHECK(step.action == Action::connect);
  CHECK(as_text(step.packet) == startup);
  CHECK(as_text(step.rest) == "Q...");
}

TEST_CASE("a packet may come byte by byte", "[trap:startup-cut-anywhere]") {
  Handshake handshake;
  CHECK_FALSE(handshake.in_packet());
  for (std::size_t i = 0; i + 1 < startup.size(); ++i) {
    CHECK(handshake.feed(as_bytes(startup.substr(i, 1))).action == Action::read_more);
    CHECK(handshake.in_packet());
  }
  const auto step = handshake.feed(as_bytes(startup.substr(startup.size() - 1)));
  CHECK(step.action == Action::connect);
  CHECK(as_text(step.packet) == startup);
  CHECK(step.rest.empty());
}

TEST_CASE("SSLRequest and GSSENCRequest come in either order, each once",
          "[trap:requests-once-each][CVE-2026-6479]") {
  CHECK(actions({ssl_request(), gssenc_request(), startup}) ==
        std::vector{Action::answer_ssl, Action::answer_gssenc, Action::connect});
  CHECK(actions({gssenc_request(), ssl_request(), startup}) ==
        std::vector{Action::answer_gssenc, Action::answer_ssl, Action::connect});
  CHECK(actions({ssl_request(), ssl_request()}) == std::vector{Action::answer_ssl, Action::refuse});
  CHECK(actions({gssenc_request(), ssl_request(), gssenc_request()}) ==
        std::vector{Action::answer_gssenc, Action::answer_ssl, Action::refuse});
}

TEST_CASE("bytes behind SSLRequest or GSSENCRequest are refused: they would pass as encrypted",
          "[trap:bytes-behind-request][CVE-2021-3935]") {
  CHECK(actions({ssl_request() + startup}) == std::vector{Action::refuse});
  CHECK(actions({gssenc_request() + "x"}) == std::vector{Action::refuse});
}

TEST_CASE("requests without end are refused at the third, wherever they are cut",
          "[trap:requests-without-end][trap:startup-cut-anywhere]") {
  Handshake handshake;
  const std::string requests = ssl_request() + gssenc_request() + ssl_request();
  std::vector<Action> list;
  for (const char byte : requests) {
    list.push_back(handshake.feed(as_bytes({&byte, 1})).action);
  }
  const auto count = [&](Action action) { return std::count(list.begin(), list.end(), action); };
  CHECK(count(Action::answer_ssl) == 1);
  CHECK(count(Action::answer_gssenc) == 1);
  CHECK(list.back() == Action::refuse);
}

TEST_CASE("a cancel request stands for itself, also after SSLRequest",
          "[trap:cancel-own-connection]") {
  const std::string cancel = cancel_request(77, "key!");
  Handshake handshake;
  const auto step = handshake.feed(as_bytes(cancel));
  CHECK(step.action == Action::cancel);
  CHECK(as_text(step.packet) == cancel);
  CHECK(actions({ssl_request(), cancel}) == std::vector{Action::answer_ssl, Action::cancel});
}

TEST_CASE("TLS without a request is told") {
  CHECK(actions({"\x16\x03\x01..."}) == std::vector{Action::direct_tls});
}

TEST_CASE("what is no packet is refused without an answer, as a server does") {
  Handshake handshake;
  const auto step = handshake.feed(as_bytes(std::string_view("GET / HTTP/1.1\r\n")));
  CHECK(step.action == Action::refuse);
  CHECK(step.error.empty());
  CHECK_FALSE(step.reason.empty());
}

TEST_CASE("a protocol version that is not known here is the server's to refuse",
          "[trap:protocol-version]") {
  for (const std::uint32_t protocol : {2U << 16U, 4U << 16U, 1234U << 16U | 5999U}) {
    const std::string packet = startup_message({{"user", "ada"}}, protocol);
    Handshake handshake;
    const auto step = handshake.feed(as_bytes(packet));
    CHECK(step.action == Action::connect);
    CHECK(as_text(step.packet) == packet);
  }
}

TEST_CASE("a startup packet of the greatest length passes, a longer one does not",
          "[trap:startup-packet-length]") {
  // 10,000 bytes behind the length, which PostgreSQL 15 takes, and no more.
  const std::string filled = startup_message({{"user", std::string(9'989, 'a')}});
  REQUIRE(filled.size() == max_startup_packet);
  CHECK(actions({filled}) == std::vector{Action::connect});
  CHECK(actions({startup_message({{"user", std::string(9'990, 'a')}})}) ==
        std::vector{Action::refuse});
}
