#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>

#include "admin/server.hpp"

namespace onetrip {

/// One HTTP connection: read, ask, answer, again. Shared by its pending operations and by answers
/// that are still to come from the worker, which is why it is held by shared pointers.
/// Server's thread; only the reply that it hands out may be called from another.
class AdminConnection : public std::enable_shared_from_this<AdminConnection> {
 public:
  /// Shared: an answer may come from the worker when the server is gone already.
  using Context = std::shared_ptr<boost::asio::io_context>;
  using Closed = std::function<void(AdminConnection*)>;

  /// `context`, `config` and `handle` live until the context has stopped.
  AdminConnection(const Context& context, boost::asio::ip::tcp::socket socket,
                  const AdminServer::Config& config, const AdminServer::Handle& handle,
                  Closed closed);
  ~AdminConnection();

  void start() { read(); }
  void close();
  bool is_silent() const { return silent_; }  ///< waits for a request
  std::chrono::steady_clock::time_point silent_since() const { return silent_since_; }

 private:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;

  void read();
  void received(boost::beast::error_code error);
  void refuse(boost::beast::error_code error);
  void ask(const Request& request);
  void answer(std::uint64_t number, AdminResponse response);
  void send(const AdminResponse& response);
  template <class Body>
  void write(std::shared_ptr<boost::beast::http::response<Body>> response);
  void sent(boost::beast::error_code error);
  void stream(const AdminResponse& response);
  void pass_on();
  void wait_for_events();
  void part();
  void discard();

  const Context& context_;
  const AdminServer::Config& config_;
  const AdminServer::Handle& handle_;
  Closed closed_;
  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer deadline_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::uint64_t number_ = 0;  ///< of the request that is being answered; an older answer is late
  bool answered_ = true, head_ = false, keep_alive_ = false, silent_ = true;
  unsigned version_ = 11;
  std::shared_ptr<EventReader> events_;         ///< of an answer that does not end
  std::chrono::steady_clock::time_point told_;  ///< when something was last sent; first at once
  std::chrono::steady_clock::time_point silent_since_;
};

}  // namespace onetrip
