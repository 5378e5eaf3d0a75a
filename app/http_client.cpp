#include "app/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace onetrip {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

/// The steps of one request, each starting the next; run to its end by one call.
class Exchange {
 public:
  Exchange(http::verb verb, const Endpoint& where, const std::string& target,
           const std::string& token)
      : where_(where), request_(verb, target, 11) {
    if (verb == http::verb::post) request_.content_length(0);
    request_.set(http::field::host, where.text());
    if (!token.empty()) request_.set(http::field::authorization, "Bearer " + token);
    request_.set(http::field::connection, "close");
  }

  std::optional<HttpAnswer> run(std::chrono::milliseconds patience, std::string& error) {
    asio::ip::tcp::resolver resolver(context_);
    beast::error_code failed;
    const auto found = resolver.resolve(where_.host.empty() ? "127.0.0.1" : where_.host,
                                        std::to_string(where_.port), failed);
    if (!failed) {
      stream_.expires_after(patience);
      stream_.async_connect(found,
                            [this](beast::error_code step, const auto&) { connected(step); });
      context_.run();
      failed = failed_;
    }
    if (!failed) return HttpAnswer{response_.result_int(), response_.body()};
    error = failed.message();
    return std::nullopt;
  }

 private:
  void connected(beast::error_code step) {
    if ((failed_ = step)) return;
    http::async_write(stream_, request_,
                      [this](beast::error_code next, std::size_t) { written(next); });
  }
  void written(beast::error_code step) {
    if ((failed_ = step)) return;
    http::async_read(stream_, buffer_, response_,
                     [this](beast::error_code next, std::size_t) { failed_ = next; });
  }

  const Endpoint& where_;
  asio::io_context context_;
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
  beast::error_code failed_;
};

}  // namespace

std::variant<Endpoint, UrlError> api_endpoint(std::string address) {
  constexpr std::string_view scheme = "http://";
  if (address == "off") return UrlError{"the configuration switches it off"};
  if (address.starts_with(scheme)) address.erase(0, scheme.size());
  if (address.find("://") != std::string::npos) return UrlError{"only http:// is understood"};
  address.resize(std::min(address.find('/'), address.size()));
  return parse_endpoint(address, 9188);
}

std::optional<HttpAnswer> http_get(const Endpoint& where, const std::string& target,
                                   const std::string& token, std::chrono::milliseconds patience,
                                   std::string& error) {
  return Exchange(http::verb::get, where, target, token).run(patience, error);
}

std::optional<HttpAnswer> http_post(const Endpoint& where, const std::string& target,
                                    const std::string& token, std::chrono::milliseconds patience,
                                    std::string& error) {
  return Exchange(http::verb::post, where, target, token).run(patience, error);
}

}  // namespace onetrip
