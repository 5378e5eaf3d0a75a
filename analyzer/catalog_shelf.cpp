#include "analyzer/catalog_shelf.hpp"

namespace onetrip {

bool CatalogShelf::wait_for(const Window& window, const SessionFacts& session, Time now) {
  if (source_ == nullptr) return false;
  Entry& entry = entries_[window.database];
  const bool wanted = entry.state == State::absent ||
                      (entry.state == State::ready && (entry.outdated || !knows(entry, window)));
  if (wanted) {
    entry.outdated = entry.gave_up = false;
    entry.asked = now;
    const bool accepted = source_->request(window.database, session);
    entry.state = accepted ? State::reading : State::missing;
  }
  if (entry.state != State::reading) return false;
  if (now - entry.asked >= patience_) entry.gave_up = true;
  return !entry.gave_up;
}

bool CatalogShelf::knows(Entry& entry, const Window& window) {
  for (const Trip& trip : window.trips)
    for (const ResultColumn& column : trip.key_columns) {
      const std::uint32_t oid = column.table_oid;
      if (oid == 0 || entry.catalog->table(oid) != nullptr || entry.hopeless.contains(oid))
        continue;
      entry.unknown.insert(oid);
    }
  return entry.unknown.empty();
}

CatalogPtr CatalogShelf::get(const std::string& database) const {
  const auto found = entries_.find(database);
  return found == entries_.end() ? nullptr : found->second.catalog;
}

void CatalogShelf::outdate(const std::string& database) {
  const auto found = entries_.find(database);
  if (found == entries_.end()) return;
  found->second.outdated = true;
  if (found->second.state == State::missing) found->second.state = State::absent;
}

void CatalogShelf::ready(const std::string& database, CatalogPtr catalog) {
  Entry& entry = entries_[database];
  if (catalog == nullptr) {
    entry.state = entry.catalog == nullptr ? State::missing : State::ready;
  } else {
    entry.state = State::ready;
    entry.catalog = std::move(catalog);
  }
  for (const std::uint32_t oid : entry.unknown)
    if (entry.catalog == nullptr || entry.catalog->table(oid) == nullptr)
      entry.hopeless.insert(oid);
  entry.unknown.clear();
}

std::map<std::string, std::string> CatalogShelf::states() const {
  static constexpr std::string_view names[] = {"absent", "reading", "ready", "missing"};
  std::map<std::string, std::string> states;
  for (const auto& [database, entry] : entries_)
    states[database] = names[static_cast<int>(entry.state)];
  return states;
}

}  // namespace onetrip
