#include <cstdint>
#include <cstdlib>

#include "proxy/session/handshake.hpp"

using namespace onetrip;

namespace {

struct End {
  Handshake::Action action = Handshake::Action::read_more;
  std::size_t packet = 0;
};

End walk(Bytes bytes, std::size_t chunk) {
  Handshake handshake;
  End end;
  while (!bytes.empty()) {
    const Bytes part = bytes.first(std::min(chunk, bytes.size()));
    bytes = bytes.subspan(part.size());
    const auto step = handshake.feed(part);
    end = {step.action, step.packet.size()};
    if (step.packet.size() > max_startup_packet && step.action != Handshake::Action::direct_tls) {
      std::abort();
    }
    const bool goes_on = step.action == Handshake::Action::read_more ||
                         step.action == Handshake::Action::answer_ssl ||
                         step.action == Handshake::Action::answer_gssenc;
    if (!goes_on) break;
  }
  return end;
}

}  // namespace

/// A packet is the same however it is cut; its parameters are views within it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const End whole = walk(bytes, size == 0 ? 1 : size);
  const End cut = walk(bytes, 1);
  // Bytes behind a request are refused only when they come with it.
  const bool comparable =
      whole.action != Handshake::Action::refuse && whole.action != Handshake::Action::direct_tls;
  if (comparable && (whole.action != cut.action || whole.packet != cut.packet)) std::abort();

  if (const auto message = StartupMessage::read(bytes)) {
    for (const auto& [name, value] : message->parameters()) {
      if (name.empty() || name.size() + value.size() > size) std::abort();
    }
    if (message->parameter("database").empty() && message->database() != message->user()) {
      std::abort();
    }
  }
  if (const auto request = CancelRequest::read(bytes)) {
    if (request->secret_key.size() < 4 || request->secret_key.size() > 256) std::abort();
  }
  return 0;
}
