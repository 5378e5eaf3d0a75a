#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <variant>

#include "app/admin_place.hpp"
#include "app/options.hpp"
#include "app/top_frame.hpp"

namespace onetrip {

/// Why there is none.
struct TopTrouble {
  Exit exit = Exit::unable;
  std::string sentence;
};

using TopReply = std::variant<TopContent, TopTrouble>;

/// Of GET /api/v1/status, /findings and /statements, one after another. Any thread; takes 6 s at
/// most.
TopReply ask_top(const AdminPlace& place);

/// Of the three answers. Throws std::runtime_error when that API gives no such answers.
TopContent top_content(const boost::json::value& status, const boost::json::value& findings,
                       const boost::json::value& statements, std::int64_t now_unix_ms);

}  // namespace onetrip
