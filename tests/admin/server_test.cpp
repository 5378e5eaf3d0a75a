#include "admin/server.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <list>
#include <thread>

#include "admin/event_log.hpp"

using namespace onetrip;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A client that says exactly what it is told to.
class Client {
 public:
  explicit Client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }
  Client& say(const std::string& text) {
    boost::system::error_code ignored;  // the server may have closed while we talk
    asio::write(socket_, asio::buffer(text), ignored);
    return *this;
  }
  /// Everything until the server closes.
  std::string rest() {
    std::string out;
    boost::system::error_code end;
    asio::read(socket_, asio::dynamic_buffer(out), end);
    return out;
  }
  /// Until `text` has come.
  std::string until(const std::string& text) {
    std::string out;
    boost::system::error_code end;
    std::array<char, 1> byte{};
    while (out.find(text) == std::string::npos &&
           asio::read(socket_, asio::buffer(byte), end) == 1) {
      out.push_back(byte[0]);
    }
    return out;
  }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
};

AdminServer::Config quick() {
  AdminServer::Config config;
  config.request = std::chrono::milliseconds(100);
  config.answer = std::chrono::milliseconds(100);
  return config;
}

/// Answers with method, target, host and body.
void echo(const AdminRequest& request, const AdminReply& reply) {
  AdminResponse response;
  response.content_type = "text/plain";
  response.body =
      request.method + " " + request.target + " " + request.host + " " + request.body + ".";
  reply(response);
}

struct Server {
  explicit Server(AdminServer::Handle handle = echo, AdminServer::Config config = {})
      : server(config) {
    server.open();
    server.start(std::move(handle));
  }
  Client client() const { return Client(server.port()); }
  AdminServer server;
};

}  // namespace

TEST_CASE("a request comes whole to the API, its answer back") {
  const Server server;
  const std::string answer = server.client()
                                 .say(
                                     "POST /x?y=1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n"
                                     "Content-Length: 3\r\n\r\nabc")
                                 .rest();
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(answer, Catch::EndsWith("\r\n\r\nPOST /x?y=1 me abc."));
}

TEST_CASE("every answer carries the headers that keep browsers out") {
  const Server server;
  const std::string answer =
      server.client().say("GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").rest();
  for (const char* header : {"X-Content-Type-Options: nosniff", "Cache-Control: no-store",
                             "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
                             "Referrer-Policy: no-referrer", "X-Frame-Options: DENY"}) {
    CHECK_THAT(answer, Catch::Contains(header));
  }
  CHECK_THAT(answer, !Catch::Contains("Access-Control"));
}

TEST_CASE("a connection serves one request after the other") {
  const Server server;
  Client client = server.client();
  client.say("GET /1 HTTP/1.1\r\nHost: me\r\n\r\n").until("GET /1 me .");
  CHECK_THAT(client.say("GET /2 HTTP/1.1\r\nHost: me\r\n\r\n").until("GET /2 me ."),
             Catch::StartsWith("HTTP/1.1 200"));
}

TEST_CASE("two requests sent at once are answered in order") {
  const Server server;
  const std::string answer = server.client()
                                 .say(
                                     "GET /1 HTTP/1.1\r\nHost: me\r\n\r\n"
                                     "GET /2 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n")
                                 .rest();
  CHECK(answer.find("GET /1 me") < answer.find("GET /2 me"));
  CHECK(answer.find("GET /2 me") != std::string::npos);
}

