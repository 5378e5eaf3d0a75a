#include "proxy/session/handshake.hpp"

namespace onetrip {

Handshake::Step Handshake::feed(Bytes bytes) {
  if (answered_) {
    buffer_.clear();
    answered_ = false;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  const StartupPacket packet = read_startup_packet(buffer_);
  Step step;
  step.packet = packet.bytes;
  switch (packet.kind) {
    case StartupPacket::Kind::incomplete:
      return step;
    case StartupPacket::Kind::ssl_request:
      return request(Action::answer_ssl, ssl_requested_, packet);
    case StartupPacket::Kind::gssenc_request:
      return request(Action::answer_gssenc, gssenc_requested_, packet);
    case StartupPacket::Kind::startup_message:
    case StartupPacket::Kind::unknown_version:
      step.action = Action::connect;
      step.rest = Bytes(buffer_).subspan(packet.bytes.size());
      return step;
    case StartupPacket::Kind::cancel_request:
      step.action = Action::cancel;
      return step;
    case StartupPacket::Kind::direct_tls:
      step.action = Action::direct_tls;
      return step;
    case StartupPacket::Kind::invalid:
      return refuse("invalid length of startup packet");
  }
  return step;
}

/// Bytes behind a request would be read as if they had come encrypted (CVE-2021-23214 and its kin).
Handshake::Step Handshake::request(Action action, bool& seen, const StartupPacket& packet) {
  if (seen) return refuse("encryption was requested twice");
  if (buffer_.size() != packet.bytes.size()) return refuse("bytes behind an encryption request");
  seen = true;
  answered_ = true;
  Step step;
  step.action = action;
  step.packet = packet.bytes;
  return step;
}

Handshake::Step Handshake::refuse(std::string_view reason) const {
  Step step;
  step.action = Action::refuse;
  step.reason = reason;
  return step;
}

}  // namespace onetrip
