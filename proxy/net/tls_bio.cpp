#include "proxy/net/tls_bio.hpp"

#include <openssl/bio.h>

#include <algorithm>
#include <new>

namespace onetrip {
namespace {

// A batch of records (64 KB) always finds room; a peer that demands answers to its KeyUpdates and
// reads none is not read from any more.
constexpr std::size_t most_outgoing = 96 * 1024;

TlsTransport& transport_of(BIO* bio) {
  return *static_cast<TlsTransport*>(BIO_get_data(bio));
}

int read_some(BIO* bio, char* to, std::size_t limit, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const Transfer read = transport_of(bio).read({reinterpret_cast<std::byte*>(to), limit});
  *got = read.size;
  if (read.status == Transfer::Status::would_block) BIO_set_retry_read(bio);
  return read.status == Transfer::Status::done ? 1 : -1;
}

int write_all(BIO* bio, const char* from, std::size_t size, std::size_t* put) {
  BIO_clear_retry_flags(bio);
  const bool taken = transport_of(bio).write({reinterpret_cast<const std::byte*>(from), size});
  *put = taken ? size : 0;
  if (!taken) BIO_set_retry_write(bio);
  return taken ? 1 : -1;
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return transport_of(bio).ended() ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Made once and never freed: whoever is left at the process's end may still use it.
const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "onetrip socket");
    if (fresh == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(fresh, read_some);
    BIO_meth_set_write_ex(fresh, write_all);
    BIO_meth_set_ctrl(fresh, control);
    return fresh;
  }();
  return made;
}

}  // namespace

Transfer TlsTransport::read(std::span<std::byte> into) {
  if (first_.empty()) {
    const Transfer read = socket_.try_read(into);
    if (read.status == Transfer::Status::ended) ended_ = true;
    return read;
  }
  const auto size = std::min(first_.size(), into.size());
  const auto end = first_.begin() + static_cast<std::ptrdiff_t>(size);
  std::copy(first_.begin(), end, into.begin());
  first_.erase(first_.begin(), end);
  if (first_.empty()) first_ = std::vector<std::byte>();
  return {Transfer::Status::done, size};
}

bool TlsTransport::write(Bytes records) {
  if (lost_) return true;
  if (outgoing_.size() >= most_outgoing) return false;
  outgoing_.insert(outgoing_.end(), records.begin(), records.end());
  return true;
}

void TlsTransport::flush() {
  if (outgoing_.empty()) return;
  socket_.settle();  // what was posted goes first, and what is left of it
  const Transfer sent = socket_.try_write(outgoing_);
  if (sent.status == Transfer::Status::failed) lost_ = true;
  if (lost_ || sent.size == outgoing_.size()) {
    outgoing_ = std::vector<std::byte>();  // with its memory, which = {} would keep
    return;
  }
  outgoing_.erase(outgoing_.begin(), outgoing_.begin() + static_cast<std::ptrdiff_t>(sent.size));
}

bool TlsTransport::post(Socket::Poster& poster) {
  posted_ = !outgoing_.empty() && socket_.post(outgoing_, poster);
  if (posted_) outgoing_ = std::vector<std::byte>();  // they were copied
  return posted_;
}

void TlsTransport::posted(Transfer what, Bytes rest) noexcept {
  posted_ = false;
  if (what.status == Transfer::Status::failed) lost_ = true;
  if (lost_) return;
  try {
    outgoing_.insert(outgoing_.begin(), rest.begin(), rest.end());
  } catch (const std::bad_alloc&) {
    lost_ = true;  // a stream of records with a gap is of no use to anybody
  }
}

bio_st* make_bio(TlsTransport& transport) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &transport);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace onetrip
