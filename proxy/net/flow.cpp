#include "proxy/net/flow.hpp"

#include <cassert>
#include <new>

namespace onetrip {

Flow::Next Flow::forward(Bytes bytes) {
  assert(pending_.empty());
  if (bytes.empty()) return Next::again;
  const Transfer sent = to_->try_write(bytes);
  if (sent.status == Transfer::Status::failed) return Next::sink_lost;
  const Bytes rest = bytes.subspan(sent.size);
  if (rest.empty()) return Next::again;
  pending_.assign(rest.begin(), rest.end());
  return Next::wait;
}

bool Flow::post(Bytes bytes) {
  posted_ = !bytes.empty() && to_->post(bytes, *this);
  return posted_;
}

// Others of the batch are told after us, and no guard of ours is on the stack: what is thrown here
// is thrown once more when advance() is called.
void Flow::posted(Transfer what, Bytes rest) noexcept {
  posted_ = false;
  if (discarding_) return;
  lost_ = what.status == Transfer::Status::failed;
  try {
    if (lost_) return to_->socket().again();
    pending_.assign(rest.begin(), rest.end());
  } catch (const std::bad_alloc&) {
    faulted_ = true;
  }
}

Flow::Next Flow::settle() {
  to_->socket().settle();
  return owes() ? flush() : Next::again;
}

Flow::Next Flow::flush() {
  if (faulted_) throw std::bad_alloc();
  if (lost_) {
    discard();
    return Next::sink_lost;
  }
  if (!to_->may_write()) return Next::wait;
  const Transfer sent = to_->try_write(Bytes(pending_).subspan(sent_));
  if (sent.status == Transfer::Status::failed) {
    discard();
    return Next::sink_lost;
  }
  sent_ += sent.size;
  if (pending() != 0) return Next::wait;
  pending_ = std::vector<std::byte>();  // with its memory, which = {} would keep
  sent_ = 0;
  return Next::again;
}

void Flow::discard() {
  discarding_ = true;
  lost_ = faulted_ = false;
  pending_ = std::vector<std::byte>();  // with its memory, which = {} would keep
  sent_ = 0;
}

Flow::Next Flow::end() {
  if (!discarding_) to_->shutdown_write();
  return Next::ended;
}

}  // namespace onetrip
