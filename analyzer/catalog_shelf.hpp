#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"

namespace onetrip {

/// Catalogs by server and database: when to ask for one, how long to wait, when one is out of date.
/// Worker thread.
class CatalogShelf {
 public:
  CatalogShelf(CatalogSource* source, Time patience) : source_(source), patience_(patience) {}

  /// Remembers who may ask for the catalog of its database.
  void session_opened(const SessionFacts& session);
  /// Whether judgement of this window should wait for its catalogs. Asks for those that are wanted
  /// and not there, out of date, or do not know a table of the window.
  bool wait_for(const Window& window, Time now);
  /// The window, or where it reached into several databases what it did in each: no one statement
  /// could have fetched from two of them. Those that describe the same (a server and its replica)
  /// are one.
  void each_part(const Window& window,
                 const std::function<void(const Window&, const Catalog*)>& visit) const;
  CatalogPtr get(const CatalogKey& key) const;

  /// DDL was seen there. Databases of the same name are read again, too: one may be the replica.
  void outdate(const std::string& database);
  void ready(const CatalogKey& key, CatalogPtr catalog);
  std::map<std::string, std::string> states() const;

 private:
  enum class State : std::uint8_t { absent, reading, ready, missing };
  struct Entry {
    State state = State::absent;
    bool outdated = false;
    bool gave_up = false;  ///< patience ended during this reading
    Time asked{};
    CatalogPtr catalog;
    std::uint64_t content = 0;  ///< equal where catalogs of a database's name describe the same
    SessionFacts user;          ///< the newest session there
    std::set<std::uint32_t>
        hopeless;                     ///< OIDs that a fresh reading did not know (temporary tables)
    std::set<std::uint32_t> unknown;  ///< OIDs that this reading was asked for
  };
  bool wait_for(const CatalogKey& key, const Window& window, Time now);
  static bool knows(Entry& entry, const CatalogKey& key, const Window& window);
  std::uint64_t content_of(const CatalogKey& key) const;

  CatalogSource* source_;
  Time patience_;
  std::uint64_t last_content_ = 0;
  std::map<CatalogKey, Entry> entries_;
};

}  // namespace onetrip
