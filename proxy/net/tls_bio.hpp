#pragma once

#include <cstddef>
#include <vector>

#include "proxy/net/socket.hpp"

struct bio_st;

namespace onetrip {

/// Where OpenSSL's records come from and go to. Records to be sent are kept here and not in
/// OpenSSL, which cannot answer a KeyUpdate while a record of its own waits for room ("bad write
/// retry").
class TlsTransport {
 public:
  /// `first` was read before, and comes before what the socket holds.
  TlsTransport(Socket& socket, Bytes first) : socket_(socket), first_(first.begin(), first.end()) {}

  /// False: it would be in vain.
  bool may_read() const { return !first_.empty() || socket_.readable(); }
  bool may_flush() const { return !outgoing_.empty() && socket_.writable(); }
  bool may_write() const { return socket_.writable(); }

  Transfer read(std::span<std::byte> into);
  /// Takes all, or nothing when too much waits already.
  bool write(Bytes records);
  void reserve(std::size_t size) { outgoing_.reserve(outgoing_.size() + size); }
  /// Sends what waits, as far as it goes.
  void flush();
  /// False: records wait, or what came of those that were posted is not known yet.
  bool flushed() const { return outgoing_.empty() && !posted_; }

  /// Socket::post() of what waits. The poster, when it is told, tells it with posted().
  bool post(Socket::Poster& poster);
  void posted(Transfer what, Bytes rest) noexcept;

  /// The peer's end was read.
  bool ended() const { return ended_; }
  /// Nothing more can be sent; what was to be is gone. There may be something to be read still.
  bool lost() const { return lost_; }

 private:
  Socket& socket_;
  std::vector<std::byte> first_;
  std::vector<std::byte> outgoing_;
  bool ended_ = false, lost_ = false;
  bool posted_ = false;
};

/// OpenSSL's view of a transport, which outlives it. SSL_set_bio takes it over. Throws
/// std::bad_alloc.
bio_st* make_bio(TlsTransport& transport);

}  // namespace onetrip
