// Each bound of the analysis, set small in the configuration and passed: what lies beyond it is
// counted in the status and in the metrics, and a sentence says so.
#include "analyzer/bounds.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "admin/status.hpp"
#include "analyzer/sinks/metrics.hpp"
#include "app/config_keys.hpp"
#include "app/engine_setup.hpp"
#include "proxy/session/observer.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"
#include "rules/rule.hpp"

using namespace onetrip;

namespace {

const ValueHasher& hasher() {
  static const ValueHasher one{ValueHasher::Key{1, 2, 3}};
  return one;
}

Config configured(const std::string& text) {
  ConfigSources sources;
  sources.file_name = "onetrip.toml";
  sources.file_text = text;
  sources.flags = {{"proxy.upstream", "UPSTREAM", {"db"}}};
  const LoadedConfig loaded = load_config(sources);
  REQUIRE(loaded.errors.empty());
  return loaded.config;
}

/// A session behind a proxy that is configured so, and what is analysed of it.
class Watched : EventSink {
 public:
  explicit Watched(const std::string& text)
      : config_(configured(text)),
        engine_(hasher(), engine_config(config_, 0), configured_rules(config_), nullptr, {}),
        observer_(1, hasher(), *this, pool_,
                  proxy_config(config_, config_.proxies.front()).session) {
    observer_.startup(*StartupMessage::read(as_bytes(startup_message({{"user", "ada"}}))), "", "",
                      now_);
    server(backend::authentication_ok() + backend::ready_for_query('I'));
  }

  Watched& run(const std::string& sql, const std::string& answer = "") {
    now_ += std::chrono::milliseconds(1);
    observer_.client_bytes(as_bytes(frontend::query(sql)), now_);
    server(answer + backend::command_complete("SELECT 0") + backend::ready_for_query('I'));
    return *this;
  }

  Engine::Counters counters() const { return engine_.counters(); }

  void check_beyond(const std::string& key, std::uint64_t count) {
    INFO(key);
    engine_.flush(now_);
    const Engine::Counters counters = engine_.counters();
    const Vitals vitals;
    const std::map<std::string, std::uint64_t> open;
    CHECK(status_json(vitals, counters).at("beyond_bounds").at(key) == count);
    CHECK_THAT(metrics_text({vitals, counters, FindingCounts(2), {}, open}),
               Catch::Contains("onetrip_beyond_bounds_total{bound=\"" + key + "\"} " +
                               std::to_string(count) + "\n"));
    const std::vector<std::string> said = not_checked(vitals, counters);
    CHECK(std::count_if(said.begin(), said.end(), [&](const std::string& sentence) {
            return sentence.starts_with(std::to_string(count) + " ") &&
                   sentence.ends_with("(" + key + "): raise " + key + ", at the cost of memory.");
          }) == (count == 0 ? 0 : 1));
  }

 private:
  void server(const std::string& bytes) { observer_.server_bytes(as_bytes(bytes), now_); }
  void put(Event& event) override {
    engine_.take(event);
    event = Event{};
  }

  Config config_;
  Engine engine_;
  ExecutionPool pool_;
  Observer observer_;
  Time now_{};
};

/// Rows of two columns that may be keys.
std::string rows(std::size_t count) {
  std::string answer = backend::row_description(
      {{"id", 16400, 1, type_oid::int4, 0}, {"author_id", 16400, 2, type_oid::int4, 0}});
  for (std::size_t row = 0; row < count; ++row)
    answer += backend::data_row({std::to_string(row), "7"});
  return answer;
}

std::string tagged(int request) {
  return " /* request_id='" + std::to_string(request) + "' */";
}

}  // namespace

TEST_CASE("each bound of the analysis is a key of the configuration") {
  const std::vector<std::string> names = config_names();
  for (const Bound& bound : bounds_of({}))
    CHECK(std::count(names.begin(), names.end(), bound.key) == 1);
}

