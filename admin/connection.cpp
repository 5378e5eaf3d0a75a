#include "admin/connection.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "admin/event_log.hpp"

namespace onetrip {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

std::string header(const http::fields& fields, std::string_view name) {
  const auto found = fields.find({name.data(), name.size()});
  return found == fields.end() ? "" : std::string(found->value());
}

void add_headers(http::fields& fields, const AdminResponse& response) {
  fields.set(http::field::server, "onetrip");
  fields.set(http::field::content_type, response.content_type);
  fields.set(http::field::cache_control, "no-store");
  fields.set("X-Content-Type-Options", "nosniff");
  fields.set("X-Frame-Options", "DENY");
  fields.set("Referrer-Policy", "no-referrer");
  fields.set("Cross-Origin-Resource-Policy", "same-origin");
  fields.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!response.allow.empty()) fields.set(http::field::allow, response.allow);
  if (!response.authenticate.empty())
    fields.set(http::field::www_authenticate, response.authenticate);
  for (const auto& [name, value] : response.headers) fields.set(name, value);
}

/// What an answer from another thread needs. The connection goes before the context it lives on.
struct Late {
  AdminConnection::Context context;
  std::shared_ptr<AdminConnection> connection;
};

}  // namespace

AdminConnection::AdminConnection(const Context& context, boost::asio::ip::tcp::socket socket,
                                 const AdminServer::Config& config,
                                 const AdminServer::Handle& handle, Closed closed)
    : context_(context),
      config_(config),
      handle_(handle),
      closed_(std::move(closed)),
      stream_(std::move(socket)),
      deadline_(*context_),
      buffer_(config.max_header + config.max_body) {}

AdminConnection::~AdminConnection() {
  closed_(this);
}

void AdminConnection::close() {
  beast::error_code ignored;
  deadline_.cancel();
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.close();
}

void AdminConnection::read() {
  silent_ = true;
  silent_since_ = std::chrono::steady_clock::now();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(config_.max_header));
  parser_->body_limit(config_.max_body);
  stream_.expires_after(config_.request);
  http::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->received(error); });
}

void AdminConnection::received(beast::error_code error) {
  silent_ = false;
  ++number_;
  answered_ = false;
  if (error) return refuse(error);
  const Request& request = parser_->get();
  version_ = request.version();
  keep_alive_ = request.keep_alive();
  head_ = request.method() == http::verb::head;
  deadline_.expires_after(config_.answer);
  deadline_.async_wait([self = shared_from_this(), number = number_](beast::error_code cancelled) {
    if (cancelled) return;
    self->answer(number, admin_error(503, "unavailable", "the answer took too long"));
  });
  ask(request);
}

void AdminConnection::refuse(beast::error_code error) {
  head_ = keep_alive_ = false;
  if (error == http::error::header_limit) {
    return answer(number_,
                  admin_error(431, "headers_too_large", "the request's headers are too large"));
  }
  if (error == http::error::body_limit || error == http::error::buffer_overflow) {
    return answer(number_, admin_error(413, "too_large", "the request's body is too large"));
  }
  const bool is_http =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return answer(number_,
                  admin_error(400, "bad_request", "this is not HTTP/1.1: " + error.message()));
  }
  close();
}

void AdminConnection::ask(const Request& request) {
  AdminRequest plain;
  plain.method = std::string(request.method_string());
  plain.target = std::string(request.target());
  plain.host = header(request, "Host");
  plain.origin = header(request, "Origin");
  plain.fetch_site = header(request, "Sec-Fetch-Site");
  plain.authorization = header(request, "Authorization");
  plain.content_type = header(request, "Content-Type");
  plain.accept = header(request, "Accept");
  plain.accept_encoding = header(request, "Accept-Encoding");
  plain.if_none_match = header(request, "If-None-Match");
  plain.body = request.body();
  // Shared: a std::function is copied, and the connection must be handed over once, so that it
  // never ends on the thread that answers.
  auto late = std::make_shared<Late>(Late{context_, shared_from_this()});
  handle_(plain, [late = std::move(late), number = number_](AdminResponse response) {
    boost::asio::post(*late->context, [self = std::move(late->connection), number,
                                       response = std::move(response)]() mutable {
      if (self != nullptr) self->answer(number, std::move(response));
    });
  });
}

