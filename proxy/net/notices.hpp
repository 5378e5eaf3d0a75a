#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/net/address.hpp"

namespace onetrip {

/// The few things of the wire that a person must know, said in the log, and not more often than is
/// of use. Any thread.
class Notices {
 public:
  /// Remote clients reach a local server as if they were local, and may match its `trust` or `peer`
  /// lines.
  void opened(const std::vector<Address>& listening, const Endpoint& upstream);
  void upstream_failed(const Endpoint& upstream, const std::string& why, Time now);
  void upstream_reached(const Endpoint& upstream);
  void cleartext_password(const std::string& client, Time now);
  /// Once, and once more after certificates_changed(); see channel_binding.hpp.
  void channel_binding_conflict(const Endpoint& upstream);
  void certificates_changed() { conflict_told_ = false; }
  void client_tls_failed(const std::string& client, const std::string& why, Time now);
  void accept_failed(const std::string& why, Time now);
  void too_many_clients(std::size_t limit, Time now);

  /// Whether the last attempt to connect succeeded; none: there was none.
  std::optional<bool> upstream_up() const;

 private:
  enum class Upstream : std::uint8_t { not_asked, up, down };
  // Says yes once a while.
  class Seldom {
   public:
    bool due(Time now);

   private:
    std::atomic<std::int64_t> next_{0};
  };

  std::atomic<Upstream> upstream_{Upstream::not_asked};
  std::atomic<bool> conflict_told_{false};
  Seldom failure_, password_, accept_, clients_, client_tls_;
};

}  // namespace onetrip
