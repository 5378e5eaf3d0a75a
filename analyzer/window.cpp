#include "analyzer/window.hpp"

#include <xxhash.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "analyzer/window_table.hpp"

namespace onetrip {

namespace {

using Change = TransactionState::Change;
using LabelRank = WindowStore::LabelRank;

enum class KeySpace : std::uint64_t { trace = 1, tag, setting, container };

// Never 0. Two requests that share a key would be told as one; with 64 bits that does not happen.
std::uint64_t key_of(KeySpace space, std::string_view application, std::string_view id) {
  const std::uint64_t scope = XXH3_64bits_withSeed(application.data(), application.size(),
                                                   static_cast<std::uint64_t>(space));
  return XXH3_64bits_withSeed(id.data(), id.size(), scope) | 1U;
}

std::string_view bytes_of(const std::uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

// What pools send between two users of a connection. Inside a transaction with work in it a
// connection is not handed on, so there it is none; and a ROLLBACK that ends one is no marker.
bool is_marker(const TransactionState& transaction, const Execution& execution,
               const Statement* statement) {
  if (execution.outcome == Outcome::empty) return !transaction.open();
  if (!statement || !statement->pool_marker) return false;
  switch (statement->kind) {
    case StatementKind::reset:
    case StatementKind::discard:
      return true;
    case StatementKind::rollback:
      return !transaction.open();
    default:
      return !transaction.open() || transaction.statements() == 0;
  }
}

void label(WindowStore::Entry& entry, LabelRank rank, std::string_view text) {
  if (text.empty() || entry.label_rank >= rank) return;
  entry.window.label = text;
  entry.label_rank = rank;
}

}  // namespace

// Only memory is carried over, so that what is added to Window later is not left behind.
void clear(Window& window) {
  Window fresh;
  const auto keep_memory = [&](auto part) {
    (window.*part).clear();
    (fresh.*part).swap(window.*part);
  };
  keep_memory(&Window::id);
  keep_memory(&Window::label);
  keep_memory(&Window::trace);
  keep_memory(&Window::application);
  keep_memory(&Window::database);
  keep_memory(&Window::trips);
  keep_memory(&Window::sessions);
  window = std::move(fresh);
}

WindowTable::Impl::Impl(Config the_config, Closed closed)
    : config(std::move(the_config)), store(config, std::move(closed)) {}

Window* WindowTable::Impl::add(SessionId id, const Execution& execution, const Resolved& resolved) {
  SessionState& from = session(id);
  from.transaction.settle(execution);
  if (!from.transaction.open()) {
    from.transaction_order = last_order + 1;
    end_test(from);
  }
  note_hold(from, execution);
  const Statement* statement = resolved.statement.get();
  const bool marker = is_marker(from.transaction, execution, statement);
  if (marker && statement && statement->kind == StatementKind::discard) from.settings.reset_all();
  if (marker || pauses(from, execution)) {
    interrupt(from);
  } else if (!config.idle_gap_on && !from.transaction.open() && !execution.pipelined) {
    // Whose statement comes next nobody knows, but the tags it brings may still be believed.
    store.end(std::exchange(from.idle, 0));
  }
  Window* window = statement ? sort(from, execution, resolved) : nullptr;
  if (is_conflict(execution.outcome, execution.sqlstate)) ++from.conflicts;
  from.last_complete =
      from.ran ? std::max(from.last_complete, execution.complete) : execution.complete;
  from.ran = true;
  return window;
}

/// The pause belongs to the window of the statement before it: COMMIT, which ends most, is in none.
/// A log need not hold all that was run in between.
void WindowTable::Impl::note_hold(const SessionState& session, const Execution& execution) {
  if (execution.answer_unseen) return;
  const std::uint64_t transaction = session.transaction_order;
  if (!session.transaction.open() || session.last_transaction != transaction) return;
  const Time pause = execution.sent - session.last_complete;
  if (execution.pipelined || pause < Window::shortest_hold) return;
  Entry* entry = store.find(session.last_window);
  if (entry == nullptr) return;
  std::vector<Window::Hold>& holds = entry->window.holds;
  auto hold = std::find_if(holds.begin(), holds.end(), [&](const Window::Hold& one) {
    return one.session == session.id && one.transaction == transaction;
  });
  if (hold == holds.end()) {
    if (holds.size() >= Window::max_holds) return;
    hold = holds.insert(hold, {session.id, transaction, 0, {}, {}});
  }
  hold->total += pause;
  if (pause > hold->longest) {
    hold->longest = pause;
    hold->after = session.last_trip;
  }
  entry->window.judged_trips = 0;  // it may show more now
  if (!entry->window.closed) return;
  store.reopen(*entry);
  store.set_timer(*entry, execution.sent + config.silence);
}

bool WindowTable::Impl::pauses(const SessionState& session, const Execution& execution) {
  if (!session.ran || !config.idle_gap_on || execution.ordinal > 0) return false;
  if (execution.sent - session.last_complete < config.idle_gap) return false;
  if (!session.transaction.open()) return true;
  const Entry* idle = store.find(session.idle);
  return idle && execution.sent - idle->window.opened > config.max_age;
}

Window* WindowTable::Impl::sort(SessionState& session, const Execution& execution,
                                const Resolved& resolved) {
  const Statement& statement = *resolved.statement;
  const std::uint64_t tag_before = session.settings.tag();
  session.settings.apply(execution, resolved, session.transaction.open());
  if (session.settings.tag() != tag_before) session.tags.interrupt();
  obey_settings(session, execution.sent);
  if (execution.outcome != Outcome::failed) session.cursors.follow(resolved, last_cursor);
  obey(session, session.transaction.follow(execution, statement, resolved.name));
  const Tagged tagged = read_tags(session, execution, resolved);
  const bool sets = !resolved.setting.empty() || !execution.setting_texts.empty();
  if (statement.noise || statement.pool_marker || sets) return nullptr;
  if (resolved.tags && resolved.tags->allow == "ignore") {
    ++store.counters().ignored;
    return nullptr;
  }
  return file(session, execution, resolved, tagged);
}

void WindowTable::Impl::obey_settings(SessionState& session, Time now) {
  if (session.settings.request() != session.request) {
    leave(session, now);
    enter(session, session.settings.request(), now);
  }
  if (session.named == 0 || session.settings.label().empty()) return;
  const NamedWindows::Open* open = named.find(session.named);
  Entry* entry = store.find(session.named);
  if (open && entry && open->from_session) entry->window.label = session.settings.label();
}

void WindowTable::Impl::obey(SessionState& session, Change change) {
  switch (change) {
    case Change::none:
      return;
    case Change::began:
      session.test_labels = {};
      return;
    case Change::committed:
    case Change::rolled_back:
    case Change::undone:
      session.settings.end_transaction(change == Change::committed);
      end_test(session);
      if (change == Change::undone) interrupt(session);
      return;
    case Change::entered:
    case Change::left:
      return end_test(session);
    case Change::recognised:
      return split_tests(session);
  }
}

// What the idle-gap window had collected of the first two tests becomes a window each.
void WindowTable::Impl::split_tests(SessionState& session) {
  Entry* idle = store.find(session.idle);
  if (!idle) return;
  const auto taken_of = [&](std::uint32_t savepoint) {
    return store.take(*idle, [&](const Trip& trip) {
      return trip.savepoint == savepoint && trip.order >= session.transaction_order;
    });
  };
  std::array<std::vector<Trip>, 2> tests{taken_of(1), taken_of(2)};
  const Window& old = idle->window;
  const std::string framework = old.framework, db_driver = old.db_driver;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].empty()) continue;
    Entry& entry = store.open(WindowSource::savepoint, tests[i].front().sent);
    settle_in(entry, session);
    entry.window.framework = framework;
    entry.window.db_driver = db_driver;
    label(entry, LabelRank::tags, session.test_labels[i]);
    describe(entry, session, Tags());
    store.refile(entry, std::move(tests[i]));
    store.end(entry.window.number);
  }
}

