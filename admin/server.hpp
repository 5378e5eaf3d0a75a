#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "admin/message.hpp"

namespace onetrip {

/// HTTP/1.1 over TCP on a thread of its own: bounded connections, sizes and times; answers may come
/// from any thread.
///
/// Call order: open start stop. After stop() answers are still taken, and thrown away.
class AdminServer {
 public:
  struct Config {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;            ///< 0: a free one
    std::size_t max_connections = 64;  ///< one more closes the one that was silent longest
    std::size_t max_header = 8U << 10, max_body = 64U << 10;
    std::chrono::milliseconds request{30'000};  ///< silence, or a request on its way
    std::chrono::milliseconds answer{30'000};   ///< then 503; also for sending it
    std::chrono::milliseconds later{5};
    std::chrono::milliseconds events{250};        ///< between two looks at what happened
    std::chrono::milliseconds heartbeat{15'000};  ///< after so long without an event
  };
  /// On the server's thread.
  using Handle = std::function<void(const AdminRequest&, AdminReply)>;

  explicit AdminServer(Config config);
  ~AdminServer();  ///< stops

  /// Throws std::runtime_error with a sentence when it cannot listen there.
  void open();
  std::uint16_t port() const;   ///< really listened on
  std::string address() const;  ///< "127.0.0.1:9188"

  void start(Handle handle);
  void stop();

  /// Runs `task` a few ms later on the server's thread. Any thread.
  void later(std::function<void()> task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
