// onetrip_replay [CATALOG] <recording: shows each run of a recording to a proxy's session and
// engine, with the times at which its bytes passed, and prints one line of JSON for it, after one
// that names the rules: what was found, as the API says it and as people read it; what each window
// showed; and what ran, each with its window, for the counting rules and the truth that it is
// compared with.

#include <boost/json.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/finding_text.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/window_archive.hpp"
#include "bench/accuracy/replay/recording.hpp"
#include "proxy/session/observer.hpp"
#include "rules/rule.hpp"

namespace onetrip::bench {
namespace {

namespace json = boost::json;

/// Hands out the one catalog there is, for every database.
class FileCatalog final : public CatalogSource {
 public:
  explicit FileCatalog(CatalogPtr catalog) : catalog_(std::move(catalog)) {}

  bool request(const std::string& database, const SessionFacts& session) override {
    if (catalog_) asked_.push_back({session.pair, database});
    return catalog_ != nullptr;
  }
  void deliver(Engine& engine) {
    for (const CatalogKey& key : asked_) engine.catalog_ready(key, catalog_);
    asked_.clear();
  }

 private:
  CatalogPtr catalog_;
  std::vector<CatalogKey> asked_;
};

/// What counting rules look at, for each execution that is no session noise, and the id of its
/// window. Findings do not say which executions are theirs, so a table like the engine's sorts them
/// once more; given the same events and ticks it opens the same windows.
class Executions {
 public:
  explicit Executions(const ValueHasher& hasher)
      : cache_(hasher, {}), windows_({}, [this](Window& window) { note(window); }) {}

  void take(const Event& event) {
    switch (event.kind) {
      case Event::Kind::execution:
        return add(event);
      case Event::Kind::session_opened:
        return windows_.session_opened(event.session, event.facts);
      case Event::Kind::session_changed:
        return windows_.session_changed(event.session, event.facts);
      case Event::Kind::session_closed:
        return windows_.session_closed(event.session, event.time);
      case Event::Kind::blind:
        return;
    }
  }
  void tick(Time now) { windows_.tick(now); }

  json::array take_all(Time now) {
    windows_.close_all(now);
    return std::move(list_);
  }

 private:
  void add(const Event& event) {
    const Execution& run = event.execution;
    const auto& text = cache_.resolve(run.text, run.text_hash, StringSyntax::standard);
    if (!StatementCache::fill(text, run.ordinal, run, resolved_)) return;
    const Window* filed = windows_.add(event.session, run, resolved_);
    if (filed != nullptr) filed_.push_back(list_.size());
    if (resolved_.statement->noise) return;
    std::uint64_t values = 0;
    for (const Slot& slot : resolved_.slots) values = values * 31 + slot.hash + slot.count;
    for (const ValueHash element : resolved_.elements) values = values * 31 + element;
    const std::string& trace = resolved_.trace_id;
    list_.push_back(json::object{{"session", event.session},
                                 {"ms", rounded_ms(milliseconds_of(run.begun))},
                                 {"end_ms", rounded_ms(milliseconds_of(run.complete))},
                                 {"fingerprint", resolved_.statement->fingerprint},
                                 {"kind", static_cast<int>(resolved_.statement->kind)},
                                 {"text", std::to_string(run.text_hash)},
                                 {"values", std::to_string(values)},
                                 {"trace", trace.empty() ? resolved_.tags->trace_id : trace},
                                 {"window", nullptr},
                                 {"sql", resolved_.statement->normalized.substr(0, 400)}});
  }
  /// Trip::order counts what was filed, from 1. A window that closes again holds what it held.
  void note(const Window& window) {
    for (const Trip& trip : window.trips)
      list_[filed_.at(trip.order - 1)].as_object()["window"] = window.id;
  }

  StatementCache cache_;
  Resolved resolved_;
  json::array list_;
  std::vector<std::size_t> filed_;  ///< places in the list
  WindowTable windows_;
};

/// The events of the sessions of one run: to the list of executions, and to the engine.
class Tee final : public EventSink {
 public:
  Tee(Engine& engine, FileCatalog& catalog, Executions& executions)
      : engine_(engine), catalog_(catalog), executions_(executions) {}

  void put(Event& event) override {
    executions_.take(event);
    engine_.take(event);
    catalog_.deliver(engine_);
  }

