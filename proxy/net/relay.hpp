#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/counters.hpp"
#include "proxy/net/flow.hpp"
#include "proxy/net/greeting.hpp"
#include "proxy/net/io_thread.hpp"
#include "proxy/net/lifetime.hpp"
#include "proxy/net/stream.hpp"
#include "proxy/net/upstream.hpp"
#include "proxy/session/handshake.hpp"
#include "proxy/session/observer.hpp"

namespace onetrip {

/// One client connection and its server connection, from accept to the end of both. It owns both
/// sockets; its thread owns it and destroys it when both are closed and nothing will call back.
///
///   startup -> dialing -> session -> lingering
///      |          |----> cancel
///      '----------'----> lingering (refused)
///
/// Thread: its I/O thread's. Nothing thrown in it reaches another relay: a relay that fails closes
/// its pair.
class Relay final : private Lifetime {
 public:
  Relay(IoThread& io, Fd client, const Address& address);

  void begin();
  /// Closes both sides now.
  void stop();

 private:
  enum class Phase : std::uint8_t {
    startup,    ///< reads what the client wants
    dialing,    ///< connects to the upstream
    session,    ///< forwards both ways
    cancel,     ///< has sent a CancelRequest, waits for the server to close
    lingering,  ///< the server has gone, or there was none; the client may still be sending
  };

  // relay_startup.cpp: until there is a session
  void read_startup();
  void act();
  void answer_no();
  void dial();
  void dialled(const Dial::Result& result);
  void begin_cancel();
  void begin_session(const Address& server);
  void observe(Bytes rest);
  bool admit();
  void fail(StartupFailure failure);
  void refuse(StartupFailure failure, const std::string& error);

  // relay.cpp: the session, and the end
  void proceed(Flow& flow, Flow::Next next);
  Flow::Next read(Flow& flow);
  void look_at_client(Bytes bytes);
  void look_at_server(Bytes bytes);
  void greet(Bytes bytes);
  void ended(const Flow& flow);
  void linger();
  void watch_client();
  void set_timer(std::chrono::milliseconds after);
  void expired();
  void close();

  void on_fault() noexcept override;
  void on_settled() noexcept override;

  IoThread& io_;
  Stream client_;
  Stream server_;
  Address client_address_;
  Address server_address_;
  Flow up_;      // client to server
  Flow down_;    // server to client
  Timer timer_;  // what it means depends on the phase
  Dial dial_;
  std::unique_ptr<Handshake> handshake_;  // until the server has what it holds
  Handshake::Step step_;                  // views of handshake_
  std::unique_ptr<Greeting> greeting_;    // until ReadyForQuery
  std::optional<Observer> observer_;      // none where there is nothing to observe
  std::vector<std::byte> cancel_key_;
  Phase phase_ = Phase::startup;
  bool admitted_ = false;
  bool watching_ = false;
  bool client_ended_ = false;
  bool server_ended_ = false;
};

}  // namespace onetrip
