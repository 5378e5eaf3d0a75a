#include "analyzer/link.hpp"

#include <algorithm>

#include "analyzer/assumed_link.hpp"
#include "analyzer/batches.hpp"
#include "analyzer/candidate.hpp"
#include "analyzer/fit.hpp"
#include "analyzer/junction.hpp"
#include "analyzer/link_cap.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/polymorphic.hpp"

namespace onetrip {
namespace {

constexpr std::size_t most_parents = 8;  ///< statements told as parents of one loop
constexpr int most_passes = 3;

/// Trips that are linked.
class Linked {
 public:
  explicit Linked(std::size_t trips) : has_(trips) {}
  bool contains(std::uint32_t trip) const { return has_[trip]; }
  std::size_t size() const { return size_; }
  void insert(const std::vector<std::uint32_t>& trips) {
    for (const std::uint32_t trip : trips) {
      if (!has_[trip]) ++size_;
      has_[trip] = true;
    }
  }

 private:
  std::vector<bool> has_;
  std::size_t size_ = 0;
};

/// Links the loops of one window, in the order in which they begin.
class Solver {
 public:
  Solver(const Window& window, const Catalog* catalog, const ValueIndex& index, Parents& parents,
         Links& links)
      : window_(window),
        catalog_(catalog),
        parents_(parents),
        finder_(window, catalog, index, parents_),
        links_(links) {}

  /// True when the loop has become a parent that loops looked at before may have wanted.
  bool solve(std::size_t loop);

 private:
  std::vector<Seeker> seekers(const Loop& loop, std::uint16_t predicate,
                              const Linked& linked) const;
  std::vector<std::uint16_t> feedable(const Loop& loop) const;
  std::optional<Fit> best(const Loop& loop, const Linked& linked) const;
  std::optional<Fit> shared_value(const Loop& loop) const;
  std::optional<Fit> batches(const Loop& loop) const;
  std::size_t rows_with(const Candidate& candidate, ValueHash value) const;
  LoopLink make_link(std::size_t loop, Fit fit) const;
  std::vector<FeedingColumn> composite(const Loop& loop, const Fit& fit) const;
  void count_misses(LoopLink& link, const Linked& linked) const;
  std::uint64_t rows_beyond(const Candidate& candidate) const;
  void take_beyond(LoopLink& link, std::uint64_t rows, Linked& linked) const;
  void grade(LoopLink& link, Tie tie) const;
  bool wanted_before(std::size_t loop) const;

