#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/buckets.hpp"
#include "analyzer/catalog.hpp"
#include "analyzer/coverage.hpp"
#include "analyzer/event.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/history_sink.hpp"
#include "analyzer/profile.hpp"
#include "analyzer/request_profile.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/statement_cache.hpp"
#include "analyzer/window.hpp"
#include "analyzer/window_sink.hpp"

namespace onetrip {

/// What the engine asks of the rim: somebody must read a catalog, and call Engine::catalog_ready.
/// Called on the worker thread; must not block.
class CatalogSource {
 public:
  virtual ~CatalogSource() = default;
  /// The catalog of `database` at the server of the session's pair. False when there is no way to
  /// read it (judgement then goes on names).
  virtual bool request(const std::string& database, const SessionFacts& session) = 0;
};

/// How one rule is set: for all windows, and for those of some labels.
struct RuleSettings {
  struct Labels {
    std::string match;  ///< a glob; the first that a window's label matches is taken
    RuleLevels levels;
    /// The rule with options of its own; null: as for all. Shared because settings are copied.
    std::shared_ptr<const Rule> rule;
  };
  RuleLevels levels;
  std::vector<Labels> labels;
};

/// Events in, findings out. A pure function of (events, time): no sockets, clocks, threads or logs.
/// All calls on one thread (the worker's).
class Engine {
 public:
  struct Config {
    WindowTable::Config window;
    StatementCache::Limits cache;
    std::size_t max_findings = 10'000;
    std::size_t max_profiled = 2000;                  ///< shapes that the profile tells apart
    std::size_t max_label_values = 200;               ///< applications and databases, see Counters
    Time catalog_patience = std::chrono::seconds(5);  ///< judgement waits so long for a catalog
    std::map<std::string, RuleSettings> rules;
    std::vector<std::string> ignore_applications, ignore_users, ignore_databases;  ///< globs
    std::int64_t unix_start_ms = 0;  ///< wall clock at Time zero, to print times
  };

  Engine(const ValueHasher& hasher, Config config, std::vector<std::unique_ptr<Rule>> rules,
         CatalogSource* catalogs, std::vector<FindingSink*> sinks);
  ~Engine();

  /// It will be taken when `ahead` others were: prefetch()es what that will touch, of which some is
  /// only found when 2 ahead brought where it stands.
  void expect(const Event& event, int ahead) const;
  void take(Event& event);  ///< may move out of it
  void tick(Time now);      ///< closes and judges what is due; call every few ms to 100 ms
  /// When tick() has something to do, should nothing come before; none: never.
  std::optional<Time> next_due() const;
  /// Judges every open window as it stands. False while a catalog that is being read is waited for
  /// (call again after catalog_ready or later; true at the latest after catalog_patience).
  bool flush(Time now);
  /// Judges the closed windows that waited for a catalog; returns as flush() does.
  bool settle(Time now);
  /// Tells also `sink` of every window that is judged from now on. It must outlive the engine.
  void watch(WindowSink* sink);
  /// Hands `sink` from now on what is to outlive the process. It must outlive the engine.
  void keep(HistorySink* sink);
  /// Findings of an earlier process, the oldest first: known again, with how often they were seen.
  void restore(const std::vector<Finding>& findings);
  void keep_all();  ///< hands over every finding again, soon: the history was lost
  /// Takes over rules, their settings and what is ignored, from now on; what was found stays.
  void retune(const Config& config, std::vector<std::unique_ptr<Rule>> rules);
  void reset();              ///< forgets findings and windows
  void shut_down(Time now);  ///< closes and judges all

  void catalog_ready(const CatalogKey& key, CatalogPtr catalog);  ///< null: it could not be read
  CatalogPtr catalog(const CatalogKey& key) const;

  struct Query {
    /// `window`: its id, its name or its trace's id.
    std::string rule, label, window, severity, cause, id;
    std::size_t limit = 1000;
  };
  std::vector<Finding> findings(const Query& query) const;  ///< worst first