TEST_CASE("a single one beyond a bound is told as one") {
  CHECK(text_of({"limits.findings", "finding", "had to go", 1}) ==
        "1 finding had to go (limits.findings)");
  CHECK(text_of({"limits.findings", "finding", "had to go", 2}) ==
        "2 findings had to go (limits.findings)");
}

TEST_CASE("within all bounds nothing lies beyond one, and nothing is said") {
  Watched watched("");
  watched.run("SELECT id, author_id FROM book", rows(1000));
  for (const Bound& bound : bounds_of({})) watched.check_beyond(std::string(bound.key), 0);
}

TEST_CASE("statements beyond those that a request may have") {
  Watched watched("[window]\nmax_statements = 10");
  for (int i = 0; i < 13; ++i) watched.run("SELECT id FROM book");
  watched.check_beyond("window.max_statements", 3);
}

TEST_CASE("results beyond the rows that are indexed of a request") {
  Watched watched("[window]\nmax_rows = 100");
  for (int i = 0; i < 3; ++i) watched.run("SELECT id, author_id FROM book", rows(50));
  watched.check_beyond("window.max_rows", 1);
}

TEST_CASE("requests beyond those that may be open") {
  Watched watched("[window]\nmax_open = 2");
  for (int i = 0; i < 5; ++i) watched.run("SELECT id FROM book" + tagged(i));
  watched.check_beyond("window.max_open", 3);
}

TEST_CASE("requests beyond the memory that all may have") {
  Watched watched("[window]\nmemory = 1048576");
  // 16 bytes a row: some 65 of these results fit in.
  const auto run = [&](int from, int to) {
    for (int i = from; i < to; ++i)
      watched.run("SELECT id, author_id FROM book" + tagged(i), rows(1000));
  };
  run(0, 60);
  watched.check_beyond("window.memory", 0);
  run(60, 70);
  const std::uint64_t shed = watched.counters().windows.shed;
  CHECK((shed >= 5 && shed < 20));
  watched.check_beyond("window.memory", shed);
}

TEST_CASE("rows of a result beyond those that are indexed") {
  Watched watched("[limits]\nindexed_rows = 3");
  for (const std::size_t count : {3U, 4U, 5U})
    watched.run("SELECT id, author_id FROM book", rows(count));
  watched.check_beyond("limits.indexed_rows", 2);
}

TEST_CASE("columns of a result beyond those whose values are remembered") {
  Watched watched("[limits]\nkey_columns = 1");
  watched.run("SELECT id, author_id FROM book", rows(3));
  watched.run("SELECT id, author_id FROM book", rows(0));
  watched.check_beyond("limits.key_columns", 1);
}

TEST_CASE("shapes beyond the memory for them") {
  Watched watched("[limits]\nshape_cache = \"64KiB\"");
  const auto run = [&](int from, int to) {
    for (int i = from; i < to; ++i) watched.run("SELECT id FROM book_" + std::to_string(i));
  };
  run(0, 20);
  watched.check_beyond("limits.shape_cache", 0);
  run(20, 1020);
  const std::uint64_t forgotten = 1020 - watched.counters().shapes;
  CHECK(forgotten > 100);
  watched.check_beyond("limits.shape_cache", forgotten);
}

TEST_CASE("executions of shapes beyond those that are profiled") {
  Watched watched("[limits]\nprofile = 2");
  for (const char* table : {"a", "b", "a", "c", "d", "c"})
    watched.run("SELECT id FROM " + std::string(table));
  watched.check_beyond("limits.profile", 3);
}

TEST_CASE("findings beyond those that are kept") {
  Watched watched("[limits]\nfindings = 2");
  for (const char* table : {"a", "a", "b", "b", "c", "c"})
    watched.run("SELECT id, author_id FROM " + std::string(table) + tagged(1), rows(3));
  watched.check_beyond("limits.findings", 1);
}
