#include "app/probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace onetrip {
namespace {

namespace asio = boost::asio;

std::string why_socket_unreachable(const Endpoint& upstream) {
  asio::io_context context;
  asio::local::stream_protocol::socket socket(context);
  boost::system::error_code error;
  socket.connect(upstream.unix_path(), error);
  return error ? error.message() : "";
}

}  // namespace

std::string why_unreachable(const Endpoint& upstream, std::chrono::milliseconds patience) {
  if (upstream.is_unix()) return why_socket_unreachable(upstream);
  asio::io_context context;
  boost::system::error_code error;
  asio::ip::tcp::resolver resolver(context);
  const std::string& host = upstream.hostaddr.empty() ? upstream.host : upstream.hostaddr;
  const auto found = resolver.resolve(host, std::to_string(upstream.port), error);
  if (error) return error.message();
  boost::beast::tcp_stream stream(context);
  stream.expires_after(patience);
  stream.async_connect(found,
                       [&](boost::system::error_code failed, const auto&) { error = failed; });
  context.run();
  return error ? error.message() : "";
}

}  // namespace onetrip
