#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/number_table.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// A window as it is kept after it was judged: enough to show it and what it showed.
struct ArchivedWindow {
  struct Trip {
    StatementPtr statement;
    double offset_ms = 0, server_ms = 0;
    std::uint64_t rows = 0, bytes = 0;
    SessionId session = 0;
    std::uint64_t values = 0;        ///< over those that it asked with; 0 when one is not known
    std::array<char, 5> sqlstate{};  ///< zeros when it did not fail
    std::int32_t finding = -1;       ///< whose child it is: its index below
  };
  std::uint64_t number = 0, container = 0;
  WindowSummary summary;
  std::string label, application, database;
  bool open = false, saturated = false, set_up = false;
  Time opened{};
  std::vector<Trip> trips;
  std::vector<Finding> findings;

  /// Id of the finding that a trip of this window is a child of; empty when none.
  const std::string& finding_of(const Trip& trip) const;
  /// Fingerprint of its parent there.
  const std::string& feeder_of(const Trip& trip) const;
};

WindowSummary summarize(const Window& window);

/// Windows that were judged, newest kept; bounded in count and in trips. Worker thread.
class WindowArchive {
 public:
  static constexpr std::size_t max_windows = 2000, max_trips = 200'000;

  /// Puts or replaces. `findings` is what this judgement showed.
  void put(const Window& window, std::vector<Finding> findings);
  /// Brings a window up to date without judging it.
  void refresh(const Window& window);
  /// The same of one that was put with the trips that it has.
  void refresh_facts(const Window& window) { describe(window); }

  /// By its id, its name or its trace's id; the newest one.
  const ArchivedWindow* find(const std::string& id_or_name) const;
  const ArchivedWindow* find(std::uint64_t number) const;
  std::vector<const ArchivedWindow*> all() const;  ///< newest first
  /// What a window and all windows inside it showed, each finding once (its worst).
  std::vector<Finding> findings_in(const std::string& id_or_name) const;
  /// The trips of a window, or of all windows inside a named one, in the order in which they were
  /// sent; `offset_ms` is that in `window`.
  struct Placed {
    const ArchivedWindow* window;
    const ArchivedWindow::Trip* trip;
    double offset_ms;
  };
  std::vector<Placed> trips_in(const ArchivedWindow& window) const;
  void clear();
  /// Bytes of memory for windows and trips, what is kept to be used again included; for tests.
  std::size_t footprint() const;

 private:
  static constexpr std::size_t most_spare_trips =
      64;  ///< of a forgotten window, whose room is kept

  const ArchivedWindow& at(std::uint64_t number) const { return windows_[*places_.find(number)]; }
  /// From the oldest, 0.
  const ArchivedWindow& nth(std::size_t n) const { return windows_[(oldest_ + n) % max_windows]; }
  ArchivedWindow& place(std::uint64_t number);
  ArchivedWindow& describe(const Window& window);
  ArchivedWindow& copy(const Window& window);
  std::set<std::uint64_t> inside(const ArchivedWindow& window) const;  ///< itself too
  void make_room();

  void forget_oldest();
  void warm_oldest() const;

  std::vector<ArchivedWindow> windows_;    ///< a ring, in the order in which they were first put
  std::size_t oldest_ = 0, size_ = 0;      ///< of it
  NumberTable<std::size_t, 4096> places_;  ///< by number
  std::size_t trips_ = 0;
};

}  // namespace onetrip
