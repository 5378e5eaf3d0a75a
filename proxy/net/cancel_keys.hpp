#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "proxy/net/address.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// Which address a living session is connected to, by its BackendKeyData: a cancel request must go
/// to the very server that gave the key, while the upstream's name may mean several.
/// Any thread; used when sessions begin and end, never between.
class CancelKeys {
 public:
  /// `key`: process ID and secret key, as BackendKeyData and CancelRequest both have them.
  void remember(Bytes key, const Address& address);
  void forget(Bytes key);
  std::optional<Address> find(Bytes key) const;
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Address> addresses_;
};

}  // namespace onetrip
