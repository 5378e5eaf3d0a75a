#include "analyzer/judge.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

/// Reports a warning of each confidence.
class Talker final : public Rule {
 public:
  std::string_view name() const override { return "talker"; }
  void judge(const LinkedWindow&, Reporter& reporter) const override {
    for (const Confidence confidence :
         {Confidence::proven, Confidence::likely, Confidence::possible}) {
      Finding finding;
      finding.confidence = confidence;
      finding.severity = Severity::warning;
      reporter.report(std::move(finding));
    }
  }
};

std::string judged(const RuleLevels& levels) {
  std::vector<std::unique_ptr<Rule>> rules;
  rules.push_back(std::make_unique<Talker>());
  Window window;
  window.trips.resize(1);
  window.trips[0].statement = std::make_shared<const Statement>();
  std::string out;
  for (const Finding& finding :
       Judge(std::move(rules), {{"talker", levels}}).judge(window, nullptr)) {
    out += std::string(to_string(finding.confidence)) + " " +
           std::string(to_string(finding.severity)) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("without levels a rule's findings keep its own severity") {
  CHECK(judged({}) == "proven warning\nlikely warning\npossible warning\n");
}

TEST_CASE("a level changes the severity of its confidence, or switches it off") {
  CHECK(judged({{Confidence::proven, Severity::error}, {Confidence::likely, std::nullopt}}) ==
        "proven error\npossible warning\n");
}

TEST_CASE("a rule that is off for every confidence says nothing") {
  CHECK(judged({{Confidence::proven, std::nullopt},
                {Confidence::likely, std::nullopt},
                {Confidence::possible, std::nullopt}}) == "");
}
