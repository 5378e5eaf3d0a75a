#include <cassert>

#include "web/page.hpp"

namespace onetrip {

std::string web_report(std::string_view json) {
  constexpr std::string_view place = "<!--data-->";
  const std::string_view html = web_page().html;
  const std::size_t at = html.find(place);
  assert(at != std::string_view::npos);
  std::string out(html.substr(0, at));
  out += R"(<script id="onetrip-data" type="application/json">)";
  // Nothing in it may end the script: in JSON `<` stands in texts alone, and may be written so
  // there.
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out.push_back(c);
    }
  }
  out += "</script>";
  return out.append(html.substr(at + place.size()));
}

}  // namespace onetrip