WindowTable::Impl::Tagged WindowTable::Impl::read_tags(SessionState& session,
                                                       const Execution& execution,
                                                       const Resolved& resolved) {
  if (!resolved.tags) return {};
  const Tags& tags = *resolved.tags;
  const std::string& application =
      tags.application.empty() ? session.facts.application_name : tags.application;
  Tagged tagged;
  const std::string& trace = resolved.trace_id.empty() ? tags.trace_id : resolved.trace_id;
  if (!trace.empty()) {
    tagged = {key_of(KeySpace::trace, application, trace), WindowSource::trace, false, trace};
  } else if (!tags.request_id.empty()) {
    tagged = {key_of(KeySpace::tag, application, tags.request_id), WindowSource::tag, false, {}};
  }
  if (tagged.key == 0 || session.tags.believe(execution, tagged.key)) return tagged;
  ++store.counters().contradicted_tags;
  return {session.tags.fresh(), tagged.source, true, {}};
}

WindowStore::Entry& WindowTable::Impl::window_of(SessionState& session, const Execution& execution,
                                                 const Tagged& tagged) {
  if (tagged.key != 0) {
    const Entry* current = tagged.contradicted ? store.find_key(tagged.key) : nullptr;
    Entry& entry = keyed(session, current ? current->window.source : tagged.source, tagged.key,
                         execution.sent);
    if (entry.window.trace.empty()) entry.window.trace = tagged.trace;
    return entry;
  }
  if (const std::uint64_t tag = session.settings.tag(); tag != 0) {
    return keyed(session, WindowSource::tag,
                 key_of(KeySpace::setting, session.facts.application_name, bytes_of(tag)),
                 execution.sent);
  }
  if (Entry* whole = whole_of(session, execution.sent)) return *whole;
  if (session.transaction.isolates() && session.transaction.savepoint() != 0) {
    return test_of(session, execution.sent);
  }
  return idle_of(session, execution.sent);
}

