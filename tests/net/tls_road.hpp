#pragma once

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/net/event_loop.hpp"
#include "proxy/net/socket.hpp"
#include "proxy/net/tls.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/sockets.hpp"

/// A Tls on a loop of its own, and OpenSSL with blocking calls as its peer in another thread.
namespace onetrip::test {

struct SocketPair {
  Fd ours, theirs;
};

inline SocketPair make_pair_of_sockets() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  SocketPair made{Fd(ends[0]), Fd(ends[1])};
  timeval limit{};
  limit.tv_sec = patience.count();
  ::setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return made;
}

/// Our side. Sends what it is given, collects what comes, and calls its goal after each step.
class Side final : private Socket::Owner, private Socket::Poster {
 public:
  using Goal = std::function<bool(Side&)>;

  /// `batch_from` as EventLoop has it.
  explicit Side(std::size_t batch_from = 0)
      : loop_(batch_from), socket_(loop_, *this), late_(loop_, [this] { loop_.stop(); }) {}

  void take(Fd fd) {
    if (socket_.adopt(std::move(fd))) throw std::runtime_error("adopt");
  }
  void accept(const TlsListenConfig& config, Tls::Opening opening = Tls::Opening::after_request,
              std::string_view first = {}) {
    tls_ = Tls::accept(TlsContext::for_clients(config), socket_, opening, as_bytes(first));
  }
  void connect(const TlsUpstreamConfig& config, std::string_view host = "db.example") {
    tls_ = Tls::connect(TlsContext::for_upstream(config), socket_, host);
  }

  /// False: the goal was not reached in time.
  bool run_until(Goal goal) {
    goal_ = std::move(goal);
    reached_ = false;
    late_.arm(patience);
    socket_.again();
    loop_.run([] {});
    late_.disarm();
    return reached_;
  }
  bool shake_hands() {
    return run_until([](Side& side) { return side.step != Tls::Step::would_block; }) &&
           step == Tls::Step::done;
  }

  Tls& tls() { return *tls_; }
  Socket& socket() { return socket_; }
  std::size_t unsent() const { return to_send.size() - sent; }
  void close() { socket_.close(); }

  Tls::Step step = Tls::Step::would_block;
  std::string to_send, received;
  std::size_t sent = 0;
  bool ended = false, lost = false, reads = true;
  std::size_t read_size = 65536;
  std::size_t attempts = 0;  ///< of reading and writing
  std::size_t piece = 0;     ///< not 0: so many bytes at a time are posted
  std::size_t posted_pieces = 0, returned_pieces = 0;
  bool is_posted = false;  ///< and nothing heard of it yet

 private:
  void on_ready(Socket&) override {
    if (step == Tls::Step::would_block) step = tls_->handshake();
    if (step == Tls::Step::done) pump();
    if (goal_ && goal_(*this)) {
      reached_ = true;
      loop_.stop();
    }
  }

  void pump() {
    while (reads && !ended && !lost && tls_->may_read()) read_some();
    while (unsent() != 0 && !lost && !is_posted && tls_->may_write()) write_some();
  }

  void read_some() {
    std::vector<std::byte> buffer(read_size);
    const Transfer read = tls_->try_read(buffer);
    ++attempts;
    received += as_text(Bytes(buffer).first(read.size));
    ended = read.status == Transfer::Status::ended;
    lost = read.status == Transfer::Status::failed;
  }

  void write_some() {
    const Bytes rest = as_bytes(to_send).subspan(sent);
    const Bytes next = piece == 0 ? rest : rest.first(std::min(piece, rest.size()));
    if (piece != 0 && !returned_ && tls_->post(next, *this)) {
      is_posted = true;
      ++posted_pieces;
      return;
    }
    const Transfer written = tls_->try_write(next);
    returned_ = returned_ && written.size == 0;
    ++attempts;
    sent += written.size;
    lost = written.status == Transfer::Status::failed;
  }

