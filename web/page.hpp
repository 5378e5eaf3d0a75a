#pragma once

#include <string>
#include <string_view>

namespace onetrip {

/// The web page, one file without outside parts. Views of constants.
struct WebPage {
  std::string_view html;
  std::string_view gzip;    ///< the same, packed
  std::string_view etag;    ///< of its content, quoted
  std::string_view policy;  ///< its Content-Security-Policy
};

const WebPage& web_page();

/// The page with its data inside, to be kept and sent as a file: it then asks nobody. `json`: a
/// valid JSON text, either what `report --format json` writes or what web/src/source.ts says of
/// `Report`.
std::string web_report(std::string_view json);

}  // namespace onetrip
