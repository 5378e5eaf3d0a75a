#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/vitals.hpp"

namespace onetrip {

/// The body of GET /api/v1/status.
boost::json::object status_json(const Vitals& vitals, const Engine::Counters& engine);

/// Each with its address, and `up`: null before the first attempt to connect for a client.
boost::json::array upstreams_json(const Vitals& vitals);

/// Why nothing, or not all, was analysed, and what mends it.
struct Unchecked {
  std::string what;  ///< without final stop
  std::string fix;   ///< says what to do, by itself

  /// Both, for people.
  std::string sentence() const;
};

/// Empty when all was analysed.
std::vector<Unchecked> unchecked(const Vitals& vitals, const Engine::Counters& engine);

/// The same as sentences.
std::vector<std::string> not_checked(const Vitals& vitals, const Engine::Counters& engine);

/// Of these, what came and was not looked at: connections that failed, sessions that were blind,
/// events that were lost.
std::vector<std::string> not_looked_at(const Vitals& vitals, const Engine::Counters& engine);

std::string_view to_string(Vitals::State state);
std::string_view to_string(Vitals::Store::State state);

}  // namespace onetrip
