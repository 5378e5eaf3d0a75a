#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proxy/net/proxy.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/startup.hpp"
#include "tests/net/folder.hpp"
#include "tests/net/sockets.hpp"

namespace onetrip::test {

/// Keeps copies of all events.
class Recorder final : public EventSink {
 public:
  void put(Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }

  std::vector<Event> events(Event::Kind kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<Event> chosen;
    for (const auto& event : events_) {
      if (event.kind == kind) chosen.push_back(event);
    }
    return chosen;
  }
  /// The I/O thread stops at its next event, until the lock is released.
  std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

  std::size_t count(Event::Kind kind) const { return events(kind).size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

inline Endpoint loopback(std::uint16_t port) {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  return endpoint;
}

inline Endpoint unix_socket(const std::string& folder, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.unix_dir = folder;
  endpoint.port = port;
  return endpoint;
}

inline ProxyConfig config_to(std::uint16_t server_port) {
  ProxyConfig config;
  config.listen = {loopback(0)};
  config.upstream = loopback(server_port);
  // In the second run of these tests (tests/CMakeLists.txt) every short send goes by the ring.
  if (std::getenv("ONETRIP_TEST_EACH_SEND_BATCHED") != nullptr) config.batch_from = 1;
  return config;
}

/// A proxy that runs, with a recorder for each I/O thread.
class Road {
 public:
  explicit Road(ProxyConfig config, std::size_t threads = 1) : recorders_(threads) {
    std::vector<EventSink*> sinks;
    for (auto& recorder : recorders_) sinks.push_back(&recorder);
    start(std::move(config), sinks);
  }
  /// With another sink for its one I/O thread.
  Road(ProxyConfig config, EventSink& sink) { start(std::move(config), {&sink}); }

  std::uint16_t port() const { return port_of(proxy_->listening().front().socket); }
  Peer connect() const { return Peer::connect_tcp(port()); }
  Proxy& proxy() { return *proxy_; }
  Recorder& recorder() { return recorders_.front(); }
  Totals totals() const { return proxy_->totals(); }
  /// What bytes mean may be told a moment after they arrived.
  bool tells(Event::Kind kind, std::size_t times = 1) {
    return eventually([&] { return recorder().count(kind) == times; });
  }
  bool is_empty() const {
    return eventually([&] { return totals().clients == 0; });
  }

 private:
  void start(ProxyConfig config, const std::vector<EventSink*>& sinks) {
    const auto begun = std::chrono::steady_clock::now();
    proxy_ = std::make_unique<Proxy>(std::move(config), hasher_, sinks, [begun]() -> Time {
      return std::chrono::steady_clock::now() - begun;
    });
    proxy_->start();
  }

  ValueHasher hasher_{ValueHasher::Key{}};
  std::vector<Recorder> recorders_;
  std::unique_ptr<Proxy> proxy_;
};

inline std::string hello() {
  return startup_message({{"user", "ann"}, {"database", "shop"}});
}

/// What a server says to a client that it lets in.
inline std::string welcome(std::uint32_t process_id = 4711, std::string_view key = "sesa") {
  return backend::authentication_ok() + backend::parameter_status("server_version", "15.6") +
         backend::backend_key_data(process_id, key) + backend::ready_for_query('I');
}

/// Both ends of one session.
struct Ends {
  Peer client;
  Peer server;
};

/// Opens a session and greets. One after another, so that the ends belong together.
inline Ends open_session(const Road& road, Server& server) {
  Peer client = road.connect();
  client.send(hello());
  Peer behind = server.accept();
  if (behind.read(hello().size()) != hello()) throw std::runtime_error("not the startup packet");
  behind.send(welcome());
  if (client.read(welcome().size()) != welcome()) throw std::runtime_error("not the greeting");
  return {std::move(client), std::move(behind)};
}

/// The first ErrorResponse of what a server, or the proxy, said; its views live as long as `bytes`.
inline backend::ErrorResponse error_of(const std::string& bytes) {
  if (bytes.size() < 5 || bytes[0] != 'E') return {};
  return backend::ErrorResponse::read(as_bytes(bytes).subspan(5));
}

/// What a client reads to its end whose server did not answer in time.
inline void check_timeout_is_told(Peer& client) {
  const auto answer = client.read_to_end();
  CHECK(error_of(answer).severity == "FATAL");
  CHECK(error_of(answer).sqlstate == "08006");
  CHECK(error_of(answer).message.find("timeout expired") != std::string_view::npos);
}

/// A session whose client has said its last, and whose server has heard it.
inline Ends open_half_closed(const Road& road, Server& server) {
  Ends ends = open_session(road, server);
  ends.client.send("last question");
  ends.client.shutdown_write();
  CHECK(ends.server.read_to_end() == "last question");
  return ends;
}

/// Sends until every buffer on the way is full: nothing has gone for a while. How much went.
inline std::size_t fill(Peer& peer) {
  constexpr auto a_while = std::chrono::milliseconds(50);
  const std::string block(1'000'000, 'x');
  std::size_t sent = 0;
  auto last = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < last + a_while) {
    const auto now = peer.send_some(block);
    if (now != 0) last = std::chrono::steady_clock::now();
    sent += now;
    std::this_thread::yield();
  }
  return sent;
}

}  // namespace onetrip::test