void AdminConnection::answer(std::uint64_t number, AdminResponse response) {
  if (number != number_ || answered_) return;
  answered_ = true;
  deadline_.cancel();
  send(response);
}

template <class Body>
void AdminConnection::write(std::shared_ptr<http::response<Body>> response) {
  stream_.expires_after(config_.answer);
  // Shared with the operation, which must find it where it is until all is sent.
  http::async_write(stream_, *response,
                    [self = shared_from_this(), response](beast::error_code error, std::size_t) {
                      self->sent(error);
                    });
}

void AdminConnection::send(const AdminResponse& response) {
  if (response.events != nullptr && !head_) return stream(response);
  const auto status = static_cast<http::status>(response.status);
  if (head_) {
    auto out = std::make_shared<http::response<http::empty_body>>(status, version_);
    add_headers(*out, response);
    out->content_length(response.body.size());
    out->keep_alive(keep_alive_);
    return write(std::move(out));
  }
  auto out = std::make_shared<http::response<http::string_body>>(status, version_);
  add_headers(*out, response);
  out->body() = response.body;
  out->prepare_payload();
  out->keep_alive(keep_alive_);
  write(std::move(out));
}

/// The head, then event after event until either side leaves. Who reads too slowly misses events in
/// the log, and is let go when a piece cannot be sent in time.
void AdminConnection::stream(const AdminResponse& response) {
  events_ = response.events;
  using Head = http::response<http::empty_body>;
  auto head = std::make_shared<Head>(static_cast<http::status>(response.status), version_);
  add_headers(*head, response);
  head->keep_alive(false);
  auto writer = std::make_shared<http::response_serializer<http::empty_body>>(*head);
  stream_.expires_after(config_.answer);
  http::async_write_header(
      stream_, *writer,
      [self = shared_from_this(), head, writer](beast::error_code error, std::size_t) {
        if (error) return self->close();
        self->stream_.expires_never();
        self->buffer_.clear();
        // Whatever it says now, or that it is gone, ends it.
        self->stream_.async_read_some(self->buffer_.prepare(1),
                                      [self](beast::error_code, std::size_t) { self->close(); });
        self->pass_on();
      });
}

void AdminConnection::pass_on() {
  auto text = std::make_shared<std::string>(events_->next());
  const auto now = std::chrono::steady_clock::now();
  if (text->empty() && now - told_ < config_.heartbeat) return wait_for_events();
  if (text->empty()) *text = ":\n\n";
  told_ = now;
  stream_.expires_after(config_.answer);
  boost::asio::async_write(stream_, boost::asio::buffer(*text),
                           [self = shared_from_this(), text](beast::error_code error, std::size_t) {
                             if (error) return self->close();
                             self->wait_for_events();
                           });
}

void AdminConnection::wait_for_events() {
  deadline_.expires_after(config_.events);
  deadline_.async_wait([self = shared_from_this()](beast::error_code cancelled) {
    if (!cancelled && self->stream_.socket().is_open()) self->pass_on();
  });
}

void AdminConnection::sent(beast::error_code error) {
  if (error) return close();
  if (!keep_alive_) return part();
  read();
}

/// Reads on for a moment before closing: closed with bytes unread, the client would get a reset and
/// not our answer.
void AdminConnection::part() {
  beast::error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(
      std::min<std::chrono::milliseconds>(config_.answer, std::chrono::seconds(2)));
  discard();
}

void AdminConnection::discard() {
  constexpr std::size_t piece = 4096;
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(piece),
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                            if (error) return self->close();
                            self->discard();
                          });
}

}  // namespace onetrip
