#pragma once

#include <boost/json/object.hpp>

#include "analyzer/finding.hpp"

namespace onetrip {

class JsonNode;

/// A finding as the API, logs and reports show it: keys always in the same order,
/// what is not known null. Strings are as they came; print with to_json_text.
boost::json::object finding_json(const Finding& finding);

/// Reads back what finding_json wrote. Throws std::runtime_error with the place and the fault.
Finding read_finding(const JsonNode& node);

boost::json::object window_json(const WindowSummary& window);

}  // namespace onetrip
