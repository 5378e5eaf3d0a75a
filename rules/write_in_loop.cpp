#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>

#include "analyzer/advice_repetition.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/proof.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

std::uint64_t distinct_values(const Window& window, Rounds rounds, std::uint16_t slot) {
  std::unordered_set<ValueHash> values;
  for (const std::uint32_t t : rounds) values.insert(single_value(window.trips[t], slot));
  values.erase(no_value);
  return values.size();
}

/// Each round is a transaction of its own, and so waits for the disk.
bool each_commits(const Window& window, Rounds rounds) {
  std::set<std::pair<SessionId, std::uint64_t>> transactions;
  std::size_t alone = 0;
  for (const std::uint32_t t : rounds) {
    const Trip& trip = window.trips[t];
    if (trip.transaction == 0) {
      ++alone;
    } else {
      transactions.insert({trip.session, trip.transaction});
    }
  }
  return alone + transactions.size() == rounds.size();
}

/// The writes of a loop that belong together.
struct Writes {
  std::vector<std::uint32_t> trips;
  std::uint16_t predicate = 0;  ///< that names the row; of UPDATE and DELETE
  std::uint64_t distinct = 0;
};

class WriteInLoop final : public Rule {
 public:
  explicit WriteInLoop(std::uint64_t fewest_rows) : fewest_rows_(fewest_rows) {}

  std::string_view name() const override { return "write-in-loop"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    for (std::size_t loop = 0; loop < linked.links().loops.size(); ++loop) {
      const Loop& rounds = linked.links().loops[loop];
      if (rounds.trips.size() < fewest_rows_ || !writes_rows(*rounds.statement)) continue;
      if (!rounds.statement->parsed || written_table(*rounds.statement) == nullptr) continue;
      const std::optional<Writes> writes = find(linked, loop);
      if (!writes || are_accepted(linked.window(), writes->trips, name())) continue;
      reporter.report(finding(linked, loop, *writes));
    }
  }

 private:
  /// Of the job that wrote most.
  std::optional<Writes> find(const LinkedWindow& linked, std::size_t loop) const {
    const Loop& rounds = linked.links().loops[loop];
    const bool inserts = rounds.statement->kind == StatementKind::insert;
    // Each job of a queue is marked as done by itself.
    if (!inserts && linked.repetition().is_queue(*written_table(*rounds.statement)))
      return std::nullopt;
    const std::vector<std::uint32_t> done = linked.repetition().done_rounds(loop);
    std::optional<Writes> best;
    for (const Rounds job : linked.repetition().by_job(done)) {
      if (job.size() < fewest_rows_) continue;
      std::optional<Writes> writes = of_job(linked.window(), rounds, job);
      if (writes && (!best || writes->trips.size() > best->trips.size())) best = std::move(writes);
    }
    return best;
  }

  std::optional<Writes> of_job(const Window& window, const Loop& loop, Rounds job) const {
    const bool inserts = loop.statement->kind == StatementKind::insert;
    const bool single = std::all_of(job.begin(), job.end(), [&](std::uint32_t t) {
      const Trip& trip = window.trips[t];
      return trip.rows <= 1 && (inserts || !trip.answer_unseen);
    });
    if (!single || are_polling(window, job) || !are_one_request(window, job)) return std::nullopt;
    if (!from_one_place(window, job, fewest_rows_)) return std::nullopt;
    Writes writes{{job.begin(), job.end()}, 0, job.size()};
    if (inserts) return writes;
    // The same row again and again is a counter, or progress that is told.
    writes.distinct = 0;
    for (std::uint16_t p = 0; p < predicates_of(loop); ++p) {
      if (!equates(loop.fed()[p])) continue;
      const std::uint64_t distinct = distinct_values(window, job, loop.fed()[p].slot);
      if (distinct <= writes.distinct) continue;
      writes.predicate = p;
      writes.distinct = distinct;
    }
    if (writes.distinct < fewest_rows_) return std::nullopt;
    return writes;
  }

