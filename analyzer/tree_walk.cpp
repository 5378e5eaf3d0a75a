#include "analyzer/tree_walk.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/advice_names.hpp"
#include "analyzer/loops.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {
namespace {

/// parent_id, replyTo, manager_id: of a row, the one above it.
bool names_the_row_above(std::string_view column) {
  static constexpr std::array<std::string_view, 6> known{"parent",   "manager",  "supervisor",
                                                         "ancestor", "superior", "reply"};
  const NameWords words = words_of_name(column);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(known.begin(), known.end(), word) != known.end();
  });
}

bool same_origin(const Origin& a, const Origin& b) {
  if (a.column && b.column) return *a.column == *b.column;
  return a.table == b.table && a.name == b.name;
}

/// Follows the values of one predicate from round to round.
class Follower {
 public:
  Follower(const Window& window, const Loop& loop, std::uint16_t predicate,
           const std::vector<bool>& linked, const Catalog* catalog)
      : window_(window), loop_(loop), predicate_(predicate), linked_(linked), catalog_(catalog) {}

  std::optional<Walk> follow();

 private:
  /// Where a value was first seen.
  struct Source {
    std::uint32_t round = 0;
    std::uint16_t column = 0;
    Time arrived{};
  };
  struct Round {
    std::uint32_t level = 1;
    bool fed = false, feeds = false;
  };

  bool find_columns();
  void take(std::uint32_t round);
  std::optional<Walk> result() const;

  const Window& window_;
  const Loop& loop_;
  std::uint16_t predicate_;
  const std::vector<bool>& linked_;
  const Catalog* catalog_;

  Origin child_;
  std::vector<FeedingColumn> columns_;  ///< that may feed: by a key or their name
  std::vector<FeedingColumn> others_;   ///< may feed values that nobody guesses
  std::unordered_map<ValueHash, Source> seen_;
  std::vector<Round> rounds_;
  std::optional<FeedingColumn> fed_by_;
  bool high_entropy_ = true;
};

bool Follower::find_columns() {
  const Predicate& predicate = loop_.fed()[predicate_];
  const auto sample = std::find_if(loop_.trips.begin(), loop_.trips.end(), [&](std::uint32_t t) {
    return !window_.trips[t].key_columns().empty();
  });
  if (sample == loop_.trips.end()) return false;
  const Trip& trip = window_.trips[*sample];
  child_ = origin_of(predicate.column, *loop_.statement, catalog_, trip.key_columns());
  for (std::size_t c = 0; c < trip.key_columns().size(); ++c) {
    Origin origin = origin_of(trip.key_columns()[c], *loop_.statement, catalog_);
    if (!origin.known() || same_origin(origin, child_)) continue;
    Relation relation = relate(origin, child_, catalog_);
    const bool named = origin.table == child_.table &&
                       (names_the_row_above(origin.name) || names_the_row_above(child_.name));
    if (relation.tie != Tie::foreign_key) relation.tie = named ? Tie::names : Tie::none;
    (relation.tie == Tie::none ? others_ : columns_)
        .push_back({c, std::move(origin), std::move(relation)});
  }
  return !columns_.empty() || !others_.empty();
}

void Follower::take(std::uint32_t round) {
  const Trip& trip = window_.trips[loop_.trips[round]];
  Round& here = rounds_[round];
  const ValueHash value = single_value(trip, loop_.fed()[predicate_].slot);
  const auto source = seen_.find(value);
  if (value != no_value && source != seen_.end() && source->second.arrived <= trip.sent) {
    Round& above = rounds_[source->second.round];
    above.feeds = here.fed = true;
    here.level = above.level + 1;
    high_entropy_ = high_entropy_ && is_high_entropy(value);
    if (!fed_by_)
      for (const std::vector<FeedingColumn>* list : {&columns_, &others_})
        for (const FeedingColumn& column : *list)
          if (column.key_column == source->second.column) fed_by_ = column;
  }
  for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row) {
    for (const std::vector<FeedingColumn>* list : {&columns_, &others_})
      for (const FeedingColumn& column : *list) {
        if (column.key_column >= trip.key_columns().size()) continue;
        const ValueHash cell = trip.cell(row, column.key_column);
        if (cell == no_value || (list == &others_ && !is_high_entropy(cell))) continue;
        seen_.try_emplace(
            cell, Source{round, static_cast<std::uint16_t>(column.key_column), trip.arrived(row)});
      }
  }
}

std::optional<Walk> Follower::result() const {
  Walk walk;
  std::unordered_set<ValueHash> values;
  std::size_t fed = 0;
  for (std::size_t round = 0; round < rounds_.size(); ++round) {
    const std::uint32_t t = loop_.trips[round];
    walk.levels = std::max(walk.levels, rounds_[round].level);
    if (linked_[t] || !(rounds_[round].fed || rounds_[round].feeds)) continue;
    if (rounds_[round].fed) ++fed;
    walk.trips.push_back(t);
    values.insert(single_value(window_.trips[t], loop_.fed()[predicate_].slot));
  }
  if (walk.levels < Walk::fewest_levels || fed < 2) return std::nullopt;
  walk.predicate = predicate_;
  walk.column = *fed_by_;
  walk.child = child_;
  walk.distinct = values.size();
  walk.high_entropy = high_entropy_;
  return walk;
}

std::optional<Walk> Follower::follow() {
  if (!find_columns()) return std::nullopt;
  rounds_.resize(loop_.trips.size());
  for (std::uint32_t round = 0; round < loop_.trips.size(); ++round) take(round);
  return result();
}

}  // namespace

std::optional<Walk> find_walk(const Window& window, const Links& links, std::size_t loop,
                              const std::vector<bool>& linked, const Catalog* catalog) {
  const Loop& rounds = links.loops[loop];
  if (!reads(*rounds.statement) || rounds.statement->locking) return std::nullopt;
  const auto unlinked = std::count_if(rounds.trips.begin(), rounds.trips.end(),
                                      [&](std::uint32_t t) { return !linked[t]; });
  if (unlinked < 2 || rounds.trips.size() < Walk::fewest_levels) return std::nullopt;
  for (std::uint16_t p = 0; p < predicates_of(rounds); ++p) {
    const Predicate& predicate = rounds.fed()[p];
    if (!equates(predicate) || variety(window, rounds, predicate.slot) != Variety::several)
      continue;
    std::optional<Walk> walk = Follower(window, rounds, p, linked, catalog).follow();
    if (!walk) continue;
    walk->loop = loop;
    return walk;
  }
  return std::nullopt;
}

}  // namespace onetrip
