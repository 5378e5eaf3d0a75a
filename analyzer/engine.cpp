#include "analyzer/engine.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "analyzer/catalog_shelf.hpp"
#include "analyzer/finding_store.hpp"
#include "analyzer/judge.hpp"
#include "analyzer/label_history.hpp"
#include "analyzer/window_archive.hpp"
#include "analyzer/window_rows.hpp"

namespace onetrip {
namespace {

constexpr Time live_interval = std::chrono::seconds(1);

bool matches_any(const std::vector<std::string>& globs, const std::string& text) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
  });
}

/// Enough of it to be judged again while it is open: a window that grows without end is not looked
/// through once a second for every few statements.
bool has_news(const Window& window) {
  const std::size_t judged = window.judged_trips;
  return window.trips.size() != judged && window.trips.size() >= judged + judged / 2;
}

}  // namespace

struct Engine::Impl {
  struct Session {
    SessionFacts facts;
    bool ignored = false;
  };

  Impl(const ValueHasher& hasher, Config settings, std::vector<std::unique_ptr<Rule>> rules,
       CatalogSource* catalogs, std::vector<FindingSink*> outlets)
      : config(std::move(settings)),
        cache(hasher, config.cache),
        windows(config.window, [this](Window& window) { window_closed(window); }),
        judge(std::move(rules), config.rules),
        shelf(catalogs, config.catalog_patience),
        store(config.max_findings),
        profile(config.max_profiled),
        sinks(std::move(outlets)) {}

