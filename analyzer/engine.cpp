#include "analyzer/engine.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/engine_impl.hpp"
#include "analyzer/prefetch.hpp"

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

Engine::Impl::Impl(const ValueHasher& hasher, Config settings,
                   std::vector<std::unique_ptr<Rule>> rules, CatalogSource* catalogs,
                   std::vector<FindingSink*> outlets)
    : config(std::move(settings)),
      cache(hasher, config.cache),
      windows(config.window, [this](Window& window) { window_closed(window); }),
      judge(std::move(rules), config.rules),
      shelf(catalogs, config.catalog_patience),
      store(config.max_findings),
      profile(config.max_profiled),
      feed(store, profile, config.unix_start_ms),
      sinks(std::move(outlets)),
      client_names(config.max_label_values) {}

bool Engine::Impl::ignores(const SessionFacts& facts) const {
  return matches_any(config.ignore_applications, facts.application_name) ||
         matches_any(config.ignore_users, facts.user) ||
         matches_any(config.ignore_databases, facts.database);
}

Engine::Impl::Client& Engine::Impl::client_of(const SessionFacts& facts) {
  return clients[client_names.capped(facts.application_name, facts.database)];
}

void Engine::Impl::count(const Execution& execution, const Statement& statement, Client& client) {
  const auto kind = static_cast<std::size_t>(statement.kind);
  ++client.kinds[kind];
  client.rows += execution.rows;
  seconds[kind].add(std::chrono::duration<double>(execution.complete - execution.begun).count());
  if (execution.cells.size() < execution.rows * execution.key_columns.size()) ++counted.results_cut;
  if (execution.keys_left_out != 0 && execution.rows != 0) ++counted.results_narrowed;
  if (statement.noise) ++counted.noise;
  if (execution.outcome == Outcome::failed)
    ++client.errors_by_class[std::string(execution.sqlstate.data(), 2)];
  if (!statement.parsed && !statement.unparsed_reason.empty())
    ++counted.unparsable[statement.unparsed_reason];
}

void Engine::Impl::session_facts(const Event& event) {
  sessions[event.session] =
      std::make_unique<Session>(Session{event.facts, ignores(event.facts), nullptr});
}

