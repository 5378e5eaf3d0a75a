#include "analyzer/view_rule.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace onetrip;

namespace {

const std::string rule =
    "({QUERY :commandType 1 :cteList ({CTE :ctequery {QUERY :targetList ({TARGETENTRY :expr {VAR "
    ":varno 1} :resno 1 :resname id :resorigtbl 99 :resorigcol 9 :resjunk false})}}) :targetList "
    "({TARGETENTRY :expr {VAR :varno 1 :location 8} :resno 1 :resname a\\ \\{\\:resno\\ 7 "
    ":ressortgroupref 0 :resorigtbl 16385 :resorigcol 2 :resjunk false} {TARGETENTRY :expr {CONST "
    ":constvalue 4 [ 1 0 0 0 ]} :resno 2 :resname n :resorigtbl 0 :resorigcol 0 :resjunk false}) "
    ":override 0 :returningList <>})";

}  // namespace

TEST_CASE("the outermost target list tells where a view's columns come from") {
  const auto columns = view_columns(rule);
  REQUIRE(columns.size() == 1);
  CHECK(columns.at(1) == Column{16385, 2});
}

TEST_CASE("a rule cut at any byte gives no wrong column") {
  for (std::size_t cut = 0; cut < rule.size(); ++cut) {
    for (const auto& [attribute, column] : view_columns(rule.substr(0, cut))) {
      REQUIRE(attribute == 1);
      REQUIRE(column == Column{16385, 2});
    }
  }
}

TEST_CASE("what is no rule gives nothing") {
  CHECK(view_columns("").empty());
  CHECK(view_columns("<>").empty());
  CHECK(view_columns("}}}{{{ :resno 1").empty());
  CHECK(
      view_columns("({QUERY :targetList ({TARGETENTRY :resno 99999 :resorigtbl 1 :resorigcol 1})})")
          .empty());
}
