#include "analyzer/polymorphic.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "analyzer/loops.hpp"

namespace onetrip {
namespace {

constexpr std::size_t most_lists = 8;  ///< the newest: each is walked through once

/// One round of a loop that may be fed.
struct Lookup {
  std::uint32_t trip = 0;
  std::size_t target = 0;
  ValueHash value = no_value;
};

/// A loop that reads one row of one table by its key.
struct Target {
  std::size_t loop = 0;
  std::uint16_t predicate = 0;
  Origin key;
};

/// The positions of keys and types among a result's columns.
struct Pair {
  std::size_t key = 0, type = 0;
};

/// about_id and about_type, aboutId and aboutType; Django's object_id and content_type_id, or
/// content_type where the type is written out, which some ORMs write with their table in front.
bool beside(std::string_view key, std::string_view type) {
  const auto end_in = [&](std::string_view id_end, std::string_view type_end) {
    return key.ends_with(id_end) && type.ends_with(type_end) &&
           key.substr(0, key.size() - id_end.size()) ==
               type.substr(0, type.size() - type_end.size());
  };
  if (end_in("object_id", "content_type_id") || end_in("object_id", "content_type")) return true;
  return key != "_id" && key != "Id" && (end_in("_id", "_type") || end_in("Id", "Type"));
}

std::optional<Pair> pair_in(const Trip& trip) {
  for (std::size_t t = 0; t < trip.key_columns().size(); ++t) {
    const std::string_view type = trip.key_columns()[t].name;
    if (!type.ends_with("ype") && !type.ends_with("ype_id")) continue;
    for (std::size_t k = 0; k < trip.key_columns().size(); ++k)
      if (beside(trip.key_columns()[k].name, type)) return Pair{k, t};
  }
  return std::nullopt;
}

/// Walks the rows of one result and the lookups after it side by side.
class RowWalk {
 public:
  RowWalk(const Trip& parent, Pair pair, std::span<const Lookup> lookups)
      : parent_(parent), pair_(pair), lookups_(lookups) {}

  /// Whether the rows explain every lookup, by one table for each type.
  bool fits() {
    for (std::uint32_t row = 0; row < parent_.indexed_rows(); ++row)
      if (!step(row)) return false;
    const bool all = fed_.size() == lookups_.size();
    return all && tables_.size() >= 2;
  }
  /// By lookup: the row that fed it.
  const std::vector<std::uint32_t>& fed() const { return fed_; }

 private:
  bool step(std::uint32_t row) {
    const ValueHash key = parent_.cell(row, pair_.key), type = parent_.cell(row, pair_.type);
    if (key == no_value || type == no_value) return true;
    if (seen_.contains({type, key})) return true;  // an identity map had it
    if (takes(type, key)) {
      seen_.insert({type, key});
      fed_.push_back(row);
      return true;
    }
    // A type of a single row is no loop; but one that has a table leaves no row out.
    other_types_.insert(type);
    return !tables_.contains(type);
  }

  bool takes(ValueHash type, ValueHash key) {
    if (fed_.size() == lookups_.size() || other_types_.contains(type)) return false;
    const Lookup& next = lookups_[fed_.size()];
    if (next.value != key) return false;
    const auto table = tables_.find(type);
    if (table != tables_.end()) return table->second == next.target;
    if (!taken_.insert(next.target).second) return false;
    tables_.emplace(type, next.target);
    return true;
  }

  const Trip& parent_;
  Pair pair_;
  std::span<const Lookup> lookups_;
  std::map<ValueHash, std::size_t> tables_;  ///< by type
  std::set<std::size_t> taken_;
  std::set<ValueHash> other_types_;
  std::set<std::pair<ValueHash, ValueHash>> seen_;
  std::vector<std::uint32_t> fed_;
};

class Finder {
 public:
  Finder(const Window& window, const Catalog* catalog, const Parents& parents, Links& links)
      : window_(window), catalog_(catalog), parents_(parents), links_(links) {}

