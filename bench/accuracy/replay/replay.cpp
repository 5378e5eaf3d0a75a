// onetrip_replay [CATALOG] <recording: shows each run of a recording to a proxy's session and
// engine, with the times at which its bytes passed, and prints one line of JSON for it, after one
// that names the rules: what was found, as the API says it, and what ran, for the counting rules
// that score.py compares with.

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
#include "analyzer/sinks/json_text.hpp"
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

/// What counting rules look at, for each execution that is no session noise.
class Executions {
 public:
  explicit Executions(const ValueHasher& hasher) : cache_(hasher, {}) {}

  void add(const Event& event) {
    const Execution& run = event.execution;
    const auto& text = cache_.resolve(run.text, run.text_hash, StringSyntax::standard);
    if (!StatementCache::fill(text, run.ordinal, run, resolved_) || resolved_.statement->noise)
      return;
    std::uint64_t values = 0;
    for (const Slot& slot : resolved_.slots) values = values * 31 + slot.hash + slot.count;
    for (const ValueHash element : resolved_.elements) values = values * 31 + element;
    const std::string& trace = resolved_.trace_id;
    list_.push_back(json::object{
        {"session", event.session},
        {"ms", rounded_ms(std::chrono::duration<double, std::milli>(run.begun).count())},
        {"end_ms", rounded_ms(std::chrono::duration<double, std::milli>(run.complete).count())},
        {"fingerprint", resolved_.statement->fingerprint},
        {"kind", static_cast<int>(resolved_.statement->kind)},
        {"text", std::to_string(run.text_hash)},
        {"values", std::to_string(values)},
        {"trace", trace.empty() ? resolved_.tags->trace_id : trace},
        {"sql", resolved_.statement->normalized.substr(0, 400)}});
  }
  json::array take() { return std::move(list_); }

 private:
  StatementCache cache_;
  Resolved resolved_;
  json::array list_;
};

/// The events of the sessions of one run: to the list of executions, and to the engine.
class Tee final : public EventSink {
 public:
  Tee(Engine& engine, FileCatalog& catalog, Executions& executions)
      : engine_(engine), catalog_(catalog), executions_(executions) {}

  void put(Event& event) override {
    if (event.kind == Event::Kind::execution) executions_.add(event);
    engine_.take(event);
    catalog_.deliver(engine_);
  }

 private:
  Engine& engine_;
  FileCatalog& catalog_;
  Executions& executions_;
};

json::array judge(RecordingReader& recording, const ValueHasher& hasher, FileCatalog& catalog,
                  Executions& executions) {
  Engine engine(hasher, {}, make_rules(), &catalog, {});
  Tee tee(engine, catalog, executions);
  ExecutionPool pool;
  std::map<std::uint64_t, std::unique_ptr<Observer>> sessions;
  Time now = std::chrono::seconds(1);
  for (Record record = recording.next_record(); record.kind != 'e';
       record = recording.next_record()) {
    now += record.delay;
    const std::optional<Time> due = engine.next_due();
    if (due && *due <= now) engine.tick(now);
    std::unique_ptr<Observer>& session = sessions[record.connection];
    if (record.kind == 'o') {
      session = std::make_unique<Observer>(record.connection, hasher, tee, pool);
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
  now += std::chrono::seconds(10);
  engine.tick(now);  // what is judged asks for the catalog, if nothing did before
  catalog.deliver(engine);
  engine.shut_down(now);
  json::array findings;
  for (const Finding& finding : engine.findings({})) findings.push_back(finding_json(finding));
  return findings;
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
    Executions executions(hasher);
    line["findings"] = judge(recording, hasher, catalog, executions);
    line["executions"] = executions.take();
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
