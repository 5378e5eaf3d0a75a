#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "admin/api.hpp"
#include "admin/live_events.hpp"
#include "analyzer/engine.hpp"
#include "tests/sinks/example_finding.hpp"

namespace onetrip {

/// Reports one finding for every window that ran anything.
class AlwaysRule final : public Rule {
 public:
  std::string_view name() const override { return "n-plus-one"; }
  void judge(const LinkedWindow&, Reporter& reporter) const override {
    reporter.report(example_finding());
  }
};

/// An engine that is asked at once, on the caller's thread, in place of a worker.
class EngineFixture {
 public:
  EngineFixture() {
    std::vector<std::unique_ptr<Rule>> rules;
    rules.push_back(std::make_unique<AlwaysRule>());
    engine_ = std::make_unique<Engine>(hasher_, Engine::Config{}, std::move(rules), nullptr,
                                       std::vector<FindingSink*>{&live_});
    engine_->watch(&live_);
    vitals.version = "1.2.3";
    vitals.state = Vitals::State::ready;
    vitals.listen = {"127.0.0.1:6532"};
    vitals.upstreams = {{"db:5432", false, "refused"}};
  }

  AdminBackend backend() {
    AdminBackend out;
    out.ask = [this](std::function<void(Engine&, Time)> question) { question(*engine_, now_); };
    out.vitals = [this] { return vitals; };
    out.metrics = [](Engine&, const Vitals&, MetricsFormat format) {
      return std::string(format == MetricsFormat::openmetrics ? "# EOF\n" : "onetrip_up 1\n");
    };
    out.set_analysis = [this](const AnalysisSwitch& wanted) {
      vitals.analysis = wanted.enabled.value_or(vitals.analysis);
      vitals.sample = wanted.sample.value_or(vitals.sample);
    };
    out.listen = [this] { return events.read(); };
    out.rules = {"n-plus-one", "duplicate-query"};
    out.history = [this](const std::string&, std::size_t most, const History::Answer& answer) {
      asked_minutes = most;
      answer(past);
    };
    out.later = [](const std::function<void()>& task) { task(); };
    return out;
  }

  /// One statement of session 1, 10 ms after the last.
  void run(const std::string& sql) {
    if (sequence_ == 0) open_session();
    now_ += std::chrono::milliseconds(10);
    Event event;
    event.session = 1;
    event.time = now_;
    event.execution.sequence = ++sequence_;
    event.execution.text = sql;
    event.execution.text_hash = hasher_.bytes(sql);
    event.execution.command = "SELECT";
    event.execution.rows = 1;
    event.execution.sent = event.execution.begun = now_ - std::chrono::milliseconds(2);
    event.execution.first_answer = event.execution.complete = now_;
    engine_->take(event);
  }

  /// What an earlier process found.
  void restore(const Finding& finding) { engine_->restore({finding}); }

  void wait(Time pause) { engine_->tick(now_ += pause); }

  Vitals vitals;
  EventLog events;
  StatementHistory past;  ///< of whatever statement is asked for
  std::size_t asked_minutes = 0;

 private:
  void open_session() {
    Event event;
    event.kind = Event::Kind::session_opened;
    event.session = 1;
    event.facts.user = event.facts.database = event.facts.application_name = "shop";
    engine_->take(event);
  }

  LiveEvents live_{events, 0};
  ValueHasher hasher_{ValueHasher::Key{}};
  std::unique_ptr<Engine> engine_;
  Time now_ = std::chrono::seconds(1);
  std::uint64_t sequence_ = 0;
};

}  // namespace onetrip
