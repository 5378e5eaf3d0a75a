#include "app/nothing_seen.hpp"

#include <algorithm>

#include "admin/status.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

using Sentences = std::vector<std::string>;

std::string first_or(const Sentences& list, const char* otherwise) {
  return list.empty() ? otherwise : list.front();
}

void say_no_connection(const SeenOfRun& seen, Sentences& out) {
  const std::string here = first_or(seen.vitals.listen, "onetrip");
  const std::string server =
      seen.vitals.upstreams.empty() ? "the server" : seen.vitals.upstreams.front().address;
  out.push_back("No connection came to " + here + ".");
  if (seen.elsewhere && *seen.elsewhere > 0) {
    out.push_back(counted(*seen.elsewhere, "session") + " went to " + server +
                  " meanwhile without coming through onetrip: the settings come from elsewhere "
                  "than the environment.");
  }
  if (seen.rewritten.empty()) {
    out.push_back("No variable held a URL of " + server +
                  "; only PGHOST and PGPORT were set. If the settings take a URL from a variable, "
                  "set it, or name it: --rewrite VAR.");
  }
  out.emplace_back(
      "If the settings take host and port from variables: --env DB_HOST={host} --env "
      "DB_PORT={port}, by their names. If they stand in the code or in a file: --listen with the "
      "address that stands there, and the server at another.");
}

void say_no_login(Sentences& out) {
  out.emplace_back(
      "Connections came, but no statement: login or TLS failed. The client's own error message "
      "tells why; it is the server's, as it came.");
  out.emplace_back(
      "A password file (.pgpass) is looked up by host and port, which are onetrip's now: set "
      "PGPASSWORD, or take --listen with the host and port that the file names.");
}

void say_only_set_up(const Record& record, const Engine::Counters& counters, Sentences& out) {
  if (counters.executions == counters.noise) {
    out.emplace_back(
        "Only SET, BEGIN, catalog lookups and the like were seen: no statement of the application "
        "itself.");
  } else {
    out.push_back("Only set-up was seen (" +
                  counted(std::max(record.set_up_windows, counters.set_up_windows), "window") +
                  " of migrations, fixtures and the like): no request of the application.");
  }
}

std::uint64_t named(const Engine::Counters& counters) {
  return counters.windows.opened[static_cast<std::size_t>(WindowSource::named)];
}

void add(Sentences& out, const Sentences& more) {
  out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

bool is_empty(const Record& record) {
  return std::none_of(record.entries.begin(), record.entries.end(),
                      [](const RecordEntry& entry) { return entry.statements > 0; });
}

Sentences why_nothing_was_seen(const Record& record, const SeenOfRun& seen) {
  Sentences out{"nothing was seen that could be judged"};
  const Engine::Counters& counters = seen.counters;
  const Sentences troubles = not_looked_at(seen.vitals, counters);
  const std::uint64_t ignored = counters.ignored_executions + counters.windows.ignored;
  if (seen.vitals.connections_total == 0) {
    say_no_connection(seen, out);
  } else if (counters.executions > ignored) {
    say_only_set_up(record, counters, out);
  } else if (ignored > 0) {
    out.push_back("All " + counted(ignored, "statement") +
                  " came from sessions that are ignored: look at [ignore] in onetrip.toml, and at "
                  "comments with onetrip='ignore'.");
  } else if (troubles.empty()) {
    say_no_login(out);
  }
  add(out, troubles);
  add(out, windows_without_statements(record, counters));
  out.emplace_back("If COMMAND is to ask no database: --allow-empty.");
  return out;
}

Sentences windows_without_statements(const Record& record, const Engine::Counters& counters) {
  const bool any = std::any_of(record.entries.begin(), record.entries.end(),
                               [](const RecordEntry& entry) { return !entry.test.empty(); });
  if (any || named(counters) == 0) return {};
  return {counted(named(counters), "named window") +
          " opened, and no statement fell into one: SET onetrip.request must go over the "
          "connection that the test uses, and a window opened over HTTP must name its database or "
          "application, or none."};
}

}  // namespace onetrip
