#include "admin/status.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "analyzer/bounds.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;
using Counts = std::map<std::string, std::uint64_t>;

json::object counts_json(const Counts& counts) {
  json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

json::object windows_json(const Engine::Counters& engine) {
  json::object opened;
  for (const auto source : {WindowSource::trace, WindowSource::tag, WindowSource::savepoint,
                            WindowSource::idle_gap, WindowSource::named}) {
    opened[to_string(source)] = engine.windows.opened[static_cast<std::size_t>(source)];
  }
  return {{"open", engine.open_windows},
          {"opened", opened},
          {"saturated", engine.windows.saturated},
          {"evicted", engine.windows.closed_early + engine.windows.shed},
          {"dropped_statements", engine.windows.dropped_trips}};
}

json::object bounds_json(const Engine::Counters& engine) {
  json::object out;
  for (const Bound& bound : bounds_of(engine)) out[bound.key] = bound.count;
  return out;
}

json::object store_json(const Vitals::Store& store) {
  json::object out{{"state", to_string(store.state)}};
  if (store.state == Vitals::Store::State::off) return out;
  out["path"] = store.path;
  if (!store.why.empty()) out["why"] = store.why;
  out["bytes"] = store.bytes;
  out["writes"] = store.writes;
  out["failures"] = counts_json(store.failures);
  out["lost"] = store.lost;
  return out;
}

std::uint64_t sum(const Counts& counts) {
  std::uint64_t total = 0;
  for (const auto& [name, count] : counts) total += count;
  return total;
}

std::string first_listen(const Vitals& vitals) {
  return vitals.listen.empty() ? "it" : vitals.listen.front();
}

/// Nothing seen is told apart: each cause has its own remedy.
void say_nothing_seen(const Vitals& vitals, const Engine::Counters& engine,
                      std::vector<Unchecked>& out) {
  if (engine.executions > engine.noise) return;
  if (!vitals.analysis) return;
  if (vitals.connections_total == 0) {
    out.push_back({"No connection came yet",
                   "point the application's database address at " + first_listen(vitals)});
  } else if (engine.executions > 0) {
    out.push_back(
        {"Only set-up statements were seen (SET, BEGIN, catalog lookups), and no request of the "
         "application came through yet",
         "let the application work, and look again"});
  } else if (sum(engine.blind) == 0 && sum(vitals.connections_failed) < vitals.connections_total) {
    out.push_back({"Connections came, but no statement, so login may have failed",
                   "look at the client's own error message, which is the server's, forwarded as it "
                   "is"});
  }
}

std::uint64_t failed(const Vitals& vitals, const char* reason) {
  const auto found = vitals.connections_failed.find(reason);
  return found == vitals.connections_failed.end() ? 0 : found->second;
}

struct Reason {
  const char *name, *what, *fix;
};

/// Connections that never became a session.
void say_failed(const Vitals& vitals, std::vector<Unchecked>& out) {
  const Reason why[] = {
      {"unreachable", "found no server behind", "look at the upstream's address and its server"},
      {"too_many_clients", "came while limits.clients were connected", "raise limits.clients"},
      {"deadline", "did not finish their startup within limits.startup",
       "look what keeps those clients or the server, or raise limits.startup"},
      {"bad_packet", "did not speak PostgreSQL's protocol", "look who else asks this port"},
      {"direct_tls", "began with TLS, which is off", "set listen.tls.mode"},
      {"tls", "failed in the TLS handshake", "look at the log, which says why"},
      {"plain", "did not encrypt, as listen.tls.mode = \"require\" demands",
       "set sslmode=require in those clients, or listen.tls.mode = \"allow\""}};
  for (const Reason& reason : why) {
    const std::uint64_t count = failed(vitals, reason.name);
    if (count != 0) out.push_back({counted(count, "connection") + " " + reason.what, reason.fix});
  }
}

const Reason& why_blind(const std::string& name) {
  static constexpr Reason reasons[] = {
      {"encrypted", "client and server encrypted between themselves",
       "give onetrip a certificate (listen.tls), or connect with sslmode=disable and "
       "gssencmode=disable"},
      {"too_large", "more was in flight than limits.pipeline allows", "raise limits.pipeline"},
      {"dropped", "the analysis did not keep up with what they said",
       "raise limits.ring_memory, or look at fewer sessions (analysis.sample)"},
      {"out_of_sync", "what was said was not understood",
       "look which client it is; if it speaks PostgreSQL's protocol well, report it as a fault of "
       "onetrip"}};
  const auto* const found = std::find_if(std::begin(reasons), std::end(reasons) - 1,
                                         [&](const Reason& one) { return name == one.name; });
  return *found;  // the last for all others, too
}

void say_blind(const Engine::Counters& engine, std::vector<Unchecked>& out) {
  for (const auto& [name, count] : engine.blind) {
    const Reason& why = why_blind(name);
    out.push_back({counted(count, "session") + (count == 1 ? " was" : " were") +
                       " forwarded without being looked at (" + name + "), as " + why.what,
                   why.fix});
  }
}

void say_lost(const Vitals& vitals, const Engine::Counters& engine, std::vector<Unchecked>& out) {
  if (vitals.events_dropped != 0) {
    out.push_back(
        {counted(vitals.events_dropped, "execution") + " got lost because the ring was full",
         "raise limits.ring_events"});
  }
  if (engine.windows.saturated != 0) {
    const std::uint64_t count = engine.windows.saturated;
    out.push_back({counted(count, "window") + (count == 1 ? " holds" : " hold") +
                       " requests that cannot be told apart",
                   "tag statements with a traceparent or request_id comment (sqlcommenter)"});
  }
  if (const std::uint64_t count = sum(engine.unparsable); count != 0) {
    out.push_back(
        {counted(count, "statement") + " could not be parsed, so no link of theirs can be proved",
         "ask `onetrip fingerprint --json` where such a statement is not understood"});
  }
  for (const Bound& bound : bounds_of(engine)) {
    if (bound.count == 0) continue;
    out.push_back({text_of(bound), "raise " + std::string(bound.key) + ", at the cost of memory"});
  }
  for (const auto& [database, state] : engine.catalogs) {
    if (!state.starts_with("missing")) continue;
    out.push_back({"The catalog of " + database + " is " + state +
                       ". Links go on names and are never proven by foreign keys",
                   "set catalog.dsn or catalog.file"});
  }
}

void say_not_looked_at(const Vitals& vitals, const Engine::Counters& engine,
                       std::vector<Unchecked>& out) {
  say_failed(vitals, out);
  say_blind(engine, out);
  say_lost(vitals, engine, out);
}

std::vector<std::string> sentences(const std::vector<Unchecked>& list) {
  std::vector<std::string> out;
  for (const Unchecked& one : list) out.push_back(one.sentence());
  return out;
}

json::array details(const std::vector<Unchecked>& list) {
  json::array out;
  for (const Unchecked& one : list)
    out.push_back(json::object{{"message", one.what}, {"fix", one.fix}});
  return out;
}

}  // namespace

