#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/budget/verdict_story.hpp"
#include "web/page.hpp"

using namespace onetrip;

namespace {

namespace json = boost::json;

constexpr std::string_view opens = R"(<script id="onetrip-data" type="application/json">)",
                           closes = "</script>";

std::string html(const Verdict& verdict, Witness witness = {}) {
  ReportContext context = report_context();
  context.witness = std::move(witness);
  return write_report(ReportFormat::html, verdict, context);
}

/// What a browser takes for the data: up to the first end of a script, whatever stands before it.
std::string held(const std::string& page) {
  const std::size_t from = page.find(opens) + opens.size();
  REQUIRE(from > opens.size());
  return page.substr(from, page.find(closes, from) - from);
}

json::value told(const Verdict& verdict) {
  return json::parse(write_report(ReportFormat::json, verdict, report_context()));
}

}  // namespace

TEST_CASE("the page is the web page with the verdict inside, whatever texts hold") {
  for (const Verdict& verdict : {kept_verdict(), broken_verdict(), hostile_verdict()}) {
    std::string page = html(verdict);
    const std::string data = held(page);
    CHECK(json::parse(data) == told(verdict));
    CHECK(data.find('<') == std::string::npos);
    page.replace(page.find(opens), opens.size() + data.size() + closes.size(), "<!--data-->");
    CHECK(page == web_page().html);
  }
}

TEST_CASE("what was seen of requests and statements stands beside the verdict") {
  json::object expected = told(kept_verdict()).as_object();
  expected["windows"] = {{{"id", "1"}}, {{"id", "2"}}};
  expected["statements"] = json::array{};
  expected["labels"] = {{{"label", "GET /"}}};
  expected["applications"] = {{{"application", "shop"}}};
  const Witness witness{R"([{"id": "1"}, {"id": "2"}])", "[]", R"([{"label": "GET /"}])",
                        R"([{"application": "shop"}])"};
  CHECK(json::parse(held(html(kept_verdict(), witness))) == expected);
}

TEST_CASE("a page of which no request is known says nothing of requests") {
  const json::value data = json::parse(held(html(kept_verdict())));
  for (const char* name : {"windows", "statements", "labels", "applications"})
    CHECK_FALSE(data.as_object().contains(name));
}
