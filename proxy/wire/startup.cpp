#include "proxy/wire/startup.hpp"

#include <algorithm>

#include "proxy/wire/build.hpp"

namespace onetrip {

namespace {

constexpr std::byte tls_handshake_record{0x16};
constexpr std::size_t min_packet = 8;      // length and code
constexpr std::size_t request_packet = 8;  // of SSLRequest and GSSENCRequest
constexpr std::size_t cancel_head = 12;    // length, code and process ID
constexpr std::size_t max_secret_key = 256;

StartupPacket::Kind kind_of(std::uint32_t code, std::size_t length) {
  using Kind = StartupPacket::Kind;
  switch (code) {
    case startup_code::ssl_request:
      return length == request_packet ? Kind::ssl_request : Kind::invalid;
    case startup_code::gssenc_request:
      return length == request_packet ? Kind::gssenc_request : Kind::invalid;
    case startup_code::cancel_request:
      return length >= cancel_head + 4 && length <= cancel_head + max_secret_key
                 ? Kind::cancel_request
                 : Kind::invalid;
    default:
      return code >> 16U == 3 ? Kind::startup_message : Kind::unknown_version;
  }
}

std::string packet(std::uint32_t code, std::string_view body) {
  std::string bytes;
  append(bytes, static_cast<std::uint32_t>(body.size() + min_packet));
  append(bytes, code);
  bytes += body;
  return bytes;
}

}  // namespace

StartupPacket read_startup_packet(Bytes bytes) {
  StartupPacket packet;
  if (!bytes.empty() && bytes.front() == tls_handshake_record) {
    packet.kind = StartupPacket::Kind::direct_tls;
    packet.bytes = bytes;
    return packet;
  }
  if (bytes.size() < 4) return packet;
  Cursor cursor(bytes);
  const std::size_t length = cursor.u32();
  if (length < min_packet || length > max_startup_packet) {
    packet.kind = StartupPacket::Kind::invalid;
    return packet;
  }
  if (bytes.size() < length) return packet;
  packet.bytes = bytes.first(length);
  packet.code = cursor.u32();
  packet.kind = kind_of(packet.code, length);
  return packet;
}

std::optional<StartupMessage> StartupMessage::read(Bytes packet) {
  const StartupPacket read = read_startup_packet(packet);
  if (read.kind != StartupPacket::Kind::startup_message) return std::nullopt;
  StartupMessage message;
  message.protocol_ = read.code;
  Cursor cursor(read.bytes.subspan(min_packet));
  for (;;) {
    const std::string_view name = cursor.string();
    if (cursor.failed()) return std::nullopt;
    if (name.empty()) break;
    message.parameters_.emplace_back(name, cursor.string());
  }
  return cursor.left() == 0 ? std::optional(std::move(message)) : std::nullopt;
}

std::string_view StartupMessage::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& one) { return one.first == name; });
  return found == parameters_.end() ? std::string_view{} : found->second;
}

std::string_view StartupMessage::database() const {
  const std::string_view named = parameter("database");
  return named.empty() ? user() : named;
}

std::optional<CancelRequest> CancelRequest::read(Bytes packet) {
  const StartupPacket read = read_startup_packet(packet);
  if (read.kind != StartupPacket::Kind::cancel_request) return std::nullopt;
  Cursor cursor(read.bytes.subspan(min_packet));
  CancelRequest request;
  request.process_id = cursor.u32();
  request.secret_key = cursor.rest();
  return request;
}

std::string startup_message(const std::vector<StartupMessage::Parameter>& parameters,
                            std::uint32_t protocol) {
  std::string body;
  for (const auto& [name, value] : parameters) {
    append_string(body, name);
    append_string(body, value);
  }
  body += '\0';
  return packet(protocol, body);
}

std::string ssl_request() {
  return packet(startup_code::ssl_request, {});
}

std::string gssenc_request() {
  return packet(startup_code::gssenc_request, {});
}

std::string cancel_request(std::uint32_t process_id, std::string_view secret_key) {
  std::string body;
  append(body, process_id);
  body += secret_key;
  return packet(startup_code::cancel_request, body);
}

}  // namespace onetrip
