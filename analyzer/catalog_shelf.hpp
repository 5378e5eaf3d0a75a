#pragma once

#include <map>
#include <set>
#include <string>

#include "analyzer/engine.hpp"

namespace onetrip {

/// Catalogs by database: when to ask for one, how long to wait, when one is out of date. Worker
/// thread.
class CatalogShelf {
 public:
  CatalogShelf(CatalogSource* source, Time patience) : source_(source), patience_(patience) {}

  /// Whether judgement of this window should wait for its catalog. Asks for the catalog when it is
  /// wanted and not there, out of date, or does not know a table of the window.
  bool wait_for(const Window& window, const SessionFacts& session, Time now);
  CatalogPtr get(const std::string& database) const;

  void outdate(const std::string& database);  ///< DDL was seen
  void ready(const std::string& database, CatalogPtr catalog);
  std::map<std::string, std::string> states() const;

 private:
  enum class State : std::uint8_t { absent, reading, ready, missing };
  struct Entry {
    State state = State::absent;
    bool outdated = false;
    bool gave_up = false;  ///< patience ended during this reading
    Time asked{};
    CatalogPtr catalog;
    std::set<std::uint32_t>
        hopeless;                     ///< OIDs that a fresh reading did not know (temporary tables)
    std::set<std::uint32_t> unknown;  ///< OIDs that this reading was asked for
  };
  static bool knows(Entry& entry, const Window& window);

  CatalogSource* source_;
  Time patience_;
  std::map<std::string, Entry> entries_;
};

}  // namespace onetrip
