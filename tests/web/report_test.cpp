#include <catch2/catch.hpp>

#include "web/page.hpp"

using namespace onetrip;

TEST_CASE("a report is the page with its data inside") {
  const std::string report = web_report(R"({"findings": []})");
  const std::string data =
      R"(<script id="onetrip-data" type="application/json">{"findings": []}</script>)";
  const std::size_t at = report.find(data);
  REQUIRE(at != std::string::npos);
  std::string page = report;
  page.replace(at, data.size(), "<!--data-->");
  CHECK(page == web_page().html);
}

TEST_CASE("nothing in the data ends its script") {
  const std::string report = web_report(R"({"title": "</script><script>alert(1)<!--"})");
  CHECK_THAT(report, Catch::Contains(R"("\u003c/script>\u003cscript>alert(1)\u003c!--")"));
  CHECK_THAT(report, !Catch::Contains("alert(1)<"));
}