 private:
  Engine& engine_;
  FileCatalog& catalog_;
  Executions& executions_;
};

json::array to_json(const std::vector<Finding>& findings) {
  json::array list;
  for (const Finding& finding : findings) list.push_back(finding_json(finding));
  return list;
}

json::array to_texts(const std::vector<Finding>& findings) {
  json::array list;
  for (const Finding& finding : findings) list.emplace_back(finding_text(finding));
  return list;
}

/// What each window showed; engine.findings({}) has a finding once, as its worst window showed it.
json::array findings_of_windows(const Engine& engine) {
  json::array list;
  for (const Engine::WindowRow& row : engine.windows({}, {}, WindowArchive::max_windows)) {
    Engine::Query query;
    query.window = row.summary.id;
    for (const Finding& finding : engine.findings(query)) list.push_back(finding_json(finding));
  }
  return list;
}

/// The sessions of one run, as a proxy's I/O thread has them.
class Sessions {
 public:
  Sessions(const ValueHasher& hasher, EventSink& sink) : hasher_(hasher), sink_(sink) {}

  void show(const Record& record, Time now) {
    std::unique_ptr<Observer>& session = sessions_[record.connection];
    if (record.kind == 'o') {
      session = std::make_unique<Observer>(record.connection, hasher_, sink_, pool_);
      session->startup(record.bytes, "client", "server", now);
    } else if (!session) {
      throw std::runtime_error("a connection speaks before it is opened");
    } else if (record.kind == 'f') {
      session->client_bytes(record.bytes, now);
    } else if (record.kind == 'b') {
      session->server_bytes(record.bytes, now);
    } else {
      session->closed(now);
    }
  }

 private:
  const ValueHasher& hasher_;
  EventSink& sink_;
  ExecutionPool pool_;
  std::map<std::uint64_t, std::unique_ptr<Observer>> sessions_;
};

/// Of the next run of the recording, into `line`.
void judge(RecordingReader& recording, const ValueHasher& hasher, FileCatalog& catalog,
           json::object& line) {
  Executions executions(hasher);
  Engine engine(hasher, {}, make_rules(), &catalog, {});
  Tee tee(engine, catalog, executions);
  Sessions sessions(hasher, tee);
  Time now = std::chrono::seconds(1);
  for (Record record = recording.next_record(); record.kind != 'e';
       record = recording.next_record()) {
    now += record.delay;
    const std::optional<Time> due = engine.next_due();
    if (due && *due <= now) {
      engine.tick(now);
      executions.tick(now);
    }
    sessions.show(record, now);
  }
  now += std::chrono::seconds(10);
  engine.tick(now);  // what is judged asks for the catalog, if nothing did before
  executions.tick(now);
  catalog.deliver(engine);
  engine.shut_down(now);
  const std::vector<Finding> findings = engine.findings({});
  line["findings"] = to_json(findings);
  line["texts"] = to_texts(findings);
  line["in_windows"] = findings_of_windows(engine);
  line["executions"] = executions.take_all(now);
}

/// The same in every run, so that what is printed is.
ValueHasher::Key fixed_key() {
  ValueHasher::Key key;
  std::mt19937 random(1);  // its sequence is the standard's
  for (unsigned char& byte : key) byte = static_cast<unsigned char>(random());
  return key;
}

std::string read_all(std::istream& stream) {
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

CatalogPtr read_catalog_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  return std::make_shared<const Catalog>(catalog_from_json(read_all(file)));
}

void replay(const char* catalog_path) {
  const ValueHasher hasher(fixed_key());
  FileCatalog catalog(catalog_path == nullptr ? nullptr : read_catalog_file(catalog_path));
  const std::string bytes = read_all(std::cin);
  RecordingReader recording(bytes);
  json::array rules;
  for (const std::string_view name : rule_names()) rules.emplace_back(name);
  std::cout << to_json_text(json::object{{"rules", std::move(rules)}}) << "\n";
  while (const auto header = recording.next_run()) {
    json::object line = json::parse(*header).as_object();
    judge(recording, hasher, catalog, line);
    std::cout << to_json_text(line) << "\n";
  }
}

}  // namespace
}  // namespace onetrip::bench

int main(int count, char** arguments) {
  try {
    onetrip::bench::replay(count > 1 ? arguments[1] : nullptr);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "onetrip_replay: " << error.what() << "\n";
    return 2;
  }
}
