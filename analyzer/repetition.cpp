#include "analyzer/repetition.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "analyzer/loops.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

using Transaction = std::pair<SessionId, std::uint64_t>;

Transaction transaction_of(const Trip& trip) {
  return {trip.session, trip.transaction};
}

}  // namespace

Repetition::Repetition(const Window& window, const Links& links, const Catalog* catalog)
    : window_(window),
      links_(links),
      catalog_(catalog),
      linked_(window.trips.size()),
      walking_(window.trips.size()) {
  for (const LoopLink& link : links.links)
    for (const std::vector<std::uint32_t>* trips : {&link.children, &link.beyond})
      for (const std::uint32_t t : *trips) linked_[t] = true;
  find_conflicts();
  find_jobs();
  for (std::size_t loop = 0; loop < links.loops.size(); ++loop) {
    std::optional<Walk> walk = find_walk(window, links, loop, linked_, catalog);
    if (!walk) continue;
    for (const std::uint32_t t : walk->trips) walking_[t] = true;
    walks_.push_back(std::move(*walk));
  }
}

/// A COMMIT that fails is no trip: the session's next one tells that it met a conflict.
void Repetition::find_conflicts() {
  const std::vector<Trip>& trips = window_.trips;
  const auto conflicts_seen = [&](const Trip& trip) {
    return trip.attempt != trips.front().attempt || is_conflict(trip.outcome, trip.sqlstate);
  };
  if (std::none_of(trips.begin(), trips.end(), conflicts_seen)) return;
  struct Last {
    std::uint32_t attempt = 0;
    std::uint64_t transaction = 0;
  };
  std::map<SessionId, Last> sessions;
  std::set<Transaction> undone;
  std::vector<std::uint32_t> attempts(trips.size());
  std::uint32_t conflicts = 0;
  for (std::size_t t = 0; t < trips.size(); ++t) {
    const Trip& trip = trips[t];
    const auto [last, is_new] =
        sessions.try_emplace(trip.session, Last{trip.attempt, trip.transaction});
    if (trip.attempt != last->second.attempt) {
      ++conflicts;
      if (last->second.transaction != 0) undone.insert({trip.session, last->second.transaction});
    }
    last->second = {trip.attempt, trip.transaction};
    attempts[t] = conflicts;
    if (!is_conflict(trip.outcome, trip.sqlstate)) continue;
    ++conflicts;
    ++last->second.attempt;  // that it was counted here
    if (trip.transaction != 0) undone.insert(transaction_of(trip));
  }
  if (conflicts == 0) return;
  attempts_ = std::move(attempts);
  undone_.resize(trips.size());
  for (std::size_t t = 0; t < trips.size(); ++t)
    undone_[t] = undone.contains(transaction_of(trips[t]));
}

void Repetition::find_jobs() {
  if (std::none_of(window_.trips.begin(), window_.trips.end(),
                   [](const Trip& trip) { return trip.statement->skip_locked; }))
    return;
  std::vector<std::uint32_t> jobs(window_.trips.size());
  std::uint32_t job = 0;
  for (std::size_t t = 0; t < window_.trips.size(); ++t) {
    const Statement* statement = window_.trips[t].statement.get();
    if (statement->skip_locked) {
      ++job;
      if (std::find(queues_.begin(), queues_.end(), statement) == queues_.end())
        queues_.push_back(statement);
    }
    jobs[t] = job;
  }
  jobs_ = std::move(jobs);
}

bool Repetition::is_queue(const TableUse& table) const {
  return std::any_of(queues_.begin(), queues_.end(), [&](const Statement* taker) {
    return std::any_of(taker->tables.begin(), taker->tables.end(),
                       [&](const TableUse& use) { return use.name == table.name; });
  });
}

std::vector<std::uint32_t> Repetition::free_rounds(std::size_t loop) const {
  std::vector<std::uint32_t> rounds;
  for (const std::uint32_t t : links_.loops[loop].trips)
    if (!linked_[t] && !walking_[t] && !is_undone(t)) rounds.push_back(t);
  return rounds;
}

std::vector<std::uint32_t> Repetition::done_rounds(std::size_t loop) const {
  std::vector<std::uint32_t> rounds;
  for (const std::uint32_t t : links_.loops[loop].trips)
    if (!is_undone(t)) rounds.push_back(t);
  return rounds;
}

std::vector<Rounds> Repetition::by_job(Rounds rounds) const {
  std::vector<Rounds> result;
  for (std::size_t begin = 0, end = 0; begin < rounds.size(); begin = end) {
    while (end < rounds.size() && of_one_job(rounds[begin], rounds[end])) ++end;
    result.push_back(rounds.subspan(begin, end - begin));
  }
  return result;
}

/// Part of a unique key; without a catalog nobody knows, and what was not found and then inserted
/// speaks for it.
bool Repetition::is_key(const Loop& loop, const Predicate& predicate) const {
  if (catalog_ == nullptr) return true;
  const Origin origin = origin_of(predicate.column, *loop.statement, catalog_);
  if (!origin.column) return true;
  const Catalog::Table* table = catalog_->table(origin.column->table);
  return table != nullptr && std::any_of(table->unique_keys.begin(), table->unique_keys.end(),
                                         [&](const std::vector<std::int16_t>& key) {
                                           return std::find(key.begin(), key.end(),
                                                            origin.column->attribute) != key.end();
                                         });
}

bool Repetition::precedes_inserts(std::size_t index) const {
  const Loop& loop = links_.loops[index];
  for (const Predicate& predicate : loop.fed()) {
    if (!equates(predicate) || predicate.column.table >= loop.statement->tables.size()) continue;
    if (variety(window_, loop, predicate.slot) != Variety::several || !is_key(loop, predicate))
      continue;
    const TableUse& read = loop.statement->tables[predicate.column.table];
    std::unordered_map<ValueHash, std::uint32_t> inserted;  // value → last trip that did
    for (std::uint32_t t = loop.trips.front() + 1; t < window_.trips.size(); ++t) {
      const Statement& statement = *window_.trips[t].statement;
      if (statement.kind != StatementKind::insert) continue;
      const TableUse* written = written_table(statement);
      if (written == nullptr || written->name != read.name) continue;
      for (const Assignment& one : statement.assignments)
        if (one.column == predicate.column.column)
          inserted[single_value(window_.trips[t], one.slot)] = t;
    }
    std::size_t followed = 0, missing = 0;
    for (const std::uint32_t t : loop.trips) {
      const auto found = inserted.find(single_value(window_.trips[t], predicate.slot));
      const bool then = found != inserted.end() && found->first != no_value && found->second > t;
      if (then) ++followed;
      if (!then && window_.trips[t].rows == 0) ++missing;
    }
    if (followed > 0 && (missing == 0 || 2 * followed >= loop.trips.size())) return true;
  }
  return false;
}

}  // namespace onetrip
