#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/session/prepared.hpp"

namespace onetrip {

/// A bound statement. Its execution waits here from Bind to Execute, and between the Executes of a
/// portal that was suspended.
struct Portal {
  std::string name;
  StatementRef statement;        ///< empty when it is not known
  std::unique_ptr<Event> event;  ///< none once it ran to its end
  std::string formats;           ///< result formats as Bind had them
  BinaryKeys binary = 0;         ///< of the execution's key columns
  bool described = false;        ///< its execution has its key columns
  bool begun = false;            ///< an Execute was answered

  std::size_t footprint() const;
};

/// The portals of a session, few: mostly none or the unnamed one. Whoever adds keeps them few.
class Portals {
 public:
  /// Null if there is none. Good until the next change.
  Portal* find(std::string_view name);
  /// That of this name, which then is the newest, as it is; else a new one. Good until the next
  /// change.
  Portal& renew(std::string_view name);
  /// Takes it out; a portal without name and event if there is none.
  Portal take(std::string_view name);
  std::vector<Portal>::iterator begin() { return portals_.begin(); }
  std::vector<Portal>::iterator end() { return portals_.end(); }
  void clear() { portals_.clear(); }
  /// Takes the oldest out. There is one.
  Portal take_first();
  std::size_t size() const { return portals_.size(); }
  std::size_t footprint() const;

 private:
  std::vector<Portal> portals_;
};

}  // namespace onetrip
