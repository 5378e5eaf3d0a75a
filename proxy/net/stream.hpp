#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "proxy/net/socket.hpp"
#include "proxy/net/tls.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// One hop: a socket, and TLS over it where that was agreed. A flow knows hops through this class
/// only. Thread: that of the socket's loop.
class Stream {
 public:
  Stream(EventLoop& loop, Socket::Owner& owner) : socket_(loop, owner) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(); }

  Socket& socket() { return socket_; }
  const Socket& socket() const { return socket_; }

  /// From now on everything goes through it; its handshake is the caller's to finish.
  void secure(std::unique_ptr<Tls> tls) { tls_ = std::move(tls); }
  Tls* tls() { return tls_.get(); }
  bool is_secure() const { return tls_ != nullptr; }

  /// False: an attempt would be in vain until the socket is ready.
  bool may_read() const { return tls_ ? tls_->may_read() : socket_.readable(); }
  bool may_write() const { return tls_ ? tls_->may_write() : socket_.writable(); }

  Transfer try_read(std::span<std::byte> buffer) {
    return tls_ ? tls_->try_read(buffer) : socket_.try_read(buffer);
  }
  Transfer try_write(Bytes bytes) {
    return tls_ ? tls_->try_write(bytes) : socket_.try_write(bytes);
  }

  /// As Socket::post().
  bool post(Bytes bytes, Socket::Poster& poster) {
    return tls_ ? tls_->post(bytes, poster) : socket_.post(bytes, poster);
  }

  /// Tells the peer that no more comes, after all that was written.
  void shutdown_write() {
    if (tls_) tls_->shutdown_write();
    socket_.shutdown_write();
  }
  void close() {
    socket_.settle();  // TLS is told what came of what it posted, and so must still be there
    tls_.reset();
    socket_.close();
  }

 private:
  Socket socket_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace onetrip