  bool ignores(const SessionFacts& facts) const {
    return matches_any(config.ignore_applications, facts.application_name) ||
           matches_any(config.ignore_users, facts.user) ||
           matches_any(config.ignore_databases, facts.database);
  }

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

void Engine::Impl::count(const Execution& execution, const Statement& statement) {
  const auto kind = static_cast<std::size_t>(statement.kind);
  ++kinds[kind];
  seconds[kind].add(std::chrono::duration<double>(execution.complete - execution.begun).count());
  counted.rows += execution.rows;
  if (execution.cells.size() < execution.rows * execution.key_columns.size()) ++counted.results_cut;
  if (execution.keys_left_out != 0 && execution.rows != 0) ++counted.results_narrowed;
  if (statement.noise) ++counted.noise;
  if (execution.outcome == Outcome::failed)
    ++counted.errors_by_class[std::string(execution.sqlstate.data(), 2)];
  if (!statement.parsed && !statement.unparsed_reason.empty())
    ++counted.unparsable[statement.unparsed_reason];
}

void Engine::Impl::execution(Event& event) {
  ++counted.executions;
  const auto session = sessions.find(event.session);
  if (session != sessions.end() && session->second.ignored) {
    ++counted.ignored_executions;
    return;
  }
  const Execution& execution = event.execution;
  const bool standard_strings =
      session == sessions.end() || session->second.facts.standard_conforming_strings;
  const StatementCache::Text& text =
      cache.resolve(execution.text, execution.text_hash,
                    standard_strings ? StringSyntax::standard : StringSyntax::backslash);
  if (!StatementCache::fill(text, execution.ordinal, execution, resolved)) {
    ++counted.unparsable["no_text"];
    return;
  }
  count(execution, *resolved.statement);
  profile.add(resolved.statement, execution);
  if (resolved.statement->kind == StatementKind::ddl && execution.outcome == Outcome::completed &&
      session != sessions.end())
    shelf.outdate(session->second.facts.database);
  windows.add(event.session, execution, resolved);
}

/// Runs the rules, unless the window's catalog is being read.
bool Engine::Impl::try_judge(Window& window) {
  const bool linked = needs_catalog(window);
  if (linked && shelf.wait_for(window, now)) return false;
  std::vector<Finding> findings;
  bool asked = false;
  shelf.each_part(window, [&](const Window& part, const Catalog* catalog) {
    Judge::Judgement judged = judge.judge(part, catalog, &history);
    asked = asked || judged.asked_for_catalog;
    std::move(judged.findings.begin(), judged.findings.end(), std::back_inserter(findings));
  });
  if (asked && !linked && shelf.wait_for(window, now)) return false;
  window.judged_trips = window.trips.size();
  coverage.add(window);
  publish(findings, window.number);
  tell(window, findings);
  archive.put(window, std::move(findings));
  return true;
}

void Engine::Impl::publish(std::vector<Finding>& findings, std::uint64_t window) {
  if (findings.empty()) return;
  const std::string time = rfc3339(config.unix_start_ms + now / std::chrono::milliseconds(1));
  for (Finding& finding : findings) {
    const FindingStore::Change change = store.add(finding, window, time);
    if (change == FindingStore::Change::same_window) continue;
    ++counted.findings_by_rule[finding.rule];
    const auto news =
        change == FindingStore::Change::first ? FindingSink::News::first : FindingSink::News::again;
    for (FindingSink* sink : sinks) sink->finding(finding, news);
  }
}

void Engine::Impl::tell(Window& window, std::span<const Finding> findings) {
  for (WindowSink* watcher : watchers) watcher->judged(window, findings);
  if (!window.closed || std::exchange(window.told, true)) return;
  for (WindowSink* watcher : watchers) watcher->closed(window, findings);
}

void Engine::Impl::window_closed(Window& window) {
  profile.add_window(window);
  history.record(window);
  const ArchivedWindow* known = archive.find(window.number);
  if (window.set_up && known == nullptr) ++counted.set_up_windows;
  if (window.judged_trips == window.trips.size() && known != nullptr) {
    archive.refresh(window);
    return tell(window, known->findings);
  }
  if (try_judge(window)) return;
  waiting.push_back(window);
  window.told = true;  // by the copy
}

bool Engine::Impl::judge_waiting() {
  std::erase_if(waiting, [this](Window& window) { return try_judge(window); });
  return waiting.empty();
}

Engine::Engine(const ValueHasher& hasher, Config config, std::vector<std::unique_ptr<Rule>> rules,
               CatalogSource* catalogs, std::vector<FindingSink*> sinks)
    : impl_(std::make_unique<Impl>(hasher, std::move(config), std::move(rules), catalogs,
                                   std::move(sinks))) {}

Engine::~Engine() = default;

void Engine::take(Event& event) {
  impl_->now = std::max(impl_->now, event.time);
  switch (event.kind) {
    case Event::Kind::execution:
      impl_->execution(event);
      return;
    case Event::Kind::session_opened:
      impl_->shelf.session_opened(event.facts);
      impl_->sessions[event.session] = {event.facts, impl_->ignores(event.facts)};
      impl_->windows.session_opened(event.session, event.facts);
      return;
    case Event::Kind::session_changed:
      impl_->sessions[event.session] = {event.facts, impl_->ignores(event.facts)};
      impl_->windows.session_changed(event.session, event.facts);
      return;
    case Event::Kind::session_closed:
      impl_->windows.session_closed(event.session, event.time);
      impl_->sessions.erase(event.session);
      return;
    case Event::Kind::blind:
      ++impl_->counted.blind[std::string(to_string(event.blindness))];
  }
}

void Engine::tick(Time now) {
  impl_->now = std::max(impl_->now, now);
  impl_->windows.tick(impl_->now);
  impl_->judge_waiting();
  if (impl_->now - impl_->judged_live < live_interval) return;
  impl_->judged_live = impl_->now;
  impl_->windows.for_each([this](Window& window) {
    const bool old = impl_->now - window.opened >= 2 * live_interval;
    if (old && has_news(window)) impl_->try_judge(window);
  });
}

std::optional<Time> Engine::next_due() const {
  std::optional<Time> due = impl_->windows.next_due();
  const auto at_latest = [&due](Time when) { due = std::min(due.value_or(when), when); };
  if (!impl_->waiting.empty()) at_latest(impl_->now + live_interval / 10);
  impl_->windows.for_each([&](Window& window) {
    if (has_news(window)) at_latest(impl_->judged_live + live_interval);
  });
  return due;
}

bool Engine::flush(Time now) {
  impl_->now = std::max(impl_->now, now);
  impl_->windows.tick(impl_->now);
  bool all = impl_->judge_waiting();
  impl_->windows.for_each([&](Window& window) {
    if (window.judged_trips != window.trips.size()) all = impl_->try_judge(window) && all;
    if (window.source == WindowSource::named) impl_->tell(window, {});
  });
  return all;
}

bool Engine::settle(Time now) {
  impl_->now = std::max(impl_->now, now);
  return impl_->judge_waiting();
}

void Engine::watch(WindowSink* sink) {
  impl_->watchers.push_back(sink);
}

void Engine::retune(const Config& config, std::vector<std::unique_ptr<Rule>> rules) {
  impl_->judge = Judge(std::move(rules), config.rules);
  impl_->config.ignore_applications = config.ignore_applications;
  impl_->config.ignore_users = config.ignore_users;
  impl_->config.ignore_databases = config.ignore_databases;
  for (auto& [id, session] : impl_->sessions) session.ignored = impl_->ignores(session.facts);
}

void Engine::reset() {
  impl_->windows.close_all(impl_->now);
  impl_->waiting.clear();
  impl_->archive.clear();
  impl_->profile.clear();
  impl_->history.clear();
  impl_->coverage.clear();
  impl_->store.clear();
}

void Engine::shut_down(Time now) {
  impl_->now = std::max(impl_->now, now);
  impl_->windows.close_all(impl_->now);
  impl_->judge_waiting();
}

void Engine::catalog_ready(const CatalogKey& key, CatalogPtr catalog) {
  impl_->shelf.ready(key, std::move(catalog));
  impl_->judge_waiting();
}

CatalogPtr Engine::catalog(const CatalogKey& key) const {
  return impl_->shelf.get(key);
}

std::vector<Finding> Engine::findings(const Query& query) const {
  std::vector<Finding> found =
      query.window.empty() ? impl_->store.all() : impl_->archive.findings_in(query.window);
  std::erase_if(found, [&](const Finding& finding) {
    return (!query.rule.empty() && finding.rule != query.rule) ||
           (!query.label.empty() && finding.label != query.label) ||
           (!query.severity.empty() && to_string(finding.severity) != query.severity) ||
           (!query.cause.empty() && finding.cause != query.cause) ||
           (!query.id.empty() && finding.id != query.id);
  });
  if (found.size() > query.limit) found.resize(query.limit);
  return found;
}

std::vector<Engine::WindowRow> Engine::windows(const std::string& label, const std::string& name,
                                               std::size_t limit) const {
  impl_->windows.for_each([this](Window& window) { impl_->archive.refresh(window); });
  std::vector<WindowRow> rows;
  for (const ArchivedWindow* window : impl_->archive.all()) {
    if (rows.size() >= limit) break;
    if (!label.empty() && window->label != label) continue;
    if (!name.empty() && window->summary.name != name) continue;
    rows.push_back(window_row(*window, impl_->config.unix_start_ms));
  }
  return rows;
}

std::optional<Engine::WindowDetail> Engine::window(const std::string& id_or_name) const {
  impl_->windows.for_each([this](Window& window) { impl_->archive.refresh(window); });
  const ArchivedWindow* window = impl_->archive.find(id_or_name);
  if (window == nullptr) return std::nullopt;
  return window_detail(impl_->archive, *window, impl_->config.unix_start_ms);
}

std::vector<Profile::Row> Engine::statements(const std::string& sort, std::size_t limit) const {
  return impl_->profile.rows(sort, limit);
}

std::optional<Engine::StatementDetail> Engine::statement(const std::string& fingerprint) const {
  std::optional<Profile::Row> row = impl_->profile.row(fingerprint);
  if (!row) return std::nullopt;
  StatementDetail detail{std::move(*row), {}, {}};
  add_runs(impl_->archive, fingerprint, impl_->config.unix_start_ms, detail);
  return detail;
}

const Coverage& Engine::coverage() const {
  return impl_->coverage;
}

std::optional<std::string> Engine::open_window(const WindowTable::Named& named, Time now) {
  impl_->now = std::max(impl_->now, now);
  const std::optional<std::uint64_t> number = impl_->windows.open_named(named, impl_->now);
  if (!number) return std::nullopt;
  const Window* window = impl_->windows.find(*number);
  return window == nullptr ? std::nullopt : std::optional(window->id);
}

std::optional<std::uint64_t> Engine::named_window(const std::string& id) const {
  std::optional<std::uint64_t> number;
  impl_->windows.for_each([&](Window& window) {
    if (window.id == id && window.source == WindowSource::named) number = window.number;
  });
  return number;
}

std::optional<Engine::WindowDetail> Engine::close_window(const std::string& id, Time now) {
  impl_->now = std::max(impl_->now, now);
  const std::optional<std::uint64_t> number = named_window(id);
  if (!number || !impl_->windows.close_named(*number, impl_->now)) return std::nullopt;
  return window(id);
}

Engine::Counters Engine::counters() const {
  Counters counters = impl_->counted;
  for (std::size_t kind = 0; kind < impl_->kinds.size(); ++kind) {
    const std::string group(kind_group(static_cast<StatementKind>(kind)));
    counters.statements_by_kind[group] += impl_->kinds[kind];
    counters.seconds_by_kind.try_emplace(group, duration_bounds()).first->second +=
        impl_->seconds[kind];
  }
  counters.cache = impl_->cache.counters();
  counters.cache_bytes = impl_->cache.bytes();
  counters.shapes = impl_->cache.shapes();
  counters.window_bytes = impl_->windows.bytes();
  counters.windows = impl_->windows.counters();
  counters.open_sessions = impl_->sessions.size();
  impl_->windows.for_each([&](Window&) { ++counters.open_windows; });
  counters.open_findings = impl_->store.size();
  counters.open_by_rule = impl_->store.count_by_rule();
  counters.forgotten_shapes = impl_->cache.forgotten_shapes();
  counters.forgotten_findings = impl_->store.forgotten();
  counters.counted_together = impl_->profile.counted_together();
  counters.catalogs = impl_->shelf.states();
  return counters;
}

}  // namespace onetrip
