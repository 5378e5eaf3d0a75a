#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/counters.hpp"
#include "proxy/net/dial.hpp"
#include "proxy/net/flow.hpp"
#include "proxy/net/greeting.hpp"
#include "proxy/net/io_thread.hpp"
#include "proxy/net/journal.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/net/stream.hpp"
#include "proxy/session/handshake.hpp"
#include "proxy/session/sasl_offer.hpp"

namespace onetrip {

/// One client connection and its server connection, from accept to the end of both. It owns both
/// sockets; its thread owns it and destroys it after the turn in which it was closed.
///
///   startup <-> client_tls
///      |
///   resolving -> dialing -> server_offer -> server_tls -> session | last_words -> lingering
///
/// with `lingering` from everywhere once the client was refused. Thread: its I/O thread's. Nothing
/// thrown in it reaches another relay: a relay that fails closes its pair.
class Relay final : private Socket::Owner {
 public:
  Relay(IoThread& io, Fd client, const Address& address);

  void begin();
  /// Closes both sides now.
  void stop();

  /// Where its thread keeps it.
  std::list<std::unique_ptr<Relay>>::iterator place;

 private:
  enum class Phase : std::uint8_t {
    startup,       ///< reads what the client wants
    client_tls,    ///< shakes hands with the client
    resolving,     ///< looks the upstream's name up
    dialing,       ///< connects to the upstream
    server_offer,  ///< asked the server for TLS
    server_tls,    ///< shakes hands with the server
    session,       ///< forwards both ways
    last_words,    ///< waits for the server to close: of a CancelRequest, or when it refused TLS
    lingering,     ///< the server has gone, or there was none; the client may still be sending
  };

  // relay_startup.cpp: what the client wants
  void read_startup();
  void act();
  void answer_ssl();
  void answer(std::string_view byte);
  void begin_direct_tls();
  void begin_client_tls(Tls::Opening opening, Bytes first);
  void shake_client();
  void begin_cancel();
  void admit();
  void leave();
  void fail(StartupFailure failure);
  void refuse(StartupFailure failure, const std::string& error);

  // relay_upstream.cpp: the way to the server
  void reach_upstream();
  void resolved(const Lookup& found);
  void reach(std::vector<Address> addresses);
  void dialled(Dial::Step step);
  void ask_for_tls();
  void read_tls_answer();
  void relay_refusal();
  void await_last_words();
  void shake_server();
  void tls_failed(const std::string& why);
  void unreachable(const std::string& why);
  void reached();
  void begin_session();
  void mind_channel_binding();
  void observe(Bytes rest);

  // relay.cpp: the session, and the end
  void on_ready(Socket& socket) override;
  void step(const Socket& socket);
  void pump();
  void advance(Flow& flow);
  void proceed(Flow& flow, Flow::Next next);
  std::string refused_by_server();
  void look_at_client(Bytes bytes, Time now);
  Bytes look_at_server(Bytes bytes, Time now);
  void greet(Bytes bytes);
  void ended(const Flow& flow);
  void linger();
  void give_up();
  void expired();
  void close();

  template <class Step>
  void guard(Step&& step) noexcept;

  IoThread& io_;
  Stream client_;
  Stream server_;
  Address client_address_;
  Flow up_;                    // client to server
  Flow down_;                  // server to client
  EventLoop::Timer deadline_;  // of the whole startup
  EventLoop::Timer timer_;     // what it means depends on the phase
  Dial dial_;
  std::unique_ptr<Handshake> handshake_;  // until the server has what it holds
  Handshake::Step step_;                  // views of handshake_
  std::unique_ptr<Greeting> greeting_;    // until ReadyForQuery
  std::unique_ptr<SaslOffer> offer_;      // until it has seen the server's offer
  std::optional<Scribe> scribe_;          // none where there is nothing to observe
  std::vector<std::byte> cancel_key_;
  std::shared_ptr<void> waiting_;  // while resolving: shared, weakly, with the answer to come
  std::size_t timed_attempt_ = 0;  // the dial's attempt that timer_ was set for
  Phase phase_ = Phase::startup;
  bool wants_tls_ = false;  // of the server, in this attempt
  bool admitted_ = false;
  bool client_ended_ = false;
  bool server_ended_ = false;
  bool server_spoke_ = false;  // since the startup packet was sent
  bool closed_ = false;
};

}  // namespace onetrip
