#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace onetrip {

/// One line of JSON: keys in the order in which they were put in, numbers as people write them
/// (48.1, not 4.81E1), strings made valid UTF-8. Not-a-number and infinities become null.
std::string to_json_text(const boost::json::value& value);

/// Milliseconds as JSON shows them: rounded to microseconds.
double rounded_ms(double ms);

}  // namespace onetrip