// Where what a container holds is one request: its window, which ends with it.
WindowStore::Entry* WindowTable::Impl::whole_of(SessionState& session, Time sent) {
  const std::uint64_t container = container_of(session);
  const NamedWindows::Open* open = container == 0 ? nullptr : named.find(container);
  if (!open || !open->named.one_request) return nullptr;
  const std::uint64_t key = key_of(KeySpace::container, {}, bytes_of(container));
  Entry* entry = store.find_key(key);
  if (!entry) {
    entry = &store.open_keyed(WindowSource::idle_gap, key, sent);
    settle_in(*entry, session);
    entry->window.set_up = makes_requests(container);
  } else if (entry->window.closed) {
    store.reopen(*entry);
  }
  return entry;
}

Window* WindowTable::Impl::file(SessionState& session, const Execution& execution,
                                const Resolved& resolved, const Tagged& tagged) {
  static const Tags untagged;
  const Tags& tags = resolved.tags ? *resolved.tags : untagged;
  Entry& entry = window_of(session, execution, tagged);
  // A stale text's other tags are of the old request too.
  describe(entry, session, tagged.contradicted ? untagged : tags);
  Trip trip = make_trip(execution, resolved, columns_of(execution, *resolved.statement));
  trip.session = session.id;
  trip.order = ++last_order;
  trip.in_transaction = session.transaction.open();
  trip.transaction = trip.in_transaction ? session.transaction_order : 0;
  trip.attempt = session.conflicts;
  trip.surroundings = session.settings.surroundings();
  trip.savepoint = session.transaction.savepoint();
  session.last_window = entry.window.number;
  session.last_trip = trip.order;
  session.last_transaction = trip.transaction;
  session.cursors.complete(execution, resolved, last_cursor, trip);
  if (trip.savepoint >= 1 && trip.savepoint <= 2) {
    std::string& test = session.test_labels[trip.savepoint - 1];
    if (test.empty() && !tags.empty()) test = tags.label();
  }
  entry.window.set_up |= resolved.statement->set_up;
  store.file(entry, std::move(trip));
  session.last_entry = &entry;
  session.behind_last = entry.window.trips.data() + entry.window.trips.size();
  if (entry.window.sessions.size() > 1) note_elsewhere(entry.window, session);
  return &entry.window;
}

