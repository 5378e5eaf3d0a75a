#pragma once

#include <boost/json/object.hpp>

#include "analyzer/finding.hpp"

namespace onetrip {

/// A finding as the API, logs and reports show it: keys always in the same order,
/// what is not known null. Strings are as they came; print with to_json_text.
boost::json::object finding_json(const Finding& finding);

boost::json::object window_json(const WindowSummary& window);

}  // namespace onetrip
