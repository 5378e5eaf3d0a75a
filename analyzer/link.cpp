#include "analyzer/link.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/candidate.hpp"

namespace onetrip {
namespace {

bool reads(const Statement& statement) {
  return statement.kind == StatementKind::select && !statement.data_modifying_cte;
}

bool equates(const Predicate& predicate) {
  return predicate.op == Predicate::Op::equal || predicate.op == Predicate::Op::in_list ||
         predicate.op == Predicate::Op::any_array;
}

std::vector<Loop> find_loops(const Window& window) {
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_shape;
  std::vector<std::uint64_t> order;
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    if (trip.outcome == Outcome::failed || trip.outcome == Outcome::cut) continue;
    std::vector<std::uint32_t>& trips = by_shape[trip.statement->id];
    if (trips.empty()) order.push_back(trip.statement->id);
    if (!trips.empty() && trip.cursor != 0 && window.trips[trips.back()].cursor == trip.cursor)
      continue;  // FETCHes of one cursor are one result, no loop
    trips.push_back(t);
  }
  std::vector<Loop> loops;
  for (const std::uint64_t shape : order) {
    std::vector<std::uint32_t>& trips = by_shape[shape];
    if (trips.size() >= 2) loops.push_back({window.trips[trips[0]].statement, std::move(trips)});
  }
  return loops;
}

/// Links the loops of one window, in the order in which they begin: a loop's parent loop always
/// begins before it, so nested loops find their parent linked already.
class Solver {
 public:
  Solver(const Window& window, const Catalog* catalog, const ValueIndex& index, Links& links)
      : window_(window),
        catalog_(catalog),
        parents_(window, links.loops),
        finder_(window, catalog, index, parents_),
        links_(links) {}

  void solve(std::size_t loop);

 private:
  struct Fit {
    std::uint16_t predicate = 0;
    Candidate candidate;
  };
  std::vector<Seeker> seekers(const Loop& loop, std::uint16_t predicate,
                              const std::set<std::uint32_t>& linked) const;
  std::vector<std::uint16_t> feedable(const Loop& loop) const;
  std::optional<Fit> best(const Loop& loop, const std::set<std::uint32_t>& linked) const;
  bool better(const Fit& a, const Fit& b) const;
  std::optional<Fit> shared_value(const Loop& loop) const;
  std::size_t rows_with(const Candidate& candidate, ValueHash value) const;
  LoopLink make_link(std::size_t loop, Fit fit) const;
  std::vector<FeedingColumn> composite(const Loop& loop, const Fit& fit) const;
  void count_misses(LoopLink& link, const std::set<std::uint32_t>& linked) const;
  bool through_junction(const LoopLink& link) const;
  void grade(LoopLink& link, Tie tie) const;
  static bool merge(LoopLink& into, const LoopLink& from);

