#include "proxy/net/cancel_keys.hpp"

namespace onetrip {

void CancelKeys::remember(Bytes key, const Address& address) {
  const std::lock_guard lock(mutex_);
  addresses_.insert_or_assign(std::string(as_text(key)), address);
}

void CancelKeys::forget(Bytes key) {
  const std::lock_guard lock(mutex_);
  addresses_.erase(std::string(as_text(key)));
}

std::optional<Address> CancelKeys::find(Bytes key) const {
  const std::lock_guard lock(mutex_);
  const auto found = addresses_.find(std::string(as_text(key)));
  if (found == addresses_.end()) return std::nullopt;
  return found->second;
}

std::size_t CancelKeys::size() const {
  const std::lock_guard lock(mutex_);
  return addresses_.size();
}

}  // namespace onetrip