void Engine::Impl::execution(Event& event) {
  ++counted.executions;
  static const SessionFacts not_known;
  const auto found = sessions.find(event.session);
  Session* const session = found == sessions.end() ? nullptr : found->second.get();
  if (session != nullptr && session->ignored) {
    ++counted.ignored_executions;
    return;
  }
  const Execution& execution = event.execution;
  const SessionFacts& facts = session == nullptr ? not_known : session->facts;
  const StatementCache::Text& text = cache.resolve(
      execution.text, execution.text_hash,
      facts.standard_conforming_strings ? StringSyntax::standard : StringSyntax::backslash);
  if (!StatementCache::fill(text, execution.ordinal, execution, resolved)) {
    ++counted.unparsable["no_text"];
    return;
  }
  Client& client =
      session != nullptr && session->client != nullptr ? *session->client : client_of(facts);
  if (session != nullptr) session->client = &client;
  count(execution, *resolved.statement, client);
  profile.add(resolved.statement, execution);
  if (resolved.statement->kind == StatementKind::ddl && execution.outcome == Outcome::completed &&
      session != nullptr)
    shelf.outdate(facts.database);
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
  window.innocent = findings.empty();
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
  const std::vector<Time> thought = think_times(window);
  labels.add(window.label, window, thought);
  applications.add(window.application, window, thought);
  profile.add_window(window, thought);
  history.record(window);
  const ArchivedWindow* known = archive.find(window.number);
  if (window.set_up && !window.told) ++counted.set_up_windows;
  const bool judged = window.judged_trips == window.trips.size();
  if (judged && known != nullptr) {
    // Its trips may all have been taken from it since.
    window.trips.size() == known->trips.size() ? archive.refresh_facts(window)
                                               : archive.refresh(window);
    return tell(window, known->findings);
  }
  // The archive had it, and is full of newer ones.
  if (judged && window.innocent) return tell(window, {});
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

void Engine::expect(const Event& event, int ahead) const {
  if (event.kind != Event::Kind::execution) return;
  if (ahead > 1) {
    const auto session = impl_->sessions.find(event.session);
    if (session != impl_->sessions.end()) prefetch(session->second.get(), sizeof(Impl::Session));
    return impl_->windows.expect(event.session);
  }
  const Execution& execution = event.execution;
  prefetch_front(execution.text);
  prefetch_front(execution.parameters);
  prefetch_front(execution.cells);
  prefetch_front(execution.key_columns);
  impl_->cache.expect(execution.text_hash);
  impl_->windows.expect_more(event.session);
}

void Engine::take(Event& event) {
  impl_->now = std::max(impl_->now, event.time);
  impl_->feed.advance(impl_->now);
  switch (event.kind) {
    case Event::Kind::execution:
      impl_->execution(event);
      return;
    case Event::Kind::session_opened:
      impl_->shelf.session_opened(event.facts);
      impl_->session_facts(event);
      impl_->windows.session_opened(event.session, event.facts);
      return;
    case Event::Kind::session_changed:
      impl_->session_facts(event);
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
  impl_->feed.tick(impl_->now);
  if (impl_->now - impl_->judged_live < live_interval) return;
  impl_->judged_live = impl_->now;
  impl_->windows.for_each_before(impl_->now - 2 * live_interval, [this](Window& window) {
    if (has_news(window)) impl_->try_judge(window);
  });
}

std::optional<Time> Engine::next_due() const {
  std::optional<Time> due = impl_->windows.next_due();
  const auto at_latest = [&due](Time when) { due = std::min(due.value_or(when), when); };
  if (!impl_->waiting.empty()) at_latest(impl_->now + live_interval / 10);
  if (const std::optional<Time> news = impl_->feed.next_due()) at_latest(*news);
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
  impl_->feed.hand_over_findings(impl_->now);
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
  for (auto& [id, session] : impl_->sessions) session->ignored = impl_->ignores(session->facts);
}

void Engine::reset() {
  impl_->windows.close_all(impl_->now);
  impl_->waiting.clear();
  impl_->archive.clear();
  impl_->profile.clear();
  impl_->labels.clear();
  impl_->applications.clear();
  impl_->history.clear();
  impl_->coverage.clear();
  impl_->store.clear();
  impl_->feed.forget();
}

void Engine::shut_down(Time now) {
  impl_->now = std::max(impl_->now, now);
  impl_->windows.close_all(impl_->now);
  impl_->judge_waiting();
  impl_->feed.finish(impl_->now);
}

void Engine::keep(HistorySink* sink) {
  impl_->feed.to(sink, impl_->now);
}

void Engine::restore(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) impl_->store.restore(finding);
}

void Engine::keep_all() {
  impl_->store.touch_all();
}

void Engine::catalog_ready(const CatalogKey& key, CatalogPtr catalog) {
  impl_->shelf.ready(key, std::move(catalog));
  impl_->judge_waiting();
}

CatalogPtr Engine::catalog(const CatalogKey& key) const {
  return impl_->shelf.get(key);
}

std::optional<std::string> Engine::open_window(const WindowTable::Named& named, Time now) {
  impl_->now = std::max(impl_->now, now);
  const std::optional<std::uint64_t> number = impl_->windows.open_named(named, impl_->now);
  if (!number) return std::nullopt;
  const Window* window = impl_->windows.find(*number);
  return window == nullptr ? std::nullopt : std::optional(window->id);
}

std::optional<Engine::WindowDetail> Engine::close_window(const std::string& id, Time now) {
  impl_->now = std::max(impl_->now, now);
  const std::optional<std::uint64_t> number = named_window(id);
  if (!number || !impl_->windows.close_named(*number, impl_->now)) return std::nullopt;
  return window(id);
}

}  // namespace onetrip