  static const LoopLink* link_of(const LinkedWindow& linked, std::size_t loop) {
    const LoopLink* best = nullptr;
    for (const LoopLink& link : linked.links().links) {
      if (link.loop != loop) continue;
      if (best == nullptr || link.children.size() > best->children.size()) best = &link;
    }
    return best;
  }

  static Finding finding(const LinkedWindow& linked, std::size_t loop, const Writes& writes) {
    const Window& window = linked.window();
    const Statement& statement = *linked.links().loops[loop].statement;
    const LoopLink* link = link_of(linked, loop);
    const bool commits = each_commits(window, writes.trips);
    Finding finding;
    finding.title = title(statement, writes, link);
    finding.confidence = Confidence::likely;
    finding.severity = commits ? Severity::error : Severity::warning;
    if (are_pipelined(window, writes.trips)) {
      finding.severity = Severity::info;
    } else if (commits) {
      finding.title += ", each in a transaction of its own";
    }
    finding.shape = std::string(verb_of(statement)) + " " + write_shape(statement);
    finding.evidence = measure(window, writes.trips, writes.distinct);
    finding.statement = summarize(statement, finding.evidence.rows);
    finding.location = location_of(window, writes.trips);
    finding.advice =
        advise_writes(loop, writes.predicate, linked.links(), window, linked.catalog());
    add_checks(linked, statement, finding.advice);
    if (link == nullptr) return finding;
    finding.confidence = link->confidence;
    finding.capped = link->capped;
    finding.link = proof_of(*link, statement);
    finding.parent = summarize(*link->parent.statement, link->parent.rows);
    return finding;
  }

  static std::string title(const Statement& statement, const Writes& writes, const LoopLink* link) {
    const std::string rows = std::to_string(writes.trips.size()) + " rows";
    const std::string& table = written_table(statement)->name;
    std::string text;
    if (statement.kind == StatementKind::insert) text = rows + " were inserted into " + table;
    if (statement.kind == StatementKind::update) text = rows + " of " + table + " were updated";
    if (statement.kind == StatementKind::delete_) text = rows + " were deleted from " + table;
    text += " one at a time in one request";
    const bool whole = link != nullptr && link->children.size() == writes.trips.size();
    if (!whole || link->columns.front().origin.table.empty()) return text;
    return text + ", for the rows of " + link->columns.front().origin.table;
  }

  /// Without values: the table, what names its rows, and what is set.
  static std::string write_shape(const Statement& statement) {
    std::string shape = cause_shape(statement);
    std::vector<std::string> columns;
    for (const Assignment& one : statement.assignments) columns.push_back(one.column);
    std::sort(columns.begin(), columns.end());
    for (const std::string& column : columns) shape += "; " + column;
    return shape;
  }

  /// Reads that only ask whether the row is there already.
  static void add_checks(const LinkedWindow& linked, const Statement& statement, Advice& advice) {
    if (statement.kind != StatementKind::insert) return;
    const std::vector<Loop>& loops = linked.links().loops;
    for (std::size_t loop = 0; loop < loops.size(); ++loop) {
      const Statement& check = *loops[loop].statement;
      const bool same_table = reads(check) && check.tables.size() == 1 &&
                              check.tables.front().name == written_table(statement)->name;
      if (!same_table || !linked.repetition().precedes_inserts(loop)) continue;
      advice.why += " The " + std::to_string(loops[loop].trips.size()) +
                    " lookups before them go away with ON CONFLICT.";
      return;
    }
  }

  std::size_t fewest_rows_;
};

}  // namespace

std::unique_ptr<Rule> make_write_in_loop(RuleOptions& options) {
  return std::make_unique<WriteInLoop>(options.count(
      "rows", 5, "Rows that a statement writes one at a time in a window from which it is told."));
}

}  // namespace onetrip
