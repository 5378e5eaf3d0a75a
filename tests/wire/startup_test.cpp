#include "proxy/wire/startup.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;
using Kind = StartupPacket::Kind;

TEST_CASE("a startup packet is incomplete until its last byte") {
  const std::string packet = startup_message({{"user", "ada"}, {"database", "shop"}});
  for (std::size_t size = 0; size < packet.size(); ++size) {
    CHECK(read_startup_packet(as_bytes(packet.substr(0, size))).kind == Kind::incomplete);
  }
  const std::string more = packet + "p...";
  const StartupPacket read = read_startup_packet(as_bytes(more));
  CHECK(read.kind == Kind::startup_message);
  CHECK(read.bytes.size() == packet.size());
}

TEST_CASE("a StartupMessage gives its parameters") {
  const std::string packet =
      startup_message({{"user", "ada"}, {"application_name", "psql"}}, startup_code::protocol_3_2);
  const auto message = StartupMessage::read(as_bytes(packet));
  REQUIRE(message);
  CHECK(message->protocol() == startup_code::protocol_3_2);
  CHECK(message->user() == "ada");
  CHECK(message->database() == "ada");
  CHECK(message->parameter("application_name") == "psql");
  CHECK(message->parameter("replication").empty());
}

TEST_CASE("requests are told from StartupMessages") {
  CHECK(read_startup_packet(as_bytes(ssl_request())).kind == Kind::ssl_request);
  CHECK(read_startup_packet(as_bytes(gssenc_request())).kind == Kind::gssenc_request);
  const std::string version_2 = startup_message({{"user", "ada"}}, 2U << 16U);
  CHECK(read_startup_packet(as_bytes(version_2)).kind == Kind::unknown_version);
  CHECK(read_startup_packet(as_bytes(std::string_view("\x16\x03\x01"))).kind == Kind::direct_tls);
}

TEST_CASE("a CancelRequest's key has 4 to 256 bytes", "[trap:cancel-key-length]") {
  for (const std::size_t size : {4U, 32U, 256U}) {
    const std::string packet = cancel_request(77, std::string(size, 'k'));
    const auto request = CancelRequest::read(as_bytes(packet));
    REQUIRE(request);
    CHECK(request->process_id == 77);
    CHECK(request->secret_key.size() == size);
  }
  for (const std::size_t size : {0U, 3U, 257U}) {
    const std::string packet = cancel_request(77, std::string(size, 'k'));
    CHECK(read_startup_packet(as_bytes(packet)).kind == Kind::invalid);
  }
}

TEST_CASE("an impossible length is refused before the packet is complete",
          "[trap:startup-packet-length]") {
  for (const auto& length : {std::string("\0\0\0\7", 4), std::string("\0\0\x27\x15", 4),
                             std::string("GET ", 4), std::string("\xff\xff\xff\xff", 4)}) {
    CHECK(read_startup_packet(as_bytes(length)).kind == Kind::invalid);
  }
  std::string longest("\0\0\x27\x14", 4);
  CHECK(read_startup_packet(as_bytes(longest)).kind == Kind::incomplete);
}

TEST_CASE("parameters that are not well-formed are no StartupMessage") {
  const std::string whole = startup_message({{"user", "ada"}});
  const auto with_body = [](std::string body) {
    std::string packet = startup_message({});
    packet.erase(8);
    packet += body;
    packet[3] = static_cast<char>(packet.size());
    return packet;
  };
  CHECK(StartupMessage::read(as_bytes(whole)));
  CHECK_FALSE(StartupMessage::read(as_bytes(with_body(""))));
  CHECK_FALSE(StartupMessage::read(as_bytes(with_body("user"))));
  CHECK_FALSE(StartupMessage::read(as_bytes(with_body(std::string("user\0ada\0", 9)))));
  CHECK_FALSE(StartupMessage::read(as_bytes(with_body(std::string("user\0ada\0\0x", 11)))));
}
