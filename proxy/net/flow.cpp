#include "proxy/net/flow.hpp"

#include <cassert>

namespace onetrip {

Flow::Next Flow::forward(Bytes bytes) {
  assert(pending_.empty());
  const auto sent = to_->try_write(bytes);
  if (sent.status == Stream::Status::failed) return Next::sink_lost;
  const Bytes rest = bytes.subspan(sent.size);
  if (rest.empty()) return Next::read;
  pending_.assign(rest.begin(), rest.end());
  return Next::write;
}

Flow::Next Flow::write() {
  const auto sent = to_->try_write(Bytes(pending_).subspan(sent_));
  if (sent.status == Stream::Status::failed) {
    discard();
    return Next::sink_lost;
  }
  sent_ += sent.size;
  if (pending() != 0) return Next::write;
  pending_ = {};
  sent_ = 0;
  return Next::read;
}

void Flow::discard() {
  discarding_ = true;
  pending_ = {};
  sent_ = 0;
}

Flow::Next Flow::end() {
  if (!discarding_) to_->shutdown_write();
  return Next::ended;
}

}  // namespace onetrip