std::string Unchecked::sentence() const {
  return what + ": " + fix + ".";
}

std::string_view to_string(Vitals::Store::State state) {
  static constexpr std::string_view names[] = {"off", "opening", "kept", "failing", "refused"};
  return names[static_cast<int>(state)];
}

std::string_view to_string(Vitals::State state) {
  switch (state) {
    case Vitals::State::starting:
      return "starting";
    case Vitals::State::ready:
      return "ready";
    case Vitals::State::draining:
      return "draining";
  }
  return "";
}

json::array upstreams_json(const Vitals& vitals) {
  json::array out;
  for (const Vitals::Upstream& upstream : vitals.upstreams) {
    json::object one{{"address", upstream.address}, {"up", nullptr}};
    if (upstream.up) one["up"] = *upstream.up;
    if (!upstream.error.empty()) one["error"] = upstream.error;
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<std::string> not_looked_at(const Vitals& vitals, const Engine::Counters& engine) {
  std::vector<Unchecked> out;
  say_not_looked_at(vitals, engine, out);
  return sentences(out);
}

std::vector<Unchecked> unchecked(const Vitals& vitals, const Engine::Counters& engine) {
  std::vector<Unchecked> out;
  if (!vitals.analysis)
    out.push_back({"Analysis is switched off", "POST /api/v1/analysis {\"enabled\": true}"});
  if (vitals.sample < 1) {
    out.push_back({"Only a part of the sessions is looked at, as analysis.sample is " +
                       to_json_text(vitals.sample),
                   "set analysis.sample to 1"});
  }
  say_nothing_seen(vitals, engine, out);
  say_not_looked_at(vitals, engine, out);
  return out;
}

std::vector<std::string> not_checked(const Vitals& vitals, const Engine::Counters& engine) {
  return sentences(unchecked(vitals, engine));
}

json::object status_json(const Vitals& vitals, const Engine::Counters& engine) {
  json::object out;
  out["schema_version"] = 1;
  out["version"] = vitals.version;
  out["state"] = to_string(vitals.state);
  out["uptime_s"] = rounded_ms(vitals.uptime_seconds);
  out["analysis"] = json::object{{"enabled", vitals.analysis}, {"sample", vitals.sample}};
  out["listen"] = texts(vitals.listen);
  out["connections"] = json::object{{"open", vitals.connections_open},
                                    {"total", vitals.connections_total},
                                    {"failed", counts_json(vitals.connections_failed)},
                                    {"accept_errors", vitals.accept_errors}};
  out["upstreams"] = upstreams_json(vitals);
  out["ring"] = json::object{{"depth", vitals.ring_depth},
                             {"capacity", vitals.ring_capacity},
                             {"dropped", vitals.events_dropped}};
  out["statements"] = json::object{{"total", engine.executions},
                                   {"ignored", engine.ignored_executions + engine.windows.ignored},
                                   {"noise", engine.noise},
                                   {"by_kind", counts_json(engine.statements_by_kind)},
                                   {"unparsable", counts_json(engine.unparsable)},
                                   {"errors", counts_json(engine.errors_by_class)}};
  out["blind"] = counts_json(engine.blind);
  out["windows"] = windows_json(engine);
  out["beyond_bounds"] = bounds_json(engine);
  out["findings"] = json::object{{"open", engine.open_findings},
                                 {"by_rule", counts_json(engine.findings_by_rule)}};
  json::object catalogs;
  for (const auto& [database, state] : engine.catalogs) catalogs[database] = state;
  out["catalogs"] = std::move(catalogs);
  out["store"] = store_json(vitals.store);
  const std::vector<Unchecked> rest = unchecked(vitals, engine);
  out["not_checked"] = texts(sentences(rest));
  out["not_checked_details"] = details(rest);
  return out;
}

}  // namespace onetrip
