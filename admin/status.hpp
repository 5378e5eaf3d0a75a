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

/// What was not looked at though it came: connections that failed, sessions that were blind, events
/// that were lost; one sentence each, with the line that mends it.
std::vector<std::string> not_looked_at(const Vitals& vitals, const Engine::Counters& engine);

/// Why nothing, or not all, was analysed: one sentence each, with the line that mends it. Empty
/// when there is nothing to say.
std::vector<std::string> not_checked(const Vitals& vitals, const Engine::Counters& engine);

std::string_view to_string(Vitals::State state);
std::string_view to_string(Vitals::Store::State state);

}  // namespace onetrip
