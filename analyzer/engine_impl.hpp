#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "analyzer/catalog_shelf.hpp"
#include "analyzer/engine.hpp"
#include "analyzer/finding_store.hpp"
#include "analyzer/history_feed.hpp"
#include "analyzer/judge.hpp"
#include "analyzer/label_history.hpp"
#include "analyzer/window_archive.hpp"

namespace onetrip {

/// What the engine is made of: events come in by engine.cpp, engine_questions.cpp looks at it.
struct Engine::Impl {
  struct Session {
    SessionFacts facts;
    bool ignored = false;
  };

  Impl(const ValueHasher& hasher, Config settings, std::vector<std::unique_ptr<Rule>> rules,
       CatalogSource* catalogs, std::vector<FindingSink*> outlets);

  bool ignores(const SessionFacts& facts) const;
  void execution(Event& event);
  void count(const Execution& execution, const Statement& statement);
  void window_closed(Window& window);
  bool try_judge(Window& window);
  void publish(std::vector<Finding>& findings, std::uint64_t window);
  void tell(Window& window, std::span<const Finding> findings);
  bool judge_waiting();

  Config config;
  StatementCache cache;
  WindowTable windows;
  Judge judge;
  CatalogShelf shelf;
  FindingStore store;
  Profile profile;
  RequestProfile labels, applications;
  HistoryFeed feed;
  WindowArchive archive;
  LabelHistory history;
  Coverage coverage;
  std::vector<FindingSink*> sinks;
  std::vector<WindowSink*> watchers;
  std::unordered_map<SessionId, Session> sessions;
  std::vector<Window> waiting;  ///< closed windows whose catalog is being read
  Counters counted;
  static constexpr std::size_t kind_count = static_cast<std::size_t>(StatementKind::other) + 1;
  std::array<std::uint64_t, kind_count> kinds{};
  std::vector<Buckets> seconds{kind_count, Buckets(duration_bounds())};  ///< by kind
  Resolved resolved;  ///< used again for each execution
  Time now{};
  Time judged_live{};
};

}  // namespace onetrip
