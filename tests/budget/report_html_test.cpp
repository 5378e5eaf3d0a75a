#include <catch2/catch.hpp>
#include <set>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using Catch::Contains;

namespace {

std::string html(const Verdict& verdict) {
  return write_report(ReportFormat::html, verdict, report_context());
}

/// Reads the page as a browser does: the tags in order, without their attributes. Whatever is
/// opened and not closed stays behind.
std::vector<std::string> open_tags(const std::string& page, std::set<std::string>& seen) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    const std::string tag = page.substr(at + 1, page.find_first_of(" >", at) - at - 1);
    REQUIRE(end != std::string::npos);
    if (tag == "!doctype" || tag == "meta") continue;
    seen.insert(tag);
    if (!tag.starts_with('/')) {
      open.push_back(tag);
    } else {
      REQUIRE(!open.empty());
      CHECK("/" + open.back() == tag);
      open.pop_back();
    }
  }
  return open;
}

}  // namespace

TEST_CASE("the page is one file that asks for nothing and runs nothing") {
  const std::string page = html(broken_verdict());
  CHECK_THAT(page, Catch::StartsWith("<!doctype html>\n"));
  CHECK_THAT(page, Contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
  for (const char* part :
       {"src=", "href=", "url(", "@import", "http:", "https:", "<script", "<link"})
    CHECK_THAT(page, !Contains(part));
  CHECK_THAT(page, Contains("prefers-color-scheme: dark"));
}

TEST_CASE("the page has a row for each problem, with all of it folded in") {
  const std::string page = html(broken_verdict());
  CHECK_THAT(page, Contains("<h1>onetrip: 5 errors, 2 warnings, 1 info in 120 requests"));
  CHECK_THAT(page, Contains("<tr class=\"head\"><td class=\"error\">error</td><td>n-plus-one</td>"
                            "<td>GET /books</td><td>author was fetched 50 times"));
  CHECK_THAT(page, Contains("<td>999 statements</td>"));
  CHECK_THAT(page, Contains("  fix       Django: Book.objects.select_related(&quot;author&quot;)"));
  CHECK_THAT(page, Contains("<li>GET /silent/37</li>"));
}

TEST_CASE("the page is small") {
  CHECK(html(kept_verdict()).size() < 2'000);
  CHECK(html(broken_verdict()).size() < 20'000);
}

TEST_CASE("hostile text opens no tag and leaves every tag closed") {
  for (const Verdict& verdict : {kept_verdict(), broken_verdict(), hostile_verdict()}) {
    std::set<std::string> seen;
    CHECK(open_tags(html(verdict), seen).empty());
    CHECK_FALSE(seen.contains("script"));
  }
  std::set<std::string> seen;
  open_tags(html(hostile_verdict()), seen);
  CHECK(seen.contains("pre"));
}
