#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace onetrip {

/// What the process knows of itself at one moment, beside what the engine counts: a value that the
/// app gathers and metrics and status show.
struct Vitals {
  enum class State : std::uint8_t { starting, ready, draining };
  struct Upstream {
    std::string address;
    std::optional<bool> up;  ///< the last attempt for a client succeeded; none: no attempt yet
    std::string error;       ///< of the last attempt; empty when up
  };
  struct Process {
    double cpu_seconds = 0, start_time_seconds = 0;
    std::uint64_t resident_bytes = 0, virtual_bytes = 0, open_fds = 0, max_fds = 0;
  };

  /// A histogram: how many were at most so long, but longer than the bound before; the last one's
  /// bound is infinity.
  struct Durations {
    std::vector<double> bounds_seconds;
    std::vector<std::uint64_t> counts;
    double sum_seconds = 0;
  };

  /// The file that the history is kept in.
  struct Store {
    enum class State : std::uint8_t { off, opening, kept, failing, refused };
    State state = State::off;
    std::string path;
    std::string why;  ///< it fails or is refused, in a sentence
    std::uint64_t bytes = 0, writes = 0;
    std::map<std::string, std::uint64_t> failures;  ///< of opening, reading, writing; by reason
    std::uint64_t lost = 0;                         ///< findings and statements' minutes
  };

  std::string version;
  State state = State::starting;
  bool analysis = true;  ///< switched on
  double sample = 1;     ///< share of the new sessions that are looked at
  double uptime_seconds = 0;
  std::vector<std::string> listen;
  std::vector<Upstream> upstreams;
  std::uint64_t connections_open = 0, connections_total = 0;
  std::map<std::string, std::uint64_t> connections_failed;  ///< never a session, by reason
  std::uint64_t accept_errors = 0;
  std::uint64_t faults = 0;          ///< sessions ended because something of ours failed
  std::uint64_t log_lines_lost = 0;  ///< stderr did not take them
  std::uint64_t bytes_from_client = 0, bytes_from_server = 0;
  Durations overhead;  ///< of sampled batches, from being read to being sent
  std::uint64_t events_dropped = 0, ring_depth = 0, ring_capacity = 0;
  std::uint64_t journal_bytes = 0;  ///< that sessions said and that wait to be looked at
  Process process;
  Store store;
};

}  // namespace onetrip
