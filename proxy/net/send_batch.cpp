#include "proxy/net/send_batch.hpp"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace onetrip {
namespace {

constexpr int send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;

}  // namespace

ssize_t send_now(int fd, Bytes bytes) {
  while (true) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), send_flags);
    if (sent >= 0) return sent;
    if (errno != EINTR) return -errno;
  }
}

struct SendBatch::Ring {
  /// Nothing where it is not permitted.
  static std::unique_ptr<Ring> make() {
    auto ring = std::make_unique<Ring>();
    // Completions are told when asked for, on the thread that asks.
    constexpr unsigned flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    ring->is_open = ::io_uring_queue_init(most, &ring->uring, flags) == 0;
    return ring->is_open ? std::move(ring) : nullptr;
  }
  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    if (is_open) ::io_uring_queue_exit(&uring);
  }

  /// How many of the queued sends the kernel took; fewer only when it has no memory.
  std::size_t submit(std::size_t queued) {
    std::size_t taken = 0;
    while (taken < queued) {
      const auto rest = static_cast<unsigned>(queued - taken);
      const int more = ::io_uring_submit_and_wait(&uring, rest);
      if (more == -EINTR) continue;
      if (more <= 0) break;
      taken += static_cast<std::size_t>(more);
    }
    return taken;
  }

  io_uring uring{};
  bool is_open = false;
};

SendBatch::SendBatch(std::size_t worthwhile) : worthwhile_(worthwhile) {}
SendBatch::~SendBatch() = default;

void SendBatch::open() {
  if (worthwhile_ == 0 || ring_) return;
  ring_ = Ring::make();
  if (ring_) memory_ = std::make_unique<std::array<std::byte, most_bytes>>();
}

void SendBatch::begin(std::size_t events) {
  takes_ = ring_ != nullptr && events >= worthwhile_;
}

bool SendBatch::add(int fd, Bytes bytes, Sender& sender, Peer peer) {
  if (!takes_ || count_ == most || bytes.size() > std::min(longest, most_bytes - bytes_))
    return false;
  const auto kept = std::span(*memory_).subspan(bytes_, bytes.size());
  std::copy(bytes.begin(), bytes.end(), kept.begin());
  bytes_ += bytes.size();
  entries_[count_++] = {fd, kept, &sender, std::nullopt, peer};
  return true;
}

void SendBatch::end() {
  submit();
  takes_ = false;
}

void SendBatch::submit() {
  if (count_ == 0) return;
  if (count_ > 1 || worthwhile_ == 1) send_together();
  const auto entries = std::span(entries_).first(count_);
  count_ = bytes_ = 0;
  for (Entry& entry : entries) {
    if (!entry.result) entry.result = send_now(entry.fd, entry.bytes);
  }
  for (const Entry& entry : entries) {
    entry.sender->sent(*entry.result, entry.bytes);
    // Not left in memory, where a core dump would show it.
    std::fill(entry.bytes.begin(), entry.bytes.end(), std::byte{0});
  }
  assert(count_ == 0);
}

// With MSG_DONTWAIT each is over when the kernel has taken it. What it did not take has no result.
void SendBatch::send_together() {
  std::array<Entry*, most> queue;
  std::size_t queued = 0;
  for (const Peer peer : {Peer::server, Peer::client}) {
    for (Entry& entry : std::span(entries_).first(count_)) {
      if (entry.peer != peer) continue;
      io_uring_sqe* slot = ::io_uring_get_sqe(&ring_->uring);
      ::io_uring_prep_send(slot, entry.fd, entry.bytes.data(), entry.bytes.size(), send_flags);
      slot->user_data = queued;
      queue[queued++] = &entry;
    }
  }
  const std::size_t taken = ring_->submit(queued);
  // What is not known to have been sent has broken its connection.
  for (Entry* entry : std::span(queue).first(taken)) entry->result = -EIO;
  std::size_t heard = 0;
  for (; heard < taken; ++heard) {
    io_uring_cqe* done = nullptr;
    int error = 0;
    do {
      error = ::io_uring_wait_cqe(&ring_->uring, &done);
    } while (error == -EINTR);
    if (error != 0) break;
    queue[done->user_data]->result = done->res;
    ::io_uring_cqe_seen(&ring_->uring, done);
  }
  // What is told late must not be taken for what the next batch is told.
  if (heard < queued) {
    ring_.reset();  // with what it still holds
    takes_ = false;
  }
}

}  // namespace onetrip