  struct WindowRow {
    WindowSummary summary;
    std::string label, application, database;
    std::string opened;        ///< RFC 3339, UTC
    std::size_t findings = 0;  ///< that it showed itself
    bool open = false, saturated = false, set_up = false;
  };
  std::vector<WindowRow> windows(const std::string& label, const std::string& name,
                                 std::size_t limit) const;
  struct TripRow {
    double offset_ms = 0, server_ms = 0;
    std::uint64_t rows = 0, bytes = 0;
    std::string fingerprint, summary;
    std::string finding;  ///< id of the finding that this trip is a child of; empty when none
    std::string fed_by;   ///< fingerprint of its parent there
    std::uint32_t connection = 1;        ///< of the window's, in the order in which they came
    std::optional<std::size_t> same_as;  ///< place of the first that asked this with equal values
    std::string sqlstate;                ///< empty when it did not fail
  };
  struct WindowDetail {
    WindowRow row;
    std::vector<TripRow> trips;
    std::vector<StatementSummary> shapes;  ///< of the trips, in the order in which they came
  };
  bool keeps_window(const std::string& id) const;                           ///< after it was judged
  std::optional<WindowDetail> window(const std::string& id_or_name) const;  ///< or trace's id

  /// The profile; `sort` as figure() takes it.
  std::vector<Profile::Row> statements(const std::string& sort, std::size_t limit) const;
  /// The same of requests, by label or by application.
  enum class RequestsBy : std::uint8_t { label, application };
  std::vector<RequestProfile::Row> requests(RequestsBy by, const std::string& sort,
                                            std::size_t limit) const;

  /// One shape of the profile: who runs it, and its newest runs, in the windows that are kept.
  struct StatementDetail {
    struct Caller {
      std::string label;
      std::uint64_t windows = 0, calls = 0;
      double total_ms = 0;
    };
    struct Run {
      std::string at;  ///< RFC 3339, UTC
      double server_ms = 0;
      std::uint64_t rows = 0;
      std::string window;
    };
    Profile::Row row;
    std::vector<Caller> callers;  ///< by what they spend, most first
    std::vector<Run> runs;        ///< windows newest first; at most 500
  };
  std::optional<StatementDetail> statement(const std::string& fingerprint) const;

  /// By label, of the windows judged so far (flush judges those that are open).
  const Coverage& coverage() const;

  std::optional<std::string> open_window(const WindowTable::Named& named, Time now);  ///< its id
  std::optional<WindowDetail> close_window(const std::string& id, Time now);
  /// Number of a named window that is open, by its id: what WindowTable::Named::parent takes.
  std::optional<std::uint64_t> named_window(const std::string& id) const;

  struct Counters {
    /// What the sessions of one application and database ran.
    struct Client {
      std::map<std::string, std::uint64_t> statements_by_kind;
      std::map<std::string, std::uint64_t> errors_by_class;  ///< SQLSTATE class
      std::uint64_t rows = 0;
    };
    /// By application and database: those that came first; the others, as LabelPairCap says.
    std::map<std::pair<std::string, std::string>, Client> clients;
    std::uint64_t collapsed_labels = 0;
    std::uint64_t executions = 0, ignored_executions = 0, noise = 0;
    std::map<std::string, std::uint64_t> statements_by_kind, findings_by_rule;
    std::map<std::string, Buckets> seconds_by_kind;        ///< from begun to complete
    std::map<std::string, std::uint64_t> unparsable;       ///< by reason
    std::map<std::string, std::uint64_t> errors_by_class;  ///< SQLSTATE class
    std::map<std::string, std::uint64_t> blind;            ///< sessions, by reason
    StatementCache::Counters cache;
    std::size_t cache_bytes = 0, shapes = 0, window_bytes = 0;
    WindowTable::Counters windows;
    std::map<std::string, std::uint64_t> open_by_rule;  ///< findings known now
    std::uint64_t set_up_windows = 0;                   ///< closed ones; they are not judged
    std::size_t open_sessions = 0, open_windows = 0, open_findings = 0;
    // What lay beyond a bound, beside what `windows` counts.
    std::uint64_t results_cut = 0;       ///< that had more rows than were indexed
    std::uint64_t results_narrowed = 0;  ///< that had more columns that might be keys
    std::uint64_t forgotten_shapes = 0, forgotten_findings = 0, counted_together = 0;
    /// Database → ready, reading, missing; the upstream behind it where several have that name.
    std::map<std::string, std::string> catalogs;
  };
  Counters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
