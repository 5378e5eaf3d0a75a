#include "analyzer/window_table.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/prefetch.hpp"

namespace onetrip {

SessionState& WindowTable::Impl::session(SessionId id) {
  if (const auto found = sessions.find(id); found != sessions.end()) return *found->second;
  auto session = std::make_unique<SessionState>();
  session->id = id;
  return *sessions.emplace(id, std::move(session)).first->second;
}

void WindowTable::Impl::session_facts(SessionId id, const SessionFacts& facts) {
  SessionState& changed = session(id);
  changed.facts = facts;
  changed.around_version = 0;
}

void WindowTable::Impl::session_closed(SessionId id, Time now) {
  const auto found = sessions.find(id);
  if (found == sessions.end()) return;
  SessionState& session = *found->second;
  leave(session, now);
  end_test(session);
  interrupt(session);
  sessions.erase(found);
}

void WindowTable::Impl::interrupt(SessionState& session) {
  store.end(std::exchange(session.idle, 0));
  session.tags.interrupt();
}

void WindowTable::Impl::end_test(SessionState& session) {
  store.end(std::exchange(session.test, 0));
}

WindowStore::Entry& WindowTable::Impl::keyed(SessionState& session, WindowSource source,
                                             std::uint64_t key, Time sent) {
  Entry* entry = store.find_key(key);
  if (entry && !entry->window.closed) return *entry;
  if (entry) {
    store.reopen(*entry);
  } else {
    entry = &store.open_keyed(source, key, sent);
    settle_in(*entry, session);
    note_request(entry->window.container);
  }
  store.set_timer(*entry, sent + config.silence);
  return *entry;
}

WindowStore::Entry& WindowTable::Impl::test_of(SessionState& session, Time sent) {
  const std::uint64_t container = container_of(session);
  if (Entry* entry = store.find(session.test)) {
    if (entry->window.container == container) return *entry;
    end_test(session);
  }
  Entry& entry = store.open(WindowSource::savepoint, sent);
  entry.session = session.id;
  session.test = entry.window.number;
  settle_in(entry, session);
  entry.window.set_up = makes_requests(container);
  return entry;
}

WindowStore::Entry& WindowTable::Impl::idle_of(SessionState& session, Time sent) {
  Entry* entry = store.find(session.idle);
  if (entry && entry->window.container != container_of(session)) {
    store.end(session.idle);
    entry = nullptr;
  }
  if (!entry) {
    entry = &store.open(WindowSource::idle_gap, sent);
    entry->session = session.id;
    session.idle = entry->window.number;
    settle_in(*entry, session);
    entry->window.set_up = makes_requests(entry->window.container);
    store.set_timer(*entry, sent + config.idle_gap);
  } else if (entry->window.closed) {
    // It had been closed by its silence, but the statement was on its way before.
    store.reopen(*entry);
    store.set_timer(*entry, sent + config.idle_gap);
  }
  if (sent - entry->window.opened > config.max_age &&
      !std::exchange(entry->window.saturated, true)) {
    ++store.counters().saturated;
  }
  return *entry;
}

void WindowTable::Impl::settle_in(Entry& entry, SessionState& session) {
  entry.window.application = session.facts.application_name;
  entry.window.database = session.facts.database;
  entry.window.pair = session.facts.pair;
  entry.window.container = container_of(session);
}

void WindowTable::Impl::note_elsewhere(Window& window, const SessionState& session) {
  const SessionFacts& facts = session.facts;
  if (facts.pair == window.pair && facts.database == window.database) return;
  const bool noted = std::any_of(window.elsewhere.begin(), window.elsewhere.end(),
                                 [&](const auto& known) { return known.first == session.id; });
  if (!noted) window.elsewhere.push_back({session.id, {facts.pair, facts.database}});
}

// A test's own statements are its set-up once it turns out to make requests.
void WindowTable::Impl::note_request(std::uint64_t container) {
  const auto found = requests_seen.find(container);
  if (found == requests_seen.end() || std::exchange(found->second, true)) return;
  store.for_each([=](Entry& entry) {
    Window& window = entry.window;
    const bool own =
        window.source == WindowSource::idle_gap || window.source == WindowSource::savepoint;
    if (own && window.container == container) window.set_up = true;
  });
}

bool WindowTable::Impl::makes_requests(std::uint64_t container) const {
  const auto found = requests_seen.find(container);
  return found != requests_seen.end() && found->second;
}

std::uint64_t WindowTable::Impl::container_of(SessionState& session) {
  if (session.named != 0 && store.find(session.named)) return session.named;
  if (session.around_version != named.version()) {
    session.around = named.innermost(session.facts);
    session.around_version = named.version();
  }
  return session.around;
}

std::uint64_t WindowTable::Impl::open_container(NamedWindows::Open open, std::uint64_t container,
                                                Time now) {
  Entry& entry = store.open(WindowSource::named, now);
  Window& window = entry.window;
  window.name = open.named.name;
  window.label = open.named.label.empty() ? open.named.name : open.named.label;
  window.application = open.named.application;
  window.database = open.named.database;
  window.container = store.find(container) ? container : 0;
  entry.label_rank = WindowStore::LabelRank::tags;
  if (open.named.ttl > Time::zero()) store.set_timer(entry, now + open.named.ttl);
  open.number = window.number;
  requests_seen[window.number] = false;
  note_request(window.container);
  named.add(std::move(open));
  return window.number;
}

void WindowTable::Impl::close_container(std::uint64_t number, Time now) {
  for (const std::uint64_t inner : store.numbers()) {
    Entry* entry = store.find(inner);
    if (!entry || entry->window.container != number) continue;
    switch (entry->window.source) {
      case WindowSource::trace:
      case WindowSource::tag:
        store.close(*entry, now);
        break;
      case WindowSource::savepoint:
      case WindowSource::idle_gap:
        store.end(inner);
        break;
      case WindowSource::named:
        entry->window.container = 0;
        break;
    }
  }
  named.remove(number);
  requests_seen.erase(number);
  if (Entry* entry = store.find(number)) {
    entry->window.last = std::max(entry->window.last, now);
    store.end(number);
  }
}

void WindowTable::Impl::enter(SessionState& session, const std::string& name, Time now) {
  session.request = name;
  if (name.empty()) return;
  NamedWindows::Open* open = named.find(name, session.facts);
  if (open) {
    session.named = open->number;
  } else {
    WindowTable::Named wanted;
    wanted.name = name;
    wanted.application = session.facts.application_name;
    wanted.database = session.facts.database;
    wanted.label = session.settings.label();
    session.named = open_container({0, wanted, true, 0, now}, container_of(session), now);
    open = named.find(session.named);
  }
  ++open->sessions;
  interrupt(session);
}

void WindowTable::Impl::leave(SessionState& session, Time now) {
  const std::uint64_t number = std::exchange(session.named, 0);
  session.request.clear();
  if (number == 0) return;
  interrupt(session);
  NamedWindows::Open* open = named.find(number);
  if (!open) return;
  if (open->sessions > 0) --open->sessions;
  if (open->from_session && open->sessions == 0) close_container(number, now);
}

// When an open entry whose timer ran out is really due.
Time WindowTable::Impl::due(const Entry& entry, Time now) {
  const Window& window = entry.window;
  switch (window.source) {
    case WindowSource::trace:
    case WindowSource::tag:
      return window.last + config.silence;
    case WindowSource::savepoint:
    case WindowSource::named:
      return now;
    case WindowSource::idle_gap:
      break;
  }
  const auto found = sessions.find(entry.session);
  if (found == sessions.end()) return now;
  const bool old = now - window.opened > config.max_age;
  if (found->second->transaction.open() && !old) {
    return now + std::max<Time>(config.idle_gap, std::chrono::milliseconds(1));
  }
  return std::max(window.last, found->second->last_complete) + config.idle_gap;
}

void WindowTable::Impl::tick(Time now) {
  while (Entry* entry = store.due(now)) {
    const std::uint64_t number = entry->window.number;
    if (entry->window.closed) {
      store.end(number);
    } else if (const Time when = due(*entry, now); when > now) {
      store.set_timer(*entry, when);
    } else if (entry->window.source == WindowSource::named) {
      close_container(number, now);
    } else {
      store.close(*entry, now);
    }
  }
}

void WindowTable::Impl::close_all(Time now) {
  std::vector<std::uint64_t> containers;
  for (const std::uint64_t number : store.numbers()) {
    const Entry* entry = store.find(number);
    if (entry && entry->window.source == WindowSource::named) {
      containers.push_back(number);
    } else {
      store.end(number);
    }
  }
  for (const std::uint64_t number : containers) close_container(number, now);
  named.clear();
}

void WindowTable::expect(SessionId session) const {
  const auto found = impl_->sessions.find(session);
  if (found != impl_->sessions.end()) prefetch(found->second.get(), sizeof(SessionState));
}

void WindowTable::expect_more(SessionId session) const {
  const auto found = impl_->sessions.find(session);
  if (found == impl_->sessions.end() || found->second->last_entry == nullptr) return;
  prefetch(found->second->last_entry, sizeof(WindowStore::Entry));
  prefetch(found->second->behind_last, sizeof(Trip));
}

}  // namespace onetrip
