#include "analyzer/catalog_shelf.hpp"

#include <algorithm>

namespace onetrip {
namespace {

constexpr std::size_t most_hopeless = 10'000;  ///< more are asked for once more

CatalogKey place_of(const Window& window, SessionId session) {
  for (const auto& [other, key] : window.elsewhere)
    if (other == session) return key;
  return {window.pair, window.database};
}

std::vector<CatalogKey> places_of(const Window& window) {
  std::vector<CatalogKey> places{{window.pair, window.database}};
  for (const auto& [session, key] : window.elsewhere)
    if (std::find(places.begin(), places.end(), key) == places.end()) places.push_back(key);
  return places;
}

}  // namespace

void CatalogShelf::session_opened(const SessionFacts& session) {
  entries_[{session.pair, session.database}].user = session;
}

bool CatalogShelf::wait_for(const Window& window, Time now) {
  if (source_ == nullptr) return false;
  bool waits = false;
  for (const CatalogKey& key : places_of(window)) waits = wait_for(key, window, now) || waits;
  return waits;
}

bool CatalogShelf::wait_for(const CatalogKey& key, const Window& window, Time now) {
  Entry& entry = entries_[key];
  const bool wanted =
      entry.state == State::absent ||
      (entry.state == State::ready && (entry.outdated || !knows(entry, key, window)));
  if (wanted) {
    entry.outdated = entry.gave_up = false;
    entry.asked = now;
    const bool accepted = source_->request(key.database, entry.user);
    entry.state = accepted ? State::reading : State::missing;
  }
  if (entry.state != State::reading) return false;
  if (now - entry.asked >= patience_) entry.gave_up = true;
  return !entry.gave_up;
}

bool CatalogShelf::knows(Entry& entry, const CatalogKey& key, const Window& window) {
  SharedColumns looked_at;
  for (const Trip& trip : window.trips) {
    if (!window.elsewhere.empty() && place_of(window, trip.session) != key) continue;
    if (trip.shared_columns == looked_at) continue;
    looked_at = trip.shared_columns;
    for (const ResultColumn& column : trip.key_columns()) {
      const std::uint32_t oid = column.table_oid;
      if (oid == 0 || entry.catalog->table(oid) != nullptr || entry.hopeless.contains(oid))
        continue;
      entry.unknown.insert(oid);
    }
  }
  return entry.unknown.empty();
}

void CatalogShelf::each_part(
    const Window& window, const std::function<void(const Window&, const Catalog*)>& visit) const {
  const CatalogKey own{window.pair, window.database};
  if (window.elsewhere.empty()) return visit(window, get(own).get());
  // Which of the places speaks for each: the first of those that describe the same.
  const std::vector<CatalogKey> places = places_of(window);
  const auto speaker = [&](const CatalogKey& key) {
    return *std::find_if(places.begin(), places.end(), [&](const CatalogKey& other) {
      return other.database == key.database && content_of(other) == content_of(key);
    });
  };
  if (std::all_of(places.begin(), places.end(),
                  [&](const CatalogKey& key) { return speaker(key) == own; }))
    return visit(window, get(own).get());
  for (const CatalogKey& key : places) {
    if (speaker(key) != key) continue;
    Window part = window;
    part.database = key.database;
    std::erase_if(part.trips,
                  [&](const Trip& trip) { return speaker(place_of(window, trip.session)) != key; });
    visit(part, get(key).get());
  }
}

std::uint64_t CatalogShelf::content_of(const CatalogKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.content;
}

CatalogPtr CatalogShelf::get(const CatalogKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.catalog;
}

void CatalogShelf::outdate(const std::string& database) {
  for (auto& [key, entry] : entries_) {
    if (key.database != database) continue;
    entry.outdated = true;
    if (entry.state == State::missing) entry.state = State::absent;
  }
}

void CatalogShelf::ready(const CatalogKey& key, CatalogPtr catalog) {
  Entry& entry = entries_[key];
  if (catalog == nullptr) {
    entry.state = entry.catalog == nullptr ? State::missing : State::ready;
  } else {
    entry.state = State::ready;
    entry.catalog = std::move(catalog);
    entry.content = ++last_content_;
    for (const auto& [other, described] : entries_)
      if (other.database == key.database && other != key && described.catalog != nullptr &&
          describe_the_same(*described.catalog, *entry.catalog))
        entry.content = described.content;
  }
  if (entry.hopeless.size() > most_hopeless) entry.hopeless.clear();
  for (const std::uint32_t oid : entry.unknown)
    if (entry.catalog == nullptr || entry.catalog->table(oid) == nullptr)
      entry.hopeless.insert(oid);
  entry.unknown.clear();
}

std::map<std::string, std::string> CatalogShelf::states() const {
  static constexpr std::string_view names[] = {"absent", "reading", "ready", "missing"};
  std::map<std::string, std::size_t> servers;
  for (const auto& [key, entry] : entries_)
    if (entry.state != State::absent) ++servers[key.database];
  std::map<std::string, std::string> states;
  for (const auto& [key, entry] : entries_) {
    if (entry.state == State::absent) continue;  // nothing asked for it
    const bool alone = servers[key.database] == 1;
    const std::string name = alone ? key.database : key.database + " at " + entry.user.upstream;
    states[name] = names[static_cast<int>(entry.state)];
  }
  return states;
}

}  // namespace onetrip
