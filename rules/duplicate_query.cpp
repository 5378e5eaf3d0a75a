#include <algorithm>
#include <optional>
#include <unordered_map>

#include "analyzer/advice_repetition.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/question.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"
#include "analyzer/table_writes.hpp"

namespace onetrip {
namespace {

/// With values of their own; more of one shape are a loop.
constexpr std::size_t most_questions = 4;

bool may_repeat(const Statement& statement) {
  return reads(statement) && statement.parsed && !statement.tables.empty() && !statement.locking &&
         !statement.impure;
}

bool gave_the_same(const Trip& a, const Trip& b) {
  return a.rows == b.rows && a.columns == b.columns && a.bytes == b.bytes &&
         a.row_hash == b.row_hash;
}

/// The text meant other tables or rows: a setting of their session had changed.
bool meant_another(const Trip& a, const Trip& b) {
  return a.session == b.session && a.surroundings != b.surroundings;
}

/// Of all rows, not of the first ones only.
bool is_whole(const Trip& trip) {
  return trip.rows == trip.row_hash.rows && trip.row_hash.bytes < RowHash::most_bytes;
}

/// One question of a shape: its values, and when it was asked.
using Questions = std::unordered_map<std::uint64_t, std::vector<std::uint32_t>>;

class DuplicateQuery final : public Rule {
 public:
  explicit DuplicateQuery(std::uint64_t fewest) : fewest_(std::max<std::uint64_t>(fewest, 2)) {}

  std::string_view name() const override { return "duplicate-query"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    std::optional<TableWrites> writes;
    for (std::size_t loop = 0; loop < linked.links().loops.size(); ++loop) {
      if (!may_repeat(*linked.links().loops[loop].statement)) continue;
      const Questions questions = questions_of(linked, loop);
      const bool again = std::any_of(questions.begin(), questions.end(), [&](const auto& question) {
        return question.second.size() >= fewest_;
      });
      if (!again) continue;
      if (!writes) writes.emplace(linked.window());
      report(linked, loop, questions, *writes, reporter);
    }
  }

 private:
  struct Repeated {
    std::vector<std::uint32_t> trips;  ///< all with an answer that was there before or came again
    std::vector<std::uint32_t> again;  ///< those whose answer was there before
    std::uint64_t questions = 0;
  };

  /// None when there are so many that they are a loop.
  Questions questions_of(const LinkedWindow& linked, std::size_t loop) const {
    Questions questions;
    for (const std::uint32_t t : linked.repetition().free_rounds(loop)) {
      const Trip& trip = linked.window().trips[t];
      if (trip.cursor != 0 || trip.outcome != Outcome::completed || trip.answer_unseen) continue;
      const std::optional<std::uint64_t> values = values_of(trip);
      if (!values) continue;
      questions[*values].push_back(t);
      if (questions.size() > most_questions) return {};
    }
    return questions;
  }

  void add_repeats(const LinkedWindow& linked, Rounds asked,
                   const std::vector<std::uint32_t>& writes, Repeated& repeated) const {
    const std::vector<Trip>& trips = linked.window().trips;
    for (std::size_t begin = 0, end = 0; begin < asked.size(); begin = end) {
      const auto same = [&](std::uint32_t before, std::uint32_t next) {
        const auto write = std::upper_bound(writes.begin(), writes.end(), before);
        return gave_the_same(trips[before], trips[next]) &&
               !meant_another(trips[before], trips[next]) &&
               (write == writes.end() || *write > next) &&
               !linked.repetition().retries_between(before, next) &&
               linked.repetition().of_one_job(before, next);
      };
      for (end = begin + 1; end < asked.size() && same(asked[end - 1], asked[end]);) ++end;
      if (end - begin < fewest_) continue;
      ++repeated.questions;
      const Rounds run = asked.subspan(begin, end - begin);
      repeated.trips.insert(repeated.trips.end(), run.begin(), run.end());
      repeated.again.insert(repeated.again.end(), run.begin() + 1, run.end());
    }
  }

  void report(const LinkedWindow& linked, std::size_t loop, const Questions& questions,
              const TableWrites& writes, Reporter& reporter) const {
    const Window& window = linked.window();
    const std::vector<std::uint32_t> touching =
        writes.touching(*linked.links().loops[loop].statement);
    Repeated repeated;
    for (const auto& [values, asked] : questions)
      if (!are_polling(window, asked) && !are_awaiting(window, asked))
        add_repeats(linked, asked, touching, repeated);
    if (repeated.trips.empty() || !are_one_request(window, repeated.trips)) return;
    std::sort(repeated.trips.begin(), repeated.trips.end());
    std::sort(repeated.again.begin(), repeated.again.end());
    if (are_accepted(window, repeated.trips, name())) return;
    reporter.report(finding(linked, loop, repeated));
  }

  static Finding finding(const LinkedWindow& linked, std::size_t loop, const Repeated& repeated) {
    const Window& window = linked.window();
    const Statement& statement = *linked.links().loops[loop].statement;
    Finding finding;
    finding.title = title(window, statement, repeated);
    finding.confidence = confidence(window, repeated.trips);
    finding.severity = are_pipelined(window, repeated.trips) ? Severity::info : Severity::warning;
    finding.shape = cause_shape(statement);
    finding.evidence = measure(window, repeated.trips, repeated.questions);
    // What was there already need not be asked for at all.
    const Evidence again = measure(window, repeated.again, 0);
    if (finding.evidence.saved_ms > 0) finding.evidence.saved_ms = again.total_ms;
    for (WhatIf& what_if : finding.evidence.what_if)
      what_if.saved_ms = what_if.latency_ms * static_cast<double>(repeated.again.size());
    finding.statement = summarize(statement, finding.evidence.rows);
    finding.location = location_of(window, repeated.again);
    finding.advice = advise_duplicates(loop, linked.links(), window, linked.catalog());
    return finding;
  }

  static std::string title(const Window& window, const Statement& statement,
                           const Repeated& repeated) {
    const bool one_row = window.trips[repeated.trips.front()].rows == 1;
    std::string what = "the same rows of ", asked = " were asked for ";
    if (statement.aggregate) what = "the same facts of ";
    if (repeated.questions == 1 && one_row && !statement.aggregate) {
      what = "the same row of ";
      asked = " was asked for ";
    }
    const std::string turns =
        repeated.questions == 1 ? "" : ", " + std::to_string(repeated.questions) + " questions";
    return what + statement.tables.front().name + asked + std::to_string(repeated.trips.size()) +
           " times in one request" + turns;
  }

  /// Two users of one connection may ask the same shortly after one another: only a tag or a
  /// transaction tells that they are one.
  static Confidence confidence(const Window& window, Rounds rounds) {
    const bool all = std::all_of(rounds.begin(), rounds.end(),
                                 [&](std::uint32_t t) { return is_whole(window.trips[t]); });
    const bool sure =
        window.source != WindowSource::idle_gap || are_one_transaction(window, rounds);
    return sure && all ? Confidence::proven : Confidence::likely;
  }

  std::size_t fewest_;
};

}  // namespace

std::unique_ptr<Rule> make_duplicate_query(RuleOptions& options) {
  return std::make_unique<DuplicateQuery>(
      options.count("count", 2,
                    "Times that a question is asked with one answer in a window from which it is "
                    "told; once is no repeat."));
}

}  // namespace onetrip