  const Window& window_;
  const Catalog* catalog_;
  Parents& parents_;
  CandidateFinder finder_;
  Links& links_;
  std::vector<std::size_t> incomplete_;  ///< loops looked at, of which not every round was linked
};

/// Whether its rounds are looked for in results. Few writes are no loop that anyone reports, and
/// not worth the look.
bool may_be_fed(const Loop& loop) {
  constexpr std::size_t fewest_writes = 5;
  if (reads(*loop.statement)) return true;
  return loop.trips.size() >= fewest_writes && writes_rows(*loop.statement);
}

/// Predicates whose slot differs between the rounds. Constant ones (a tenant) take no part.
std::vector<std::uint16_t> Solver::feedable(const Loop& loop) const {
  std::vector<std::uint16_t> result;
  const std::vector<Predicate>& predicates = loop.fed();
  for (std::uint16_t p = 0; p < predicates_of(loop); ++p)
    if (equates(predicates[p]) && variety(window_, loop, predicates[p].slot) == Variety::several)
      result.push_back(p);
  return result;
}

std::vector<Seeker> Solver::seekers(const Loop& loop, std::uint16_t predicate,
                                    const Linked& linked) const {
  const std::vector<std::uint16_t> varying = feedable(loop);
  std::vector<Seeker> result;
  result.reserve(loop.trips.size() - linked.size());
  for (const std::uint32_t t : loop.trips) {
    if (linked.contains(t)) continue;
    const Trip& trip = window_.trips[t];
    Seeker seeker{t, single_value(trip, loop.fed()[predicate].slot), {}};
    if (seeker.value == no_value) continue;
    for (const std::uint16_t other : varying) {
      const ValueHash value = single_value(trip, loop.fed()[other].slot);
      if (other != predicate && value != no_value) seeker.others.push_back(value);
    }
    result.push_back(std::move(seeker));
  }
  return result;
}

std::optional<Fit> Solver::best(const Loop& loop, const Linked& linked) const {
  std::vector<Fit> fits;
  for (const std::uint16_t p : feedable(loop)) {
    const Predicate& predicate = loop.fed()[p];
    for (Candidate& candidate : finder_.find(seekers(loop, p, linked), *loop.statement, predicate))
      // A few rows here and there of what others have mostly explained are chance.
      if (linked.size() == 0 || !candidate.scattered) fits.push_back({p, std::move(candidate)});
  }
  return best_of(std::move(fits));
}

std::size_t Solver::rows_with(const Candidate& candidate, ValueHash value) const {
  std::size_t rows = 0;
  for (const std::uint32_t t : candidate.parent.trips) {
    const Trip& trip = window_.trips[t];
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      if (trip.cell(row, candidate.columns[0].key_column) == value) ++rows;
  }
  return rows;
}

/// One value that k rows of the parent share, fetched k times after it: a loop without identity map
/// over rows that all point to one row. Only a key tells it from a repeated lookup, or without a
/// catalog a name that says as much.
std::optional<Fit> Solver::shared_value(const Loop& loop) const {
  for (std::uint16_t p = 0; p < predicates_of(loop); ++p) {
    const Predicate& predicate = loop.statement->predicates[p];
    if (!equates(predicate) || variety(window_, loop, predicate.slot) != Variety::one) continue;
    for (Candidate& candidate :
         finder_.find(seekers(loop, p, Linked(window_.trips.size())), *loop.statement, predicate)) {
      const Tie needed = catalog_ == nullptr ? Tie::names : Tie::foreign_key;
      const bool refers = candidate.tie() == needed && candidate.direction() == Direction::forward;
      const ValueHash value = single_value(window_.trips[loop.trips[0]], predicate.slot);
      const bool whole = candidate.fed_rows == candidate.children.size() &&
                         candidate.fed_rows == rows_with(candidate, value);
      if (refers && whole) return Fit{p, std::move(candidate)};
    }
  }
  return std::nullopt;
}

/// A batch loader that is called for each row.
std::optional<Fit> Solver::batches(const Loop& loop) const {
  for (std::uint16_t p = 0; p < predicates_of(loop); ++p) {
    if (!may_be_batches(window_, loop, p)) continue;
    const std::vector<Seeker> seekers = list_seekers(window_, loop, p);
    for (Candidate& candidate : finder_.find(seekers, *loop.statement, loop.fed()[p])) {
      if (candidate.children.size() != seekers.size() || !are_row_by_row(window_, candidate))
        continue;
      leave_one_row_each(candidate);
      return Fit{p, std::move(candidate)};
    }
  }
  return std::nullopt;
}

LoopLink Solver::make_link(std::size_t loop, Fit fit) const {
  const Loop& rounds = links_.loops[loop];
  LoopLink link;
  link.loop = loop;
  link.composite = composite(rounds, fit);
  link.parent = std::move(fit.candidate.parent);
  link.columns = std::move(fit.candidate.columns);
  link.alternatives = std::move(fit.candidate.alternatives);
  link.child = std::move(fit.candidate.child);
  link.predicate = fit.predicate;
  link.children = std::move(fit.candidate.children);
  link.distinct = fit.candidate.distinct;
  link.fed_rows = fit.candidate.fed_rows;
  link.in_row_order = fit.candidate.in_row_order;
  link.high_entropy = fit.candidate.high_entropy;
  link.scattered = fit.candidate.scattered;
  link.partial = fit.candidate.partial;
  link.direction = link.columns.front().relation.direction;
  link.pipelined = std::all_of(link.children.begin() + 1, link.children.end(),
                               [&](std::uint32_t t) { return window_.trips[t].pipelined; });
  const bool reverse = reads(*rounds.statement) && link.direction == Direction::reverse;
  if (reverse && is_read_through(*rounds.statement, rounds.fed()[link.predicate].column))
    link.direction = Direction::many_to_many;
  return link;
}

/// Columns that fed the shape's other predicates from the very same rows: those that vary, and
/// constant ones where they belong to the link's key.
std::vector<FeedingColumn> Solver::composite(const Loop& loop, const Fit& fit) const {
  std::vector<FeedingColumn> result;
  const Candidate& candidate = fit.candidate;
  std::vector<std::pair<Column, Column>> key;  // its other columns, the parent's first
  if (catalog_ != nullptr && candidate.tie() == Tie::foreign_key)
    key = catalog_->rest_of_key(*candidate.columns[0].origin.column, *candidate.child.column);
  const Trip& sample = window_.trips[candidate.rows.front().first];
  for (std::uint16_t p = 0; p < predicates_of(loop); ++p) {
    const Predicate& predicate = loop.fed()[p];
    if (p == fit.predicate || !equates(predicate)) continue;
    const Variety values = variety(window_, loop, predicate.slot);
    if (values == Variety::none || (values == Variety::one && key.empty())) continue;
    const Origin child = origin_of(predicate.column, *loop.statement, catalog_,
                                   window_.trips[candidate.children.front()].key_columns());
    for (std::size_t c = 0; c < sample.key_columns().size(); ++c) {
      bool same = true;
      for (std::size_t i = 0; i < candidate.rows.size() && same; ++i) {
        const auto& [trip, row] = candidate.rows[i];
        same = window_.trips[trip].cell(row, c) ==
               single_value(window_.trips[candidate.children[i]], predicate.slot);
      }
      if (!same) continue;
      Origin origin = origin_of(sample.key_columns()[c], *sample.statement, catalog_);
      Relation relation = relate(origin, child, catalog_);
      const auto of_key = [&](const std::pair<Column, Column>& pair) {
        return origin.column == pair.first && child.column == pair.second;
      };
      const bool told = values == Variety::several || std::any_of(key.begin(), key.end(), of_key);
      if (relation.tie == Tie::none || !told) continue;
      result.push_back({c, std::move(origin), std::move(relation)});
      break;
    }
  }
  return result;
}

/// Rows of the parent that were not kept, where the loop came to the end of those that were.
std::uint64_t Solver::rows_beyond(const Candidate& candidate) const {
  const auto& [last_trip, last_row] = candidate.rows.back();
  const Trip& trip = window_.trips[last_trip];
  const bool to_the_end = last_row + 1 + trip.indexed_rows() / 10 >= trip.indexed_rows();
  if (trip.rows <= trip.indexed_rows() || !to_the_end || candidate.scattered ||
      !candidate.in_row_order)
    return 0;
  return trip.rows - trip.indexed_rows();
}

void Solver::take_beyond(LoopLink& link, std::uint64_t rows, Linked& linked) const {
  for (const std::uint32_t t : links_.loops[link.loop].trips)
    if (t > link.children.back() && !linked.contains(t) && link.beyond.size() < rows)
      link.beyond.push_back(t);
  linked.insert(link.beyond);
}

/// Children amid the linked ones whose value this parent never had, though it is wholly known.
void Solver::count_misses(LoopLink& link, const Linked& linked) const {
  for (const std::uint32_t t : link.parent.trips)
    if (window_.trips[t].indexed_rows() < window_.trips[t].rows) return;
  const Loop& loop = links_.loops[link.loop];
  const std::uint16_t slot = loop.fed()[link.predicate].slot;
  for (const std::uint32_t t : loop.trips) {
    if (t < link.children.front() || t > link.children.back() || linked.contains(t)) continue;
    if (single_value(window_.trips[t], slot) != no_value) ++link.misses;
  }
}

void Solver::grade(LoopLink& link, Tie tie) const {
  // That a column named id is a key, only a catalog knows.
  const bool key = tie != Tie::same_column || link.child.column;
  // Where ids are dense, a list that covers their range holds any few of them by chance.
  const bool strong =
      (tie >= Tie::sibling && key && !link.scattered && !link.partial) || link.high_entropy;
  const bool contained = link.misses == 0 && link.distinct >= 2 && link.fed_rows >= 2;
  link.confidence = strong && contained ? Confidence::proven : Confidence::likely;
}

/// A loop looked at before this one, and not wholly explained, that went on after this one began.
bool Solver::wanted_before(std::size_t loop) const {
  const std::uint32_t began = links_.loops[loop].trips.front();
  return std::any_of(incomplete_.begin(), incomplete_.end(),
                     [&](std::size_t before) { return links_.loops[before].trips.back() > began; });
}

bool Solver::solve(std::size_t loop) {
  const Loop& rounds = links_.loops[loop];
  if (!may_be_fed(rounds)) return false;
  const bool reading = reads(*rounds.statement);
  Linked linked(window_.trips.size());
  std::vector<LoopLink> parts;
  std::vector<std::uint64_t> cut;  // rows of each part's parent that were not kept
  const auto accept = [&](Fit fit) {
    cut.push_back(rows_beyond(fit.candidate));
    parts.push_back(make_link(loop, std::move(fit)));
    linked.insert(parts.back().children);
  };
  if (reading)
    if (std::optional<Fit> fit = batches(rounds)) accept(std::move(*fit));
  while (parts.size() < most_parents && linked.size() < rounds.trips.size()) {
    std::optional<Fit> fit = best(rounds, linked);
    if (!fit) break;
    accept(std::move(*fit));
  }
  if (parts.empty() && reading)
    if (std::optional<Fit> fit = shared_value(rounds)) accept(std::move(*fit));
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (cut[i] > 0) take_beyond(parts[i], cut[i], linked);
  for (LoopLink& part : parts) {
    if (parts.size() < most_parents) count_misses(part, linked);
    grade(part, part.columns.front().relation.tie);
    links_.links.push_back(std::move(part));
  }
  if (!reading) return false;
  if (linked.size() < rounds.trips.size()) incomplete_.push_back(loop);
  return !parts.empty() && parents_.join(loop, rounds) && wanted_before(loop);
}

/// Ties each link to the one that fed its virtual parent. Two loops that feed each other are no
/// chain.
void connect(Links& links) {
  const auto leads_to = [&](std::size_t from, std::size_t to) {
    for (std::optional<std::size_t> at = from; at; at = links.links[*at].outer)
      if (*at == to) return true;
    return false;
  };
  for (std::size_t i = 0; i < links.links.size(); ++i) {
    LoopLink& link = links.links[i];
    if (!link.parent.loop) continue;
    for (std::size_t outer = 0; outer < links.links.size() && !link.outer; ++outer)
      if (reads(*links.loops[links.links[outer].loop].statement) &&
          links.links[outer].loop == *link.parent.loop && !leads_to(outer, i))
        link.outer = outer;
  }
  for (LoopLink& link : links.links) {
    if (link.parent.loop) link.chain.push_back(*link.parent.loop);
    for (std::optional<std::size_t> at = link.outer; at; at = links.links[*at].outer)
      if (links.links[*at].parent.loop) link.chain.push_back(*links.links[*at].parent.loop);
    std::reverse(link.chain.begin(), link.chain.end());
  }
}

/// Every value that a child of a loop asks for.
void fill_index(const Window& window, const std::vector<Loop>& loops, ValueIndex& index) {
  for (const Loop& loop : loops) {
    if (!may_be_fed(loop)) continue;
    for (const Predicate& predicate : loop.fed()) {
      if (!equates(predicate)) continue;
      const auto p = static_cast<std::uint16_t>(&predicate - loop.fed().data());
      if (may_be_batches(window, loop, p))
        for (const Seeker& seeker : list_seekers(window, loop, p)) index.want(seeker.value);
      for (const std::uint32_t t : loop.trips) {
        const ValueHash value = single_value(window.trips[t], predicate.slot);
        if (value != no_value) index.want(value);
      }
    }
  }
  if (!index.empty()) index.scan(window);
}

/// Whether any result, or the results of a loop of INSERT … RETURNING, may have fed a loop.
bool has_source(const Window& window, const std::vector<Loop>& loops) {
  const auto returns = [](const Loop& loop) {
    return loop.statement->kind == StatementKind::insert && loop.statement->returning;
  };
  return std::any_of(window.trips.begin(), window.trips.end(), may_feed) ||
         std::any_of(loops.begin(), loops.end(), returns);
}

}  // namespace

Links find_links(const Window& window, const Catalog* catalog) {
  Links links{find_loops(window), {}};
  if (links.loops.empty()) return links;
  if (window.trips.front().answer_unseen) {
    if (catalog != nullptr) links.links = assume_links(window, *catalog, links.loops);
    return links;
  }
  if (!has_source(window, links.loops)) return links;
  ValueIndex index;
  fill_index(window, links.loops, index);
  if (index.empty()) return links;
  Parents parents(window, links.loops);
  // A loop's parent loop mostly begins before it. Where it does not (a lone lookup of the same
  // shape came first), the parent is known only now: look again.
  for (int pass = 0; pass < most_passes; ++pass) {
    links.links.clear();
    Solver solver(window, catalog, index, parents, links);
    bool again = false;
    for (std::size_t loop = 0; loop < links.loops.size(); ++loop)
      again = solver.solve(loop) || again;
    if (!again) break;
  }
  link_polymorphic(window, catalog, parents, links);
  connect(links);
  cap_links(window, links);
  return links;
}

}  // namespace onetrip
