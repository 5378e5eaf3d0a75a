#include "budget/project_path.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
namespace json = boost::json;

namespace {

ReportContext in(const std::string& project, const std::string& folder) {
  ReportContext context;
  context.project = project;
  context.folder = folder;
  return context;
}

json::array gitlab(const std::string& file, const ReportContext& context) {
  VerdictStory story;
  story.loop("a").at("GET /books", "", 50).last().finding->location->file = file;
  return json::parse(write_report(ReportFormat::gitlab, story.verdict(), context)).as_array();
}

}  // namespace

TEST_CASE("a file is named from the project's folder on, wherever onetrip works") {
  const ReportContext root = in("/builds/shop", "/builds/shop");
  CHECK(project_path("/builds/shop/api/views.py", root) == "api/views.py");
  CHECK(project_path("api/views.py", root) == "api/views.py");
  CHECK(project_path("./api//../api/views.py", root) == "api/views.py");
  const ReportContext below = in("/builds/shop/", "/builds/shop/backend");
  CHECK(project_path("/builds/shop/backend/views.py", below) == "backend/views.py");
  CHECK(project_path("views.py", below) == "backend/views.py");
  CHECK(project_path("../common/models.py", below) == "common/models.py");
}

TEST_CASE("a file outside of the project, or where none is known, stays as it is told") {
  const ReportContext root = in("/builds/shop", "/builds/shop");
  for (const char* file :
       {"/usr/lib/python3/x.py", "/builds/shop2/x.py", "../x.py", "/builds/shop", ""})
    CHECK(project_path(file, root) == file);
  CHECK(project_path("/builds/shop/x.py", {}) == "/builds/shop/x.py");
  CHECK(project_path("x.py", in("/builds/shop", "/elsewhere")) == "x.py");
}

TEST_CASE("GitLab, GitHub and SARIF name a line of code from the project's folder on") {
  const ReportContext root = in("/builds/shop", "/builds/shop");
  VerdictStory story;
  story.loop("a").at("GET /books", "", 50).last().finding->location->file = "/builds/shop/api/v.py";
  CHECK(gitlab("/builds/shop/api/v.py", root)[0].at("location").at("path") == "api/v.py");
  CHECK_THAT(write_report(ReportFormat::github, story.verdict(), root),
             Catch::StartsWith("::error file=api/v.py,line=41,"));
  const std::string sarif = write_report(ReportFormat::sarif, story.verdict(), root);
  CHECK_THAT(sarif, Catch::Contains(R"("uri": "api/v.py", "uriBaseId": "%SRCROOT%")"));
}

TEST_CASE("GitLab is told of code outside of the project in words, at the budget's line") {
  const json::value entry = gitlab("/usr/lib/x.py", in("/builds/shop", "/builds/shop/ci"))[0];
  CHECK(entry.at("location").at("path") == "ci/onetrip-budget.toml");
  CHECK(entry.at("location").at("lines").at("begin") == 1);
  CHECK_THAT(std::string(entry.at("description").as_string()),
             Catch::EndsWith("; at /usr/lib/x.py:41"));
}
