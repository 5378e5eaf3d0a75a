#include "proxy/net/notices.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/net/io_thread.hpp"
#include "tests/net/road.hpp"
#include "tests/net/tls_road.hpp"

using Catch::Matchers::Contains;

namespace onetrip::test {
namespace {

/// What is logged, until the end of the scope. Read it when nobody logs any more.
class Logged {
 public:
  Logged() {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("logged", std::move(sink)));
  }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;
  ~Logged() { spdlog::set_default_logger(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

Address address(const std::string& host, std::uint16_t port = 40000) {
  Endpoint endpoint;
  endpoint.host = host;
  endpoint.port = port;
  return addresses_of(endpoint).front();
}

std::string asks(std::string_view method) {
  return backend::message('R', std::string(method));
}
const std::string in_clear = asks(std::string_view("\0\0\0\3", 4)),
                  md5 = asks(std::string_view("\0\0\0\5salt", 8)),
                  scram = asks(std::string_view("\0\0\0\12SCRAM-SHA-256\0\0", 19)),
                  nothing = asks(std::string_view("\0\0\0\0", 4));

void speak_plain(Fd fd, Server& server, const std::string& request) {
  Peer client(std::move(fd));
  client.send(hello());
  Peer behind = server.accept();
  CHECK(behind.read(hello().size()) == hello());
  behind.send(request);
  CHECK(client.read(request.size()) == request);
}

void speak_tls(Fd fd, Server& server, const std::string& request) {
  Peer plain(Fd(::dup(fd.get())));
  plain.send(ssl_request());
  CHECK(plain.read(1) == "S");
  TlsPeer client(TlsPeer::Role::client, fd.get(), {});
  REQUIRE(client.shake_hands());
  client.send(hello());
  Peer behind = server.accept();
  CHECK(behind.read(hello().size()) == hello());
  behind.send(request);
  CHECK(client.read(request.size()) == request);
}

/// What is said of a client that comes from `client`, when the server asks it for that.
std::string said_of(const Address& client, const std::string& request,
                    const TlsListenConfig& tls = {}) {
  Logged logged;
  Server server;
  const ValueHasher hasher{ValueHasher::Key{}};
  Recorder recorder;
  ProxyConfig config = config_to(server.port());
  config.listen_tls = tls;
  ProxyState state(config, hasher, [] { return Time(); });
  IoThread thread(state, recorder);
  thread.start();
  SocketPair ends = make_pair_of_sockets();
  thread.take(std::move(ends.ours), client);
  if (tls.mode == TlsListenConfig::Mode::off) {
    speak_plain(std::move(ends.theirs), server, request);
  } else {
    speak_tls(std::move(ends.theirs), server, request);
  }
  thread.stop();
  thread.join();
  return logged.text();
}

std::string said_at_start(const std::vector<Address>& listening, const Endpoint& upstream) {
  Logged logged;
  Notices().opened(listening, upstream);
  return logged.text();
}

Endpoint elsewhere() {
  Endpoint endpoint;
  endpoint.host = "db.example";
  return endpoint;
}

}  // namespace

TEST_CASE("A password in clear on a plain way from another machine is warned of") {
  for (const char* host : {"192.0.2.7", "2001:db8::7"}) {
    const Address client = address(host);
    const std::string said = said_of(client, in_clear);
    CHECK_THAT(said, Contains("asks " + client.text + " for its password in clear"));
    CHECK_THAT(said, Contains("set listen.tls"));
  }
}

TEST_CASE("A password in clear that stays within this machine is not") {
  for (const char* host : {"127.0.0.1", "127.3.2.1", "::1"}) {
    CHECK(said_of(address(host), in_clear).empty());
  }
  CHECK(said_of(addresses_of(unix_socket("/run", 5432)).front(), in_clear).empty());
}

TEST_CASE("A password in clear within TLS is not") {
  const Folder folder;
  Authority authority(folder, "ca");
  const Identity identity = authority.issue({});
  const TlsListenConfig tls{
      TlsListenConfig::Mode::allow, identity.certificate, identity.key, {}, {}, "1.2"};
  CHECK(said_of(address("192.0.2.7"), in_clear, tls).empty());
}

TEST_CASE("A method that shows no password is not, wherever the client is") {
  for (const std::string& request : {md5, scram, nothing}) {
    CHECK(said_of(address("192.0.2.7"), request).empty());
  }
}

TEST_CASE("Passwords in clear are told of once in a while") {
  Logged logged;
  Notices notices;
  using std::chrono::seconds;
  notices.cleartext_password("one", seconds(0));
  notices.cleartext_password("two", seconds(29));
  notices.cleartext_password("three", seconds(30));
  CHECK_THAT(logged.text(), Contains("asks one") && Contains("asks three"));
  CHECK_THAT(logged.text(), !Contains("asks two"));
}

TEST_CASE("Listening beyond this machine before a server on it is warned of with what mends it") {
  const Endpoint by_port = loopback(5432), by_path = unix_socket("/run/postgresql", 5432);
  for (const char* host : {"0.0.0.0", "::", "192.0.2.7"}) {
    const Address beyond = address(host, 6532);
    for (const Endpoint& upstream : {by_port, by_path}) {
      const std::string said = said_at_start({address("127.0.0.1", 6532), beyond}, upstream);
      CHECK_THAT(said, Contains("listening on " + beyond.text) && Contains(upstream.text()));
      CHECK_THAT(said, Contains("pg_hba.conf demand scram-sha-256 for local connections, too"));
    }
    CHECK(said_at_start({beyond}, elsewhere()).empty());
  }
}

TEST_CASE("Listening on this machine only is not warned of") {
  const std::vector<Address> listening{address("127.0.0.1"), address("::1"),
                                       addresses_of(unix_socket("/run", 6532)).front()};
  CHECK(said_at_start(listening, loopback(5432)).empty());
  CHECK(said_at_start(listening, elsewhere()).empty());
}

}  // namespace onetrip::test
