#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// A protocol version, or one of the request codes that stand in its place (manual, 55.7).
namespace startup_code {
inline constexpr std::uint32_t protocol_3_0 = 3U << 16U, protocol_3_2 = (3U << 16U) | 2U,
                               cancel_request = 1234U << 16U | 5678U,
                               ssl_request = 1234U << 16U | 5679U,
                               gssenc_request = 1234U << 16U | 5680U;
}  // namespace startup_code

/// The longest packet a server takes before authentication: 10,000 bytes behind its length.
inline constexpr std::size_t max_startup_packet = 10'004;

/// What a client may send first, before messages have types.
///
///   packet = length:Int32 code:Int32 body
struct StartupPacket {
  enum class Kind : std::uint8_t {
    incomplete,       ///< needs more bytes
    startup_message,  ///< protocol version 3.x
    ssl_request,      ///<
    gssenc_request,   ///<
    cancel_request,   ///< CancelRequest, its key is 4 to 256 bytes
    direct_tls,       ///< a TLS ClientHello without SSLRequest (PostgreSQL 17 clients)
    unknown_version,  ///< a protocol version that is not 3.x; the server says what it thinks
    invalid,          ///< not a packet: its length is impossible
  };
  Kind kind = Kind::incomplete;
  Bytes bytes;  ///< the whole packet, length included; a view into what was read
  std::uint32_t code = 0;
};

/// Reads the packet at the front of `bytes`.
StartupPacket read_startup_packet(Bytes bytes);

/// A view of a StartupMessage: lives as long as the packet's bytes.
///
///   body = { name:String value:String }* zero:Byte1
class StartupMessage {
 public:
  using Parameter = std::pair<std::string_view, std::string_view>;

  /// Nothing if the packet is no StartupMessage, or its parameters are not well-formed.
  static std::optional<StartupMessage> read(Bytes packet);

  std::uint32_t protocol() const { return protocol_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// Empty when absent.
  std::string_view parameter(std::string_view name) const;
  std::string_view user() const { return parameter("user"); }
  /// The user's name where none is given, as the server does.
  std::string_view database() const;

 private:
  std::uint32_t protocol_ = 0;
  std::vector<Parameter> parameters_;
};

/// A view of a CancelRequest. With protocol 3.2 the secret key may be up to 256 bytes long.
struct CancelRequest {
  std::uint32_t process_id = 0;
  Bytes secret_key;

  static std::optional<CancelRequest> read(Bytes packet);
};

/// Packets, for tests and tools.
std::string startup_message(const std::vector<StartupMessage::Parameter>& parameters,
                            std::uint32_t protocol = startup_code::protocol_3_0);
std::string ssl_request();
std::string gssenc_request();
std::string cancel_request(std::uint32_t process_id, std::string_view secret_key);

}  // namespace onetrip
