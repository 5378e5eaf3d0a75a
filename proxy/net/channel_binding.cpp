#include "proxy/net/channel_binding.hpp"

#include <algorithm>

namespace onetrip {

OfferAction offer_action(Bytes shown_to_client, Bytes shown_by_server) {
  if (shown_by_server.empty()) return OfferAction::forward;
  if (shown_to_client.empty()) return OfferAction::remove_plus;
  return std::ranges::equal(shown_to_client, shown_by_server) ? OfferAction::forward
                                                              : OfferAction::forward_and_warn;
}

}  // namespace onetrip