  /// As a flow does: what did not go is tried again when there is room.
  void posted(Transfer what, Bytes rest) noexcept override {
    is_posted = false;
    sent += what.size;
    lost = what.status == Transfer::Status::failed;
    returned_ = !rest.empty();
    if (returned_) ++returned_pieces;
    socket_.again();
  }

  EventLoop loop_;
  Socket socket_;
  std::unique_ptr<Tls> tls_;
  EventLoop::Timer late_;
  Goal goal_;
  bool reached_ = false;
  bool returned_ = false;  ///< the next piece, to be written by itself
};

struct PeerSettings {
  Identity identity;
  std::string trusts;  ///< a CA file; empty: anybody
  std::string alpn;    ///< as on the wire: "\x0apostgresql"
  int max_version = 0, min_version = 0;
};

/// The other side: plain OpenSSL, blocking. Errors end in `failure`.
class TlsPeer {
 public:
  enum class Role : std::uint8_t { client, server };

  TlsPeer(Role role, int fd, const PeerSettings& settings) : role_(role) {
    context_ = SSL_CTX_new(role == Role::client ? TLS_client_method() : TLS_server_method());
    if (!settings.identity.key.empty()) {
      SSL_CTX_use_certificate_chain_file(context_, settings.identity.certificate.c_str());
      SSL_CTX_use_PrivateKey_file(context_, settings.identity.key.c_str(), SSL_FILETYPE_PEM);
    }
    if (!settings.trusts.empty()) {
      SSL_CTX_load_verify_file(context_, settings.trusts.c_str());
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    SSL_CTX_set_max_proto_version(context_, settings.max_version);
    SSL_CTX_set_min_proto_version(context_, settings.min_version);
    session_ = SSL_new(context_);
    SSL_set_fd(session_, fd);
    SSL_set_alpn_protos(session_, reinterpret_cast<const unsigned char*>(settings.alpn.data()),
                        static_cast<unsigned>(settings.alpn.size()));
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  ~TlsPeer() {
    SSL_free(session_);
    SSL_CTX_free(context_);
  }

  bool shake_hands() {
    const int result = role_ == Role::client ? SSL_connect(session_) : SSL_accept(session_);
    if (result != 1) note_failure();
    return result == 1;
  }

  void send(std::string_view bytes) {
    std::size_t put = 0;
    if (!bytes.empty() && SSL_write_ex(session_, bytes.data(), bytes.size(), &put) != 1) {
      note_failure();
    }
  }
  /// Empty at the end, or when it failed.
  std::string read_some(std::size_t limit = 65536) {
    std::string bytes(limit, '\0');
    std::size_t got = 0;
    if (SSL_read_ex(session_, bytes.data(), limit, &got) != 1) note_failure();
    bytes.resize(got);
    return bytes;
  }
  std::string read(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      const std::string piece = read_some(std::min<std::size_t>(65536, size - bytes.size()));
      if (piece.empty()) break;
      bytes += piece;
    }
    return bytes;
  }

  SSL* native() { return session_; }
  std::string failure;

 private:
  void note_failure() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    failure = reason == nullptr ? "ended" : reason;
  }

  Role role_;
  SSL_CTX* context_ = nullptr;
  SSL* session_ = nullptr;
};

/// Runs what a peer does, and waits for its end. OpenSSL's own sockets would raise SIGPIPE; ours
/// must not, so it is blocked there only.
class Beside {
 public:
  explicit Beside(std::function<void()> task)
      : thread_([task = std::move(task)] {
          sigset_t signals;
          ::sigemptyset(&signals);
          ::sigaddset(&signals, SIGPIPE);
          ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
          task();
        }) {}
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

/// Bytes without a period that could hide a piece lost or doubled.
inline std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = size + 1;
  for (char& byte : bytes) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<char>(state >> 56U);
  }
  return bytes;
}

}  // namespace onetrip::test
