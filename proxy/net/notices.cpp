#include "proxy/net/notices.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "proxy/net/channel_binding.hpp"

namespace onetrip {
namespace {

constexpr Time once_a_while = std::chrono::seconds(30);

}  // namespace

bool Notices::Seldom::due(Time now) {
  auto next = next_.load(std::memory_order_relaxed);
  // The thread that wins the exchange is the one that speaks.
  return now.count() >= next && next_.compare_exchange_strong(next, (now + once_a_while).count(),
                                                              std::memory_order_relaxed);
}

void Notices::opened(const std::vector<Address>& listening, const Endpoint& upstream) {
  if (!upstream.is_local()) return;
  const auto remote = std::find_if(listening.begin(), listening.end(), [](const Address& address) {
    return !is_loopback(address.socket);
  });
  if (remote == listening.end()) return;
  spdlog::warn(
      "listening on {}, beyond this machine, while the server at {} is on it: remote clients reach "
      "it as local ones and may match trust or peer lines of its pg_hba.conf: have pg_hba.conf "
      "demand "
      "scram-sha-256 for local connections, too, or listen on loopback only",
      remote->text, upstream.text());
}

void Notices::upstream_failed(const Endpoint& upstream, const std::string& why, Time now) {
  const bool is_new =
      upstream_.exchange(Upstream::down, std::memory_order_relaxed) != Upstream::down;
  if (!failure_.due(now) && !is_new) return;
  spdlog::warn("no connection to the server at {}: {}", upstream.text(), why);
}

void Notices::upstream_reached(const Endpoint& upstream) {
  if (upstream_.load(std::memory_order_relaxed) == Upstream::up) return;
  if (upstream_.exchange(Upstream::up, std::memory_order_relaxed) == Upstream::down) {
    spdlog::info("the server at {} is reached again", upstream.text());
  }
}

std::optional<bool> Notices::upstream_up() const {
  const Upstream known = upstream_.load(std::memory_order_relaxed);
  if (known == Upstream::not_asked) return std::nullopt;
  return known == Upstream::up;
}

void Notices::cleartext_password(const std::string& client, Time now) {
  if (!password_.due(now)) return;
  spdlog::warn(
      "the server asks {} for its password in clear, and the way to that client is neither "
      "encrypted nor within this machine: set listen.tls, or another method in pg_hba.conf",
      client);
}

void Notices::channel_binding_conflict(const Endpoint& upstream) {
  if (conflict_told_.exchange(true)) return;
  spdlog::warn("towards the server at {}, {}", upstream.text(), onetrip::channel_binding_conflict);
}

void Notices::client_tls_failed(const std::string& client, const std::string& why, Time now) {
  if (!client_tls_.due(now)) return;
  const bool demanded = why.find("did not return a certificate") != std::string::npos;
  spdlog::warn("no TLS with the client {}: {}{}", client, why,
               demanded ? " (listen.tls.demand_client_certificate is on: give the client sslcert "
                          "and sslkey)"
                        : "");
}

void Notices::accept_failed(const std::string& why, Time now) {
  if (accept_.due(now)) spdlog::warn("cannot accept connections for now: {}", why);
}

void Notices::too_many_clients(std::size_t limit, Time now) {
  if (clients_.due(now)) spdlog::warn("refusing clients: {} are connected, the limit", limit);
}

}  // namespace onetrip