const SharedColumns& WindowTable::Impl::columns_of(const Execution& execution,
                                                   const Statement& statement) {
  static const SharedColumns none;
  if (execution.key_columns.empty()) return none;
  SharedColumns& seen = seen_columns[statement.id % seen_columns.size()];
  if (!seen || *seen != execution.key_columns) seen = SharedColumns(execution.key_columns);
  return seen;
}

void WindowTable::Impl::describe(Entry& entry, SessionState& session, const Tags& tags) {
  Window& window = entry.window;
  if (window.framework.empty()) window.framework = tags.framework;
  if (window.db_driver.empty()) window.db_driver = tags.db_driver;
  if (entry.label_rank == LabelRank::tags) return;
  if (!tags.empty()) label(entry, LabelRank::tags, tags.label());
  label(entry, LabelRank::setting, session.settings.label());
  if (const Entry* container = store.find(window.container)) {
    label(entry, LabelRank::named, container->window.label);
  }
  label(entry, LabelRank::application, window.application);
}

WindowTable::WindowTable(Config config, Closed closed)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(closed))) {}

WindowTable::~WindowTable() = default;

void WindowTable::session_opened(SessionId session, const SessionFacts& facts) {
  impl_->session_facts(session, facts);
}

void WindowTable::session_changed(SessionId session, const SessionFacts& facts) {
  impl_->session_facts(session, facts);
}

void WindowTable::session_closed(SessionId session, Time now) {
  impl_->session_closed(session, now);
}

Window* WindowTable::add(SessionId session, const Execution& execution, const Resolved& resolved) {
  return impl_->add(session, execution, resolved);
}

void WindowTable::tick(Time now) {
  impl_->tick(now);
}

std::optional<Time> WindowTable::next_due() const {
  return impl_->store.next_due();
}

void WindowTable::close_all(Time now) {
  impl_->close_all(now);
}

std::optional<std::uint64_t> WindowTable::open_named(const Named& named, Time now) {
  if (impl_->named.overlaps(named)) return std::nullopt;
  const std::uint64_t number = impl_->open_container({0, named, false, 0, now}, named.parent, now);
  for (auto& [id, session] : impl_->sessions) {
    if (holds(named, session->facts)) impl_->interrupt(*session);
  }
  return number;
}

bool WindowTable::close_named(std::uint64_t number, Time now) {
  if (!impl_->named.find(number)) return false;
  impl_->close_container(number, now);
  return true;
}

void WindowTable::for_each(const std::function<void(Window&)>& visit) {
  impl_->store.for_each_open([&](WindowStore::Entry& entry) { visit(entry.window); });
}

void WindowTable::for_each_before(Time when, const std::function<void(Window&)>& visit) {
  impl_->store.for_each_open_before(when, [&](WindowStore::Entry& entry) { visit(entry.window); });
}

Window* WindowTable::find(std::uint64_t number) {
  WindowStore::Entry* entry = impl_->store.find(number);
  return entry ? &entry->window : nullptr;
}

const WindowTable::Counters& WindowTable::counters() const {
  return impl_->store.counters();
}

std::size_t WindowTable::bytes() const {
  return impl_->store.bytes();
}

}  // namespace onetrip
