#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/wire/startup.hpp"

namespace onetrip {

/// The first bytes of a client, up to the packet that says what it wants of the server. Pure: it
/// says what to do, the net room does it.
///
/// Call order: (feed)* until an action other than `read_more` comes; after `answer_ssl` and
/// `answer_gssenc` send the answer and go on feeding; after every other action feed no more.
class Handshake {
 public:
  enum class Action : std::uint8_t {
    read_more,      ///< the packet is not complete
    answer_ssl,     ///< SSLRequest: answer 'N' (or 'S', then TLS, then feed what is inside)
    answer_gssenc,  ///< GSSENCRequest: answer 'N'
    connect,        ///< StartupMessage, or what a server of another version may take for one:
                    ///< connect, forward `packet` and then `rest`, verbatim
    cancel,      ///< CancelRequest: forward `packet` on a connection of its own, wait for its end
    direct_tls,  ///< TLS without SSLRequest: `packet` is all that was read; not spoken yet: close
    refuse,      ///< send `error` (may be empty) and close; `reason` is for the log
  };

  /// Views live until the next feed, or as long as the Handshake.
  struct Step {
    Action action = Action::read_more;
    Bytes packet;
    Bytes rest;  ///< of connect: bytes that came behind the packet, the session's first ones
    std::string error;
    std::string_view reason;
  };

  Step feed(Bytes bytes);

  /// Something was read of a packet that is not complete: an end now is a broken client, not a
  /// probe.
  bool in_packet() const { return !buffer_.empty(); }

 private:
  Step request(Action action, bool& seen, const StartupPacket& packet);
  Step refuse(std::string_view reason) const;

  std::vector<std::byte> buffer_;
  bool ssl_requested_ = false;
  bool gssenc_requested_ = false;
  bool answered_ = false;  // the packet in buffer_ was acted on
};

}  // namespace onetrip
