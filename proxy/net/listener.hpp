#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>

#include "proxy/net/bind.hpp"
#include "proxy/net/config.hpp"
#include "proxy/net/counters.hpp"
#include "proxy/net/notices.hpp"
#include "proxy/net/upstream.hpp"

namespace onetrip {

/// Accepts connections and gives them away. Whatever accept() says, it goes on: where descriptors
/// or memory ran out it pauses, so that the loop neither ends nor spins.
/// Thread: that of its io_context; it and what it calls live until that has run out or stopped.
class Listener {
 public:
  using Take = std::function<void(Fd, const Address& client)>;

  Listener(boost::asio::io_context& context, ListeningSocket socket, Take take, Counters& counters,
           Notices& notices, const Clock& clock);

  const Address& address() const { return socket_.address(); }
  void start() { wait(); }
  void stop();

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol,
                                                      boost::asio::io_context::executor_type>;

  void wait();
  void accept_some();
  bool accept_one();
  void pause();

  ListeningSocket socket_;
  Acceptor acceptor_;
  Timer timer_;
  Take take_;
  Counters& counters_;
  Notices& notices_;
  const Clock& clock_;
  bool stopped_ = false;
};

}  // namespace onetrip