  const Window& window_;
  const Catalog* catalog_;
  Parents parents_;
  CandidateFinder finder_;
  Links& links_;
};

std::size_t distinct_values(const Window& window, const Loop& loop, std::uint16_t slot) {
  std::unordered_set<ValueHash> values;
  for (const std::uint32_t t : loop.trips) {
    const ValueHash value = single_value(window.trips[t], slot);
    if (value != no_value) values.insert(value);
  }
  return values.size();
}

/// Predicates whose slot differs between the rounds. Constant ones (a tenant) take no part.
std::vector<std::uint16_t> Solver::feedable(const Loop& loop) const {
  std::vector<std::uint16_t> result;
  const std::vector<Predicate>& predicates = loop.statement->predicates;
  for (std::uint16_t p = 0; p < predicates.size(); ++p)
    if (equates(predicates[p]) && distinct_values(window_, loop, predicates[p].slot) >= 2)
      result.push_back(p);
  return result;
}

std::vector<Seeker> Solver::seekers(const Loop& loop, std::uint16_t predicate,
                                    const std::set<std::uint32_t>& linked) const {
  const std::vector<std::uint16_t> varying = feedable(loop);
  std::vector<Seeker> result;
  for (const std::uint32_t t : loop.trips) {
    if (linked.contains(t)) continue;
    const Trip& trip = window_.trips[t];
    Seeker seeker{t, single_value(trip, loop.statement->predicates[predicate].slot), {}};
    if (seeker.value == no_value) continue;
    for (const std::uint16_t other : varying) {
      const ValueHash value = single_value(trip, loop.statement->predicates[other].slot);
      if (other != predicate && value != no_value) seeker.others.push_back(value);
    }
    result.push_back(std::move(seeker));
  }
  return result;
}

/// Nearly equal in how much they explain: then the better reason counts, then the order of rows,
/// then how much of the parent was used, then which result is newer.
bool Solver::better(const Fit& a, const Fit& b) const {
  const std::size_t most = std::max(a.candidate.children.size(), b.candidate.children.size());
  const auto explains = [&](const Fit& fit) {
    return fit.candidate.children.size() * 10 >= most * 9;
  };
  if (explains(a) != explains(b)) return explains(a);
  if (a.candidate.tie() != b.candidate.tie()) return a.candidate.tie() > b.candidate.tie();
  if (a.candidate.in_row_order != b.candidate.in_row_order) return a.candidate.in_row_order;
  const auto used = [](const Fit& fit) { return fit.candidate.coverage >= 0.5; };
  if (used(a) != used(b)) return used(a);
  return parents_.at(a.candidate.parent).trips.back() >
         parents_.at(b.candidate.parent).trips.back();
}

std::optional<Solver::Fit> Solver::best(const Loop& loop,
                                        const std::set<std::uint32_t>& linked) const {
  std::optional<Fit> found;
  for (const std::uint16_t p : feedable(loop)) {
    const Predicate& predicate = loop.statement->predicates[p];
    for (Candidate& candidate :
         finder_.find(seekers(loop, p, linked), *loop.statement, predicate)) {
      Fit fit{p, std::move(candidate)};
      if (!found || better(fit, *found)) found = std::move(fit);
    }
  }
  return found;
}

std::size_t Solver::rows_with(const Candidate& candidate, ValueHash value) const {
  std::size_t rows = 0;
  for (const std::uint32_t t : parents_.at(candidate.parent).trips) {
    const Trip& trip = window_.trips[t];
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      if (trip.cell(row, candidate.columns[0].key_column) == value) ++rows;
  }
  return rows;
}

/// One value that k rows of the parent share, fetched k times after it: a loop without identity map
/// over rows that all point to one row. Only a foreign key tells it from a repeated lookup.
std::optional<Solver::Fit> Solver::shared_value(const Loop& loop) const {
  for (std::uint16_t p = 0; p < loop.statement->predicates.size(); ++p) {
    const Predicate& predicate = loop.statement->predicates[p];
    if (!equates(predicate) || distinct_values(window_, loop, predicate.slot) != 1) continue;
    for (Candidate& candidate : finder_.find(seekers(loop, p, {}), *loop.statement, predicate)) {
      const bool proven = candidate.tie() == Tie::foreign_key &&
                          candidate.columns[0].relation.direction == Direction::forward;
      const ValueHash value = single_value(window_.trips[loop.trips[0]], predicate.slot);
      const bool whole = candidate.fed_rows == candidate.children.size() &&
                         candidate.fed_rows == rows_with(candidate, value);
      if (proven && whole) return Fit{p, std::move(candidate)};
    }
  }
  return std::nullopt;
}

LoopLink Solver::make_link(std::size_t loop, Fit fit) const {
  const Loop& rounds = links_.loops[loop];
  const Predicate& predicate = rounds.statement->predicates[fit.predicate];
  LoopLink link;
  link.loop = loop;
  link.parent = parents_.at(fit.candidate.parent);
  link.composite = composite(rounds, fit);
  link.columns = std::move(fit.candidate.columns);
  link.alternatives = std::move(fit.candidate.alternatives);
  link.child = origin_of(predicate.column, *rounds.statement, catalog_);
  link.predicate = fit.predicate;
  link.children = std::move(fit.candidate.children);
  link.distinct = fit.candidate.distinct;
  link.fed_rows = fit.candidate.fed_rows;
  link.in_row_order = fit.candidate.in_row_order;
  link.high_entropy = fit.candidate.high_entropy;
  link.direction = link.columns.front().relation.direction;
  link.pipelined = std::all_of(link.children.begin() + 1, link.children.end(),
                               [&](std::uint32_t t) { return window_.trips[t].pipelined; });
  if (link.direction == Direction::reverse && through_junction(link))
    link.direction = Direction::many_to_many;
  if (link.parent.loop) {
    for (std::size_t i = 0; i < links_.links.size(); ++i)
      if (links_.links[i].loop == *link.parent.loop) link.outer = i;
    if (link.outer) link.chain = links_.links[*link.outer].chain;
    link.chain.push_back(*link.parent.loop);
  }
  return link;
}

/// Columns that fed the shape's other varying predicates from the very same rows.
std::vector<FeedingColumn> Solver::composite(const Loop& loop, const Fit& fit) const {
  std::vector<FeedingColumn> result;
  const Candidate& candidate = fit.candidate;
  const Trip& sample = window_.trips[candidate.rows.front().first];
  for (const std::uint16_t p : feedable(loop)) {
    if (p == fit.predicate) continue;
    const Predicate& predicate = loop.statement->predicates[p];
    const Origin child = origin_of(predicate.column, *loop.statement, catalog_);
    for (std::size_t c = 0; c < sample.key_columns.size(); ++c) {
      bool same = true;
      for (std::size_t i = 0; i < candidate.rows.size() && same; ++i) {
        const auto& [trip, row] = candidate.rows[i];
        same = window_.trips[trip].cell(row, c) ==
               single_value(window_.trips[candidate.children[i]], predicate.slot);
      }
      if (!same) continue;
      Origin origin = origin_of(sample.key_columns[c], *sample.statement, catalog_);
      Relation relation = relate(origin, child, catalog_);
      if (relation.tie == Tie::none) continue;
      result.push_back({c, std::move(origin), std::move(relation)});
      break;
    }
  }
  return result;
}

/// The child reads another table through the one that carries the key, and nothing of that one.
bool Solver::through_junction(const LoopLink& link) const {
  const Statement& child = *links_.loops[link.loop].statement;
  const ColumnUse& key = child.predicates[link.predicate].column;
  const bool onward =
      std::any_of(child.joins.begin(), child.joins.end(), [&](const JoinEdge& join) {
        const bool left = join.left.table == key.table && join.left.column != key.column;
        const bool right = join.right.table == key.table && join.right.column != key.column;
        return (left || right) && join.left.table != join.right.table;
      });
  if (!onward) return false;
  return std::none_of(child.outputs.begin(), child.outputs.end(), [&](const OutputColumn& output) {
    if (output.origin) return output.origin->table == key.table;
    return output.star;
  });
}

/// Children amid the linked ones whose value this parent never had, though it is wholly known.
void Solver::count_misses(LoopLink& link, const std::set<std::uint32_t>& linked) const {
  for (const std::uint32_t t : link.parent.trips)
    if (window_.trips[t].indexed_rows() < window_.trips[t].rows) return;
  const Loop& loop = links_.loops[link.loop];
  const std::uint16_t slot = loop.statement->predicates[link.predicate].slot;
  for (const std::uint32_t t : loop.trips) {
    if (t < link.children.front() || t > link.children.back() || linked.contains(t)) continue;
    if (single_value(window_.trips[t], slot) != no_value) ++link.misses;
  }
}

void Solver::grade(LoopLink& link, Tie tie) const {
  const bool strong = tie >= Tie::sibling || link.high_entropy;
  const bool contained = link.misses == 0 && link.distinct >= 2 && link.fed_rows >= 2;
  link.confidence = strong && contained ? Confidence::proven : Confidence::likely;
  if (window_.saturated) link.confidence = std::min(link.confidence, Confidence::likely);
}

/// The same statement ran twice and each result fed its share: one finding.
bool Solver::merge(LoopLink& into, const LoopLink& from) {
  const bool same = into.parent.statement->id == from.parent.statement->id &&
                    into.predicate == from.predicate && into.direction == from.direction &&
                    into.columns.size() == from.columns.size() &&
                    std::equal(into.columns.begin(), into.columns.end(), from.columns.begin(),
                               [](const FeedingColumn& a, const FeedingColumn& b) {
                                 return a.key_column == b.key_column;
                               });
  if (!same) return false;
  into.parent.trips.insert(into.parent.trips.end(), from.parent.trips.begin(),
                           from.parent.trips.end());
  into.parent.rows += from.parent.rows;
  into.children.insert(into.children.end(), from.children.begin(), from.children.end());
  std::sort(into.parent.trips.begin(), into.parent.trips.end());
  std::sort(into.children.begin(), into.children.end());
  into.distinct += from.distinct;
  into.fed_rows += from.fed_rows;
  into.in_row_order = into.in_row_order && from.in_row_order;
  into.pipelined = into.pipelined && from.pipelined;
  return true;
}

void Solver::solve(std::size_t loop) {
  const Loop& rounds = links_.loops[loop];
  if (!reads(*rounds.statement)) return;
  std::set<std::uint32_t> linked;
  std::vector<LoopLink> parts;
  const auto accept = [&](Fit fit) {
    LoopLink link = make_link(loop, std::move(fit));
    linked.insert(link.children.begin(), link.children.end());
    const bool merged =
        std::any_of(parts.begin(), parts.end(), [&](LoopLink& part) { return merge(part, link); });
    if (!merged) parts.push_back(std::move(link));
  };
  while (std::optional<Fit> fit = best(rounds, linked)) accept(std::move(*fit));
  if (parts.empty())
    if (std::optional<Fit> fit = shared_value(rounds)) accept(std::move(*fit));
  for (LoopLink& part : parts) {
    count_misses(part, linked);
    grade(part, part.columns.front().relation.tie);
    links_.links.push_back(std::move(part));
  }
  if (!parts.empty()) parents_.join(loop, rounds);
}

/// Every value that a child of a loop asks for.
ValueIndex index_for(const Window& window, const std::vector<Loop>& loops) {
  ValueIndex index;
  for (const Loop& loop : loops) {
    if (!reads(*loop.statement)) continue;
    for (const Predicate& predicate : loop.statement->predicates) {
      if (!equates(predicate)) continue;
      for (const std::uint32_t t : loop.trips) {
        const ValueHash value = single_value(window.trips[t], predicate.slot);
        if (value != no_value) index.want(value);
      }
    }
  }
  if (!index.empty()) index.scan(window);
  return index;
}

}  // namespace

Links find_links(const Window& window, const Catalog* catalog) {
  Links links{find_loops(window), {}};
  if (links.loops.empty()) return links;
  const ValueIndex index = index_for(window, links.loops);
  if (index.empty()) return links;
  Solver solver(window, catalog, index, links);
  for (std::size_t loop = 0; loop < links.loops.size(); ++loop) solver.solve(loop);
  return links;
}

bool needs_catalog(const Window& window) {
  std::unordered_set<std::uint64_t> shapes;
  bool rows = false, repeats = false;
  for (const Trip& trip : window.trips) {
    rows = rows || trip.rows >= 2;
    repeats = repeats || !shapes.insert(trip.statement->id).second;
  }
  return rows && repeats;
}

}  // namespace onetrip