  void find() {
    std::vector<std::uint32_t> lists;
    for (std::uint32_t t = 0; t < window_.trips.size(); ++t)
      if (parents_.of(t) && pair_in(window_.trips[t])) lists.push_back(t);
    if (lists.empty()) return;
    find_targets();
    if (targets_.size() < 2) return;
    const std::size_t looked_at = std::min(lists.size(), most_lists);
    for (std::size_t i = 0; i < looked_at; ++i)
      if (link(lists[lists.size() - 1 - i])) return;
  }

 private:
  void find_targets() {
    std::set<std::size_t> linked;
    for (const LoopLink& link : links_.links) linked.insert(link.loop);
    for (std::size_t i = 0; i < links_.loops.size(); ++i) {
      const Loop& loop = links_.loops[i];
      if (linked.contains(i) || !reads(*loop.statement)) continue;
      const auto& predicates = loop.statement->predicates;
      if (predicates.empty() || !equates(predicates[0])) continue;
      const Origin key = origin_of(predicates[0].column, *loop.statement, catalog_,
                                   window_.trips[loop.trips[0]].key_columns());
      const bool unique = key.column ? catalog_->is_unique(*key.column) : key.name == "id";
      if (unique && !key.table.empty()) targets_.push_back({i, 0, key});
    }
  }

  std::vector<Lookup> lookups_after(std::uint32_t list) const {
    std::vector<Lookup> lookups;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const Loop& loop = links_.loops[targets_[i].loop];
      const std::uint16_t slot = loop.statement->predicates[targets_[i].predicate].slot;
      for (const std::uint32_t t : loop.trips) {
        const Trip& trip = window_.trips[t];
        if (trip.sent >= window_.trips[list].arrived(0))
          lookups.push_back({t, i, single_value(trip, slot)});
      }
    }
    std::sort(lookups.begin(), lookups.end(),
              [](const Lookup& a, const Lookup& b) { return a.trip < b.trip; });
    return lookups;
  }

  bool link(std::uint32_t list) {
    const Trip& parent = window_.trips[list];
    const std::vector<Lookup> lookups = lookups_after(list);
    RowWalk walk(parent, *pair_in(parent), lookups);
    if (!walk.fits()) return false;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      LoopLink made = make_link(list, targets_[i]);
      for (std::size_t n = 0; n < lookups.size(); ++n)
        if (lookups[n].target == i) made.children.push_back(lookups[n].trip);
      if (made.children.size() < 2) continue;
      made.distinct = made.fed_rows = made.children.size();
      made.pipelined = std::all_of(made.children.begin() + 1, made.children.end(),
                                   [&](std::uint32_t t) { return window_.trips[t].pipelined; });
      links_.links.push_back(std::move(made));
    }
    return true;
  }

  LoopLink make_link(std::uint32_t list, const Target& target) const {
    const Trip& parent = window_.trips[list];
    const Pair pair = *pair_in(parent);
    const auto column = [&](std::size_t at) {
      return FeedingColumn{at,
                           origin_of(parent.key_columns()[at], *parent.statement, catalog_),
                           {Tie::names, Direction::forward, {}}};
    };
    LoopLink link;
    link.loop = target.loop;
    link.parent = parents_.at(*parents_.of(list));
    link.columns = {column(pair.key)};
    link.composite = {column(pair.type)};
    link.child = target.key;
    link.predicate = target.predicate;
    link.in_row_order = true;
    link.polymorphic = true;
    return link;
  }

  const Window& window_;
  const Catalog* catalog_;
  const Parents& parents_;
  Links& links_;
  std::vector<Target> targets_;
};

}  // namespace

void link_polymorphic(const Window& window, const Catalog* catalog, const Parents& parents,
                      Links& links) {
  if (links.loops.size() < 2) return;
  Finder(window, catalog, parents, links).find();
}

}  // namespace onetrip
