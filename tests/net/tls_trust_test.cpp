#include <catch2/catch.hpp>

#include "proxy/net/tls.hpp"
#include "tests/net/tls_road.hpp"

using namespace onetrip;
using namespace onetrip::test;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using Mode = TlsUpstreamConfig::Mode;

namespace {

constexpr long day = 24 * 60 * 60;

struct Parties {
  Folder folder;
  Authority authority{folder, "authority"}, stranger{folder, "stranger"};

  TlsListenConfig as_server(const Identity& identity) const {
    return {TlsListenConfig::Mode::require, identity.certificate, identity.key, {}, {}, "1.2"};
  }
  TlsUpstreamConfig trusting(Mode mode, const std::string& ca) const {
    return {mode, ca, {}, {}, "1.2", {}};
  }
};

struct Meeting {
  Tls::Step step = Tls::Step::would_block;
  std::string failure;        // ours
  std::string peers_failure;  // empty: the peer was content, and got an answer
};

// We connect to a server that shows `identity`.
Meeting connect(const TlsUpstreamConfig& config, const PeerSettings& server,
                std::string_view host = "db.example") {
  SocketPair ends = make_pair_of_sockets();
  Side side;
  side.take(std::move(ends.ours));
  side.connect(config, host);
  Meeting meeting;
  Beside there([&] {
    TlsPeer peer(TlsPeer::Role::server, ends.theirs.get(), server);
    if (peer.shake_hands()) peer.send("hello");
    meeting.peers_failure = peer.failure;
  });
  (void)side.run_until(
      [](Side& at) { return at.step == Tls::Step::failed || at.lost || !at.received.empty(); });
  meeting.step = side.lost ? Tls::Step::failed : side.step;
  meeting.failure = side.tls().failure();
  side.close();
  there.join();
  return meeting;
}

// A client connects to us.
Meeting accept(const TlsListenConfig& config, const PeerSettings& client,
               Tls::Opening opening = Tls::Opening::after_request) {
  SocketPair ends = make_pair_of_sockets();
  Side side;
  side.take(std::move(ends.ours));
  side.accept(config, opening);
  side.to_send = "hello";
  Meeting meeting;
  Beside there([&] {
    TlsPeer peer(TlsPeer::Role::client, ends.theirs.get(), client);
    if (peer.shake_hands()) peer.read(5);
    meeting.peers_failure = peer.failure;
  });
  (void)side.run_until(
      [](Side& at) { return at.step == Tls::Step::failed || at.lost || at.unsent() == 0; });
  meeting.step = side.step;
  meeting.failure = side.tls().failure();
  side.close();
  there.join();
  return meeting;
}

std::string complaint(const TlsUpstreamConfig& config) {
  try {
    (void)TlsContext::for_upstream(config);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

std::string complaint(const TlsListenConfig& config) {
  try {
    (void)TlsContext::for_clients(config);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE_METHOD(Parties, "verify-full: the right CA and the right name") {
  const Identity server = authority.issue({"x", "DNS:db.example", -day, day});
  const auto config = trusting(Mode::verify_full, authority.certificate());
  const Meeting good = connect(config, {server, {}, {}});
  CHECK(good.step == Tls::Step::done);
  CHECK(good.peers_failure.empty());
  const Meeting wrong = connect(config, {server, {}, {}}, "db2.example");
  CHECK(wrong.step == Tls::Step::failed);
  CHECK_THAT(wrong.failure,
             Equals("the server's certificate is not made out to the host name \"db2.example\""));
}

TEST_CASE_METHOD(Parties, "verify-full: whose name a certificate bears") {
  struct Case {
    std::string names, common_name, host;
    bool good;
  };
  const auto at = GENERATE(values<Case>({
      {"", "db.example", "db.example", true},
      {"", "db.example", "DB.Example", true},
      {"DNS:other", "db.example", "db.example", false},  // names count, not the common name
      {"DNS:*.db.example", "x", "a.db.example", true},
      {"DNS:*.db.example", "x", "b.a.db.example", false},
      {"DNS:*.db.example", "x", "db.example", false},
      {"DNS:a*.db.example", "x", "ab.db.example", false},
      {"DNS:db.example", "x", ".example", false},
      {"DNS:db.example", "x", "", false},
      {"IP:127.0.0.1", "x", "127.0.0.1", true},
      {"IP:127.0.0.1", "127.0.0.2", "127.0.0.2", false},
      {"IP:::1", "x", "::1", true},
      {"IP:::1", "x", "0:0:0:0:0:0:0:1", true},
      {"DNS:127.0.0.1", "x", "127.0.0.1", true},  // as libpq 15
      {"", "127.0.0.1", "127.0.0.1", true},
      {"IP:127.0.0.1", "x", "db.example", false},
  }));
  CAPTURE(at.names, at.common_name, at.host);
  const Identity server = authority.issue({at.common_name, at.names, -day, day});
  const auto config = trusting(Mode::verify_full, authority.certificate());
  const Meeting meeting = connect(config, {server, {}, {}}, at.host);
  CHECK((meeting.step == Tls::Step::done) == at.good);
}

TEST_CASE_METHOD(Parties, "a CA file is trusted alone, in verify-ca and in require alike") {
  const Mode mode = GENERATE(Mode::prefer, Mode::require, Mode::verify_ca);
  const Identity server = authority.issue({"elsewhere", "", -day, day});
  CHECK(connect(trusting(mode, authority.certificate()), {server, {}, {}}).step == Tls::Step::done);
  const Meeting wrong = connect(trusting(mode, stranger.certificate()), {server, {}, {}});
  CHECK(wrong.step == Tls::Step::failed);
  CHECK_THAT(wrong.failure, Contains("the certificate cannot be trusted: ") &&
                                Contains("unable to get local issuer certificate"));
  CHECK_THAT(wrong.peers_failure, Contains("unknown ca"));
}

TEST_CASE_METHOD(Parties, "without a CA, prefer and require take any certificate") {
  const Mode mode = GENERATE(Mode::prefer, Mode::require);
  const Identity expired = stranger.issue({"elsewhere", "", -2 * day, -day});
  CHECK(connect(trusting(mode, ""), {expired, {}, {}}).step == Tls::Step::done);
}

TEST_CASE_METHOD(Parties, "an expired certificate is not trusted, nor one of tomorrow") {
  const auto config = trusting(Mode::verify_ca, authority.certificate());
  const Identity expired = authority.issue({"x", "", -2 * day, -day});
  CHECK_THAT(connect(config, {expired, {}, {}}).failure,
             Equals("the certificate cannot be trusted: certificate has expired"));
  const Identity early = authority.issue({"x", "", day, 2 * day});
  CHECK_THAT(connect(config, {early, {}, {}}).failure,
             Equals("the certificate cannot be trusted: certificate is not yet valid"));
}

TEST_CASE_METHOD(Parties, "a certificate that was revoked is not trusted, its fellow is") {
  const Identity revoked = authority.issue(), good = authority.issue();
  TlsUpstreamConfig config =
      trusting(GENERATE(Mode::prefer, Mode::require, Mode::verify_ca), authority.certificate());
  CHECK(connect(config, {revoked, {}, {}}).step == Tls::Step::done);
  config.crl = {authority.revoke({revoked})};
  const Meeting refused = connect(config, {revoked, {}, {}});
  CHECK(refused.step == Tls::Step::failed);
  CHECK_THAT(refused.failure, Equals("the certificate cannot be trusted: certificate revoked"));
  CHECK_THAT(refused.peers_failure, Contains("revoked"));
  CHECK(connect(config, {good, {}, {}}).step == Tls::Step::done);
}

TEST_CASE_METHOD(Parties, "a folder of revocation lists is looked into") {
  const Identity revoked = authority.issue(), good = authority.issue();
  const std::string lists = folder.file("lists");
  std::filesystem::create_directory(lists);
  TlsUpstreamConfig config = trusting(Mode::verify_ca, authority.certificate());
  config.crl = {lists};
  CHECK_THAT(connect(config, {good, {}, {}}).failure, Contains("unable to get certificate CRL"));
  std::filesystem::copy(authority.revoke({revoked}), lists + "/" + authority.hashed_name());
  CHECK_THAT(connect(config, {revoked, {}, {}}).failure, Contains("certificate revoked"));
  CHECK(connect(config, {good, {}, {}}).step == Tls::Step::done);
}

TEST_CASE_METHOD(Parties, "a revocation list must be the authority's own, and not have expired") {
  const Identity good = authority.issue();
  TlsUpstreamConfig config = trusting(Mode::verify_ca, authority.certificate());
  config.crl = {stranger.revoke({})};
  CHECK_THAT(connect(config, {good, {}, {}}).failure, Contains("unable to get certificate CRL"));
  config.crl.push_back(authority.revoke({}));
  CHECK(connect(config, {good, {}, {}}).step == Tls::Step::done);
  config.crl = {authority.revoke({}, -day)};
  CHECK_THAT(connect(config, {good, {}, {}}).failure, Contains("CRL has expired"));
}

TEST_CASE_METHOD(Parties, "the lowest version is kept, both ways") {
  const Identity server = authority.issue();
  PeerSettings old;
  old.max_version = TLS1_2_VERSION;
  TlsListenConfig listen = as_server(server);
  CHECK(accept(listen, old).step == Tls::Step::done);
  listen.min_version = "1.3";
  CHECK(accept(listen, old).step == Tls::Step::failed);
  CHECK_THAT(accept(listen, old).failure, Contains("unsupported protocol"));

  old.identity = server;
  TlsUpstreamConfig upstream = trusting(Mode::require, "");
  CHECK(connect(upstream, old).step == Tls::Step::done);
  upstream.min_version = "1.3";
  CHECK_THAT(connect(upstream, old).failure, Contains("protocol version"));
  upstream.min_version = "1.1";
  CHECK_THAT(complaint(upstream), Equals("min_version is \"1.1\"; it can be \"1.2\" or \"1.3\""));
}

TEST_CASE_METHOD(Parties, "a client's certificate: shown, absent, of a stranger") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  TlsListenConfig config = as_server(authority.issue());
  config.client_ca = authority.certificate();
  config.demand_client_certificate = GENERATE(true, false);
  PeerSettings client;
  client.max_version = version;

  const Meeting absent = accept(config, client);
  CHECK((absent.step == Tls::Step::done) == !config.demand_client_certificate);
  if (config.demand_client_certificate) {
    CHECK_THAT(absent.failure, Contains("peer did not return a certificate"));
  }
  client.identity = authority.issue();
  CHECK(accept(config, client).step == Tls::Step::done);
  client.identity = stranger.issue();
  const Meeting strange = accept(config, client);
  CHECK(strange.step == Tls::Step::failed);
  CHECK_THAT(strange.failure, Contains("the certificate cannot be trusted: "));
  CHECK_THAT(strange.peers_failure, Contains("unknown ca"));
}

TEST_CASE_METHOD(Parties, "our certificate is shown to a server that asks for it") {
  PeerSettings server;
  server.identity = authority.issue();
  server.trusts = authority.certificate();
  server.max_version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  TlsUpstreamConfig config = trusting(Mode::require, "");
  const Meeting without = connect(config, server);
  CHECK(without.step == Tls::Step::failed);
  // With TLS 1.3 it is told only by what the server says next.
  CHECK_THAT(without.failure, Contains("certificate required") || Contains("handshake failure"));

  const Identity ours = authority.issue();
  config.certificate = ours.certificate;
  config.key = ours.key;
  CHECK(connect(config, server).step == Tls::Step::done);
}

TEST_CASE_METHOD(Parties, "ALPN: direct TLS demands \"postgresql\"") {
  const TlsListenConfig config = as_server(authority.issue());
  const std::string ours("\x0apostgresql"), others("\x02h2\x08http/1.1"),
      both("\x02h2\x0apostgresql");
  struct Case {
    Tls::Opening opening;
    std::string offer;
    bool good;
  };
  const auto at = GENERATE_REF(values<Case>({{Tls::Opening::direct, ours, true},
                                             {Tls::Opening::direct, both, true},
                                             {Tls::Opening::direct, others, false},
                                             {Tls::Opening::direct, "", false},
                                             {Tls::Opening::after_request, ours, true},
                                             {Tls::Opening::after_request, others, false},
                                             {Tls::Opening::after_request, "", true}}));
  CAPTURE(at.offer);
  PeerSettings client;
  client.alpn = at.offer;
  const Meeting meeting = accept(config, client, at.opening);
  CHECK((meeting.step == Tls::Step::done) == at.good);
  if (!at.good) CHECK_THAT(meeting.peers_failure, Contains("no application protocol"));
}

TEST_CASE_METHOD(Parties, "off and disable need no context") {
  CHECK(TlsContext::for_clients({}) == nullptr);
  CHECK(TlsContext::for_upstream({}) == nullptr);
}

TEST_CASE_METHOD(Parties, "a wrong file of a listener is named, with what is wrong with it") {
  const Identity good = authority.issue(), other = authority.issue();
  const std::string nothing = folder.file("nothing.pem"), text = folder.write("text.pem", "text");
  TlsListenConfig config = as_server(good);

  config.certificate = nothing;
  CHECK_THAT(complaint(config),
             Equals("cannot read the certificate " + nothing + ": No such file or directory"));
  config.certificate = text;
  CHECK_THAT(complaint(config),
             Contains("the certificate " + text + " holds no certificate in PEM"));
  config.certificate = folder.file("");
  CHECK_THAT(complaint(config), Contains("is a folder"));

  config = as_server(good);
  config.key = other.key;
  CHECK_THAT(complaint(config), Equals("the private key " + other.key +
                                       " does not belong to the certificate " + good.certificate));
  config.key = good.certificate;
  CHECK_THAT(complaint(config), Contains(good.certificate + " holds no private key"));
  config.key.clear();
  CHECK_THAT(complaint(config), Equals("TLS towards clients needs both a certificate and its key"));

  config = as_server(good);
  config.demand_client_certificate = true;
  CHECK_THAT(complaint(config), Contains("demand_client_certificate needs client_ca"));
  config.client_ca = text;
  CHECK_THAT(complaint(config), Contains("client_ca " + text + " holds no certificate"));
}

TEST_CASE_METHOD(Parties, "a key with a passphrase is refused, nobody is asked for it") {
  const Identity good = authority.issue();
  const std::string path = folder.file("locked.key");
  {
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    std::FILE* file = std::fopen(path.c_str(), "w");
    const unsigned char phrase[] = "secret";
    PEM_write_PrivateKey(file, key.get(), EVP_aes_128_cbc(), phrase, 6, nullptr, nullptr);
    std::fclose(file);
  }
  TlsListenConfig config = as_server(good);
  config.key = path;
  CHECK_THAT(complaint(config), Contains("is protected by a passphrase"));
}

TEST_CASE_METHOD(Parties, "a wrong file towards the server is named, with what is wrong with it") {
  const Identity good = authority.issue();
  TlsUpstreamConfig config = trusting(Mode::verify_full, "");
  CHECK_THAT(complaint(config), Contains("verify-ca and verify-full need a CA"));
  config.ca = folder.file("nothing.pem");
  CHECK_THAT(complaint(config), Contains("cannot read the CA file " + config.ca + ": No such"));
  config.ca = "system";
  CHECK_THAT(complaint(config), Equals(""));
  config.mode = Mode::verify_ca;
  CHECK_THAT(complaint(config), Contains("needs mode verify-full"));

  config = trusting(Mode::require, "");
  config.certificate = good.certificate;
  CHECK_THAT(complaint(config), Contains("needs both a certificate and its key"));
  config.key = good.key;
  CHECK_THAT(complaint(config), Equals(""));
  ::chmod(good.key.c_str(), 0644);
  CHECK_THAT(complaint(config), Contains("the private key " + good.key + " can be read by others"));
}

TEST_CASE_METHOD(Parties, "a wrong revocation list is named, with what is wrong with it") {
  TlsUpstreamConfig config = trusting(Mode::require, "");
  config.crl = {authority.revoke({})};
  CHECK_THAT(complaint(config), Contains("are looked at with a CA only"));
  config.ca = authority.certificate();
  CHECK_THAT(complaint(config), Equals(""));
  config.crl = {folder.file("nothing.crl")};
  CHECK_THAT(complaint(config), Equals("cannot read the revocation lists " + config.crl[0] +
                                       ": No such file or directory"));
  config.crl = {authority.certificate()};
  CHECK_THAT(complaint(config), Equals("the file " + config.crl[0] +
                                       " holds no certificate revocation list in PEM format"));
}
