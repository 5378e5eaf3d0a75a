#include "analyzer/judge.hpp"

#include <algorithm>
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

class Silent final : public Rule {
 public:
  std::string_view name() const override { return "talker"; }
  void judge(const LinkedWindow&, Reporter&) const override {}
};

RuleLevels off() {
  return {{Confidence::proven, std::nullopt},
          {Confidence::likely, std::nullopt},
          {Confidence::possible, std::nullopt}};
}

enum class Answers { seen, unseen };

std::string judged(const RuleSettings& settings, const std::string& label = "GET /books",
                   Answers answers = Answers::seen) {
  std::vector<std::unique_ptr<Rule>> rules;
  rules.push_back(std::make_unique<Talker>());
  Window window;
  window.label = label;
  window.trips.resize(1);
  window.trips[0].answer_unseen = answers == Answers::unseen;
  window.trips[0].statement = StatementPtr(Statement());
  std::string out;
  const Judge judge(std::move(rules), {{"talker", settings}});
  for (const Finding& finding : judge.judge(window, nullptr).findings) {
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
  CHECK(judged({{{Confidence::proven, Severity::error}, {Confidence::likely, std::nullopt}}, {}}) ==
        "proven error\npossible warning\n");
}

TEST_CASE("a rule that is off for every confidence says nothing") {
  CHECK(judged({off(), {}}) == "");
}

TEST_CASE("the first glob that a label matches decides") {
  RuleSettings settings;
  settings.labels = {{"GET /reports/*", off(), nullptr},
                     {"GET *", {{Confidence::proven, Severity::info}}, nullptr}};
  CHECK(judged(settings, "GET /reports/1/pages") == "");
  CHECK(judged(settings, "GET /books") == "proven info\nlikely warning\npossible warning\n");
  CHECK(judged(settings, "POST /books") == "proven warning\nlikely warning\npossible warning\n");
}

TEST_CASE("a label may have the rule with options of its own") {
  RuleSettings settings;
  settings.labels = {{"GET *", {}, std::make_shared<const Silent>()}};
  CHECK(judged(settings, "GET /books") == "");
  CHECK(judged(settings, "POST /books") != "");
}

namespace {

class Symptom final : public Rule {
 public:
  std::string_view name() const override { return "symptom"; }
  std::vector<std::string_view> yields_to() const override { return {"talker"}; }
  void judge(const LinkedWindow&, Reporter& reporter) const override {
    for (const char* fingerprint : {"", "v1:other"}) {
      Finding finding;
      finding.statement.fingerprint = fingerprint;
      reporter.report(std::move(finding));
    }
  }
};

std::size_t symptoms(const RuleSettings& talker) {
  std::vector<std::unique_ptr<Rule>> rules;
  rules.push_back(std::make_unique<Symptom>());
  rules.push_back(std::make_unique<Talker>());
  Window window;
  window.trips.resize(1);
  window.trips[0].statement = StatementPtr(Statement());
  const Judge judge(std::move(rules), {{"talker", talker}});
  const std::vector<Finding> findings = judge.judge(window, nullptr).findings;
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [](const Finding& finding) { return finding.rule == "symptom"; }));
}

}  // namespace

TEST_CASE("a rule yields to one that says more of the same statement, unless that is off") {
  CHECK(symptoms({}) == 1);
  CHECK(symptoms({off(), {}}) == 2);
}

TEST_CASE("a request in a named window is told apart by name, unless its tags do") {
  const auto source_of = [](WindowSource source, std::uint64_t container) {
    std::vector<std::unique_ptr<Rule>> rules;
    rules.push_back(std::make_unique<Talker>());
    Window window;
    window.source = source;
    window.container = container;
    window.trips.resize(1);
    window.trips[0].statement = StatementPtr(Statement());
    const Judge judge(std::move(rules), {});
    return judge.judge(window, nullptr).findings.at(0).window.source;
  };
  CHECK(source_of(WindowSource::idle_gap, 0) == WindowSource::idle_gap);
  CHECK(source_of(WindowSource::idle_gap, 7) == WindowSource::named);
  CHECK(source_of(WindowSource::trace, 7) == WindowSource::trace);
  CHECK(source_of(WindowSource::savepoint, 7) == WindowSource::savepoint);
}

TEST_CASE("where no answer was seen nothing is proven, and levels are those of what is left") {
  const std::string label = "GET /books";
  CHECK(judged({}, label, Answers::unseen) == "likely warning\nlikely warning\npossible warning\n");
  const RuleLevels levels{{Confidence::proven, Severity::error},
                          {Confidence::likely, std::nullopt}};
  CHECK(judged({levels, {}}, label, Answers::unseen) == "possible warning\n");
}
