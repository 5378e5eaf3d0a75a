// What the engine does with a window that it judged before it closed.
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "analyzer/engine.hpp"
#include "analyzer/window_archive.hpp"

using namespace onetrip;
using namespace std::chrono_literals;

namespace {

/// Counts how often it is asked.
class Counting final : public Rule {
 public:
  Counting(int& times, bool reports) : times_(times), reports_(reports) {}
  std::string_view name() const override { return "counting"; }
  void judge(const LinkedWindow&, Reporter& reporter) const override {
    ++times_;
    if (reports_) reporter.report(Finding());
  }

 private:
  int& times_;
  bool reports_;
};

/// Requests of one statement, each with a trace of its own.
class Requests {
 public:
  explicit Requests(bool guilty) {
    std::vector<std::unique_ptr<Rule>> rules;
    rules.push_back(std::make_unique<Counting>(judgements, guilty));
    engine = std::make_unique<Engine>(hasher_, Engine::Config{}, std::move(rules), nullptr,
                                      std::vector<FindingSink*>());
  }

  void run(int count) {
    for (int i = 1; i <= count; ++i) {
      std::array<char, 33> trace;
      std::snprintf(trace.data(), trace.size(), "%032x", i);
      Event event;
      event.session = 1;
      Execution& execution = event.execution;
      execution.text = "SELECT title FROM book WHERE id = 1 /*traceparent='00-" +
                       std::string(trace.data()) + "-00000000000000ab-01'*/";
      execution.text_hash = hasher_.bytes(execution.text);
      execution.sent = execution.begun = 1s + i * 1us;
      execution.first_answer = execution.complete = execution.sent + 1us;
      execution.rows = execution.columns = 1;
      event.time = execution.complete;
      engine->take(event);
    }
  }

  int judgements = 0;
  std::unique_ptr<Engine> engine;

 private:
  ValueHasher hasher_{ValueHasher::Key{}};
};

constexpr int many = static_cast<int>(WindowArchive::max_windows) + 100;

}  // namespace

TEST_CASE("what showed nothing is not judged once more, though the archive forgot it") {
  Requests requests(false);
  requests.run(many);
  requests.engine->flush(1100ms);
  CHECK(requests.judgements == many);
  requests.engine->shut_down(1200ms);
  CHECK(requests.judgements == many);
}

TEST_CASE("what showed something and was forgotten is judged once more, to be told") {
  Requests requests(true);
  requests.run(many);
  requests.engine->flush(1100ms);
  requests.engine->shut_down(1200ms);
  CHECK(requests.judgements > many);
}

TEST_CASE("a window that closes as it was judged keeps its trips and is shown as closed") {
  Requests requests(true);
  requests.run(1);
  requests.engine->flush(1100ms);
  const std::vector<Engine::WindowRow> before = requests.engine->windows("", "", 10);
  REQUIRE(before.size() == 1);
  CHECK(before[0].open);
  requests.engine->shut_down(1200ms);
  CHECK(requests.judgements == 1);
  const auto after = requests.engine->window(before[0].summary.id);
  REQUIRE(after);
  CHECK_FALSE(after->row.open);
  CHECK(after->row.findings == 1);
  REQUIRE(after->trips.size() == 1);
  CHECK(after->trips[0].rows == 1);
}
