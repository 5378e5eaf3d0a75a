#include "proxy/session/portals.hpp"

#include <algorithm>

namespace onetrip {

std::size_t Portal::footprint() const {
  std::size_t size = name.capacity() + formats.capacity();
  if (event) size += sizeof(Event) + event->execution.footprint();
  if (statement.is_only_one()) size += statement->footprint();
  return size;
}

std::size_t Portals::footprint() const {
  std::size_t size = portals_.capacity() * sizeof(Portal);
  for (const Portal& portal : portals_) size += portal.footprint();
  return size;
}

Portal* Portals::find(std::string_view name) {
  for (Portal& portal : portals_) {
    if (portal.name == name) return &portal;
  }
  return nullptr;
}

Portal& Portals::renew(std::string_view name) {
  for (auto portal = portals_.begin(); portal != portals_.end(); ++portal) {
    if (portal->name != name) continue;
    std::rotate(portal, portal + 1, portals_.end());
    return portals_.back();
  }
  portals_.emplace_back().name = name;
  return portals_.back();
}

Portal Portals::take(std::string_view name) {
  const auto found = std::find_if(portals_.begin(), portals_.end(),
                                  [&](const Portal& portal) { return portal.name == name; });
  if (found == portals_.end()) return {};
  Portal portal = std::move(*found);
  portals_.erase(found);
  return portal;
}

Portal Portals::take_first() {
  Portal portal = std::move(portals_.front());
  portals_.erase(portals_.begin());
  return portal;
}

}  // namespace onetrip