TEST_CASE("HEAD gives the length and no body") {
  const Server server;
  const std::string answer =
      server.client().say("HEAD /1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").rest();
  CHECK_THAT(answer, Catch::Contains("Content-Length: 12"));
  CHECK_THAT(answer, Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("a request cut at every byte is the same request") {
  const Server server;
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: me\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    Client client = server.client();
    client.say(text.substr(0, cut)).say(text.substr(cut));
    CHECK_THAT(client.rest(), Catch::EndsWith("POST /x me abc."));
  }
}

TEST_CASE("what is not HTTP is told so") {
  const Server server;
  CHECK_THAT(server.client().say("\x16\x03\x01 hello\r\n\r\n").rest(),
             Catch::StartsWith("HTTP/1.1 400"));
}

TEST_CASE("headers have a limit") {
  const Server server;
  const std::string answer =
      server.client()
          .say("GET / HTTP/1.1\r\nHost: me\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")
          .rest();
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 431"));
  CHECK_THAT(answer, Catch::Contains("headers_too_large"));
}

TEST_CASE("bodies have a limit, announced or not") {
  const Server server;
  CHECK_THAT(server.client()
                 .say("POST / HTTP/1.1\r\nHost: me\r\nContent-Length: 1000000\r\n\r\n")
                 .until("too_large"),
             Catch::StartsWith("HTTP/1.1 413"));
  const std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
  CHECK_THAT(server.client()
                 .say("POST / HTTP/1.1\r\nHost: me\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk +
                      chunk + chunk)
                 .rest(),
             Catch::StartsWith("HTTP/1.1 413"));
}

TEST_CASE("whoever sends too slowly, or nothing, is let go") {
  const Server server(echo, quick());
  CHECK(server.client().say("GET / HTTP/1.1\r\nHos").rest().empty());
  CHECK(server.client().rest().empty());
}

TEST_CASE("an answer that does not come is 503, and one that comes late is thrown away") {
  std::promise<AdminReply> kept;
  const Server server(
      [&](const AdminRequest&, AdminReply reply) { kept.set_value(std::move(reply)); }, quick());
  Client client = server.client();
  const std::string answer =
      client.say("GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").rest();
  CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 503"));
  kept.get_future().get()(AdminResponse{});
}

TEST_CASE("an answer may come when the server is gone") {
  std::promise<AdminReply> kept;
  AdminReply reply;
  {
    const Server server(
        [&](const AdminRequest&, AdminReply late) { kept.set_value(std::move(late)); });
    server.client().say("GET / HTTP/1.1\r\nHost: me\r\n\r\n");
    reply = kept.get_future().get();
  }
  reply(AdminResponse{});
}

TEST_CASE("two at once do not wait for each other") {
  std::promise<AdminReply> first;
  const Server server([&](const AdminRequest& request, AdminReply reply) {
    if (request.target == "/slow") {
      first.set_value(std::move(reply));
    } else {
      echo(request, reply);
    }
  });
  Client slow = server.client();
  slow.say("GET /slow HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n");
  const AdminReply late = first.get_future().get();
  CHECK_THAT(
      server.client().say("GET /fast HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").rest(),
      Catch::EndsWith("GET /fast me ."));
  late(AdminResponse{});
  CHECK_THAT(slow.rest(), Catch::StartsWith("HTTP/1.1 200"));
}

namespace {

/// Answers every request with a stream of the log's events.
AdminServer::Handle listen_to(EventLog& log) {
  return [&log](const AdminRequest&, const AdminReply& reply) {
    AdminResponse response;
    response.content_type = "text/event-stream";
    response.events = log.read();
    reply(response);
  };
}

AdminServer::Config lively() {
  AdminServer::Config config;
  config.events = std::chrono::milliseconds(1);
  return config;
}

const std::string listen_request = "GET /events HTTP/1.1\r\nHost: me\r\n\r\n";

/// Waits for what another thread does in its own time.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

}  // namespace

TEST_CASE("events come as they happen, over a connection that stays") {
  EventLog log;
  const Server server(listen_to(log), lively());
  Client client = server.client();
  const std::string head = client.say(listen_request).until("\r\n\r\n");
  CHECK_THAT(head, Catch::StartsWith("HTTP/1.1 200"));
  CHECK_THAT(head, Catch::Contains("Content-Type: text/event-stream"));
  CHECK_THAT(head, !Catch::Contains("Content-Length"));
  CHECK(client.until("\n\n") == ":\n\n");  // so that nobody on the way holds the head back
  log.put(EventKind::finding, "{}");
  CHECK(client.until("\n\n") == "event: finding\ndata: {}\n\n");
  log.put(EventKind::window, "{}");
  CHECK(client.until("\n\n") == "event: window\ndata: {}\n\n");
}

TEST_CASE("while nothing happens, a comment keeps the connection") {
  EventLog log;
  AdminServer::Config config = lively();
  config.heartbeat = std::chrono::milliseconds(1);
  const Server server(listen_to(log), config);
  Client client = server.client();
  client.say(listen_request).until("\r\n\r\n");
  CHECK(client.until("\n\n") == ":\n\n");
  CHECK(client.until("\n\n") == ":\n\n");
}

TEST_CASE("a listener that leaves is noticed") {
  EventLog log;
  const Server server(listen_to(log), lively());
  {
    Client client = server.client();
    client.say(listen_request).until("\r\n\r\n");
    CHECK(log.has_readers());
  }
  CHECK(comes_true([&] { return !log.has_readers(); }));
}

TEST_CASE("a listener that does not read is let go") {
  EventLog log;
  AdminServer::Config config = lively();
  config.answer = std::chrono::milliseconds(100);
  const Server server(listen_to(log), config);
  Client client = server.client();
  client.say(listen_request).until("\r\n\r\n");
  const std::string large(1U << 20, 'x');  // of which no socket buffers so many
  for (int i = 0; i < 64; ++i) log.put(EventKind::window, large);
  CHECK(comes_true([&] { return !log.has_readers(); }));
  CHECK(client.rest().size() < 64 * large.size());
}

TEST_CASE("silent connections make room for one that asks") {
  AdminServer::Config config;
  config.max_connections = 4;
  const Server server(echo, config);
  std::list<Client> silent;
  for (int i = 0; i < 20; ++i) silent.emplace_back(server.server.port());
  CHECK_THAT(server.client().say("GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n").rest(),
             Catch::StartsWith("HTTP/1.1 200"));
  CHECK(silent.front().rest().empty());
}

TEST_CASE("later runs on the server's thread") {
  Server server;
  std::promise<void> ran;
  server.server.later([&] { ran.set_value(); });
  ran.get_future().get();
}

TEST_CASE("a port that is taken is told with its address") {
  const Server server;
  AdminServer::Config config;
  config.port = server.server.port();
  AdminServer second(config);
  CHECK_THROWS_WITH(second.open(),
                    Catch::Contains(std::to_string(config.port)) && Catch::Contains("--admin"));
}
