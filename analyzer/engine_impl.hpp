#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/catalog_shelf.hpp"
#include "analyzer/engine.hpp"
#include "analyzer/finding_store.hpp"
#include "analyzer/history_feed.hpp"
#include "analyzer/judge.hpp"
#include "analyzer/label_cap.hpp"
#include "analyzer/label_history.hpp"
#include "analyzer/window_archive.hpp"

namespace onetrip {

/// What the engine is made of: events come in by engine.cpp, engine_questions.cpp looks at it.
struct Engine::Impl {
  static constexpr std::size_t kind_count = static_cast<std::size_t>(StatementKind::other) + 1;
  struct Client {  ///< see Counters::Client
    std::array<std::uint64_t, kind_count> kinds{};
    std::map<std::string, std::uint64_t> errors_by_class;
    std::uint64_t rows = 0;
  };
  struct Session {
    SessionFacts facts;
    bool ignored = false;
    Client* client = nullptr;  ///< in `clients`; null: nothing ran since the facts changed
  };

  Impl(const ValueHasher& hasher, Config settings, std::vector<std::unique_ptr<Rule>> rules,
       CatalogSource* catalogs, std::vector<FindingSink*> outlets);

  bool ignores(const SessionFacts& facts) const;
  void session_facts(const Event& event);
  void execution(Event& event);
  Client& client_of(const SessionFacts& facts);
  void add_clients(Counters& out) const;
  void count(const Execution& execution, const Statement& statement, Client& client);
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
  boost::unordered_flat_map<SessionId, std::unique_ptr<Session>> sessions;
  std::vector<Window> waiting;  ///< closed windows whose catalog is being read
  Counters counted;
  LabelPairCap client_names;
  std::map<LabelPairCap::Pair, Client> clients;  ///< by application and database
  std::vector<Buckets> seconds{kind_count, Buckets(duration_bounds())};  ///< by kind
  Resolved resolved;  ///< used again for each execution
  Time now{};
  Time judged_live{};
};

}  // namespace onetrip
