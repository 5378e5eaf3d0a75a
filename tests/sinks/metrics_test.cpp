#include "analyzer/sinks/metrics.hpp"

#include <catch2/catch.hpp>

#include "tests/sinks/example_finding.hpp"

using namespace onetrip;

namespace {

struct Scrape {
  Vitals vitals;
  Engine::Counters engine;
  FindingCounts findings{2};
  std::vector<std::string> rules{"n-plus-one"};
  std::map<std::string, std::uint64_t> open;
  std::string text() const { return metrics_text({vitals, engine, findings, rules, open}); }
};

void found(FindingCounts& counts, const std::string& label) {
  Finding finding = example_finding();
  finding.label = label;
  counts.finding(finding, FindingSink::News::first);
}

}  // namespace

TEST_CASE("series that are known in advance start at zero") {
  const std::string text = Scrape().text();
  for (const char* line :
       {"onetrip_up 0\n", "onetrip_client_connections 0\n",
        "onetrip_windows_total{source=\"trace\"} 0\n",
        "onetrip_blind_sessions_total{reason=\"encrypted\"} 0\n",
        "onetrip_unparsable_total{reason=\"syntax\"} 0\n",
        "onetrip_findings_open{rule=\"n-plus-one\"} 0\n",
        "onetrip_bytes_total{direction=\"to_server\"} 0\n", "onetrip_events_dropped_total 0\n"}) {
    CHECK_THAT(text, Catch::Contains(line));
  }
}

TEST_CASE("a histogram's buckets add up") {
  Scrape scrape;
  scrape.vitals.overhead = {{0.00001, 0.5}, {3, 0, 1}, 1.25};
  CHECK_THAT(scrape.text(),
             Catch::Contains("# TYPE onetrip_proxy_overhead_seconds histogram\n"
                             "onetrip_proxy_overhead_seconds_count 4\n"
                             "onetrip_proxy_overhead_seconds_sum 1.25\n"
                             "onetrip_proxy_overhead_seconds_bucket{le=\"1e-05\"} 3\n"
                             "onetrip_proxy_overhead_seconds_bucket{le=\"0.5\"} 3\n"
                             "onetrip_proxy_overhead_seconds_bucket{le=\"+Inf\"} 4\n"));
}

TEST_CASE("each metric has its help and type") {
  const std::string text = Scrape().text();
  CHECK_THAT(text, Catch::Contains("# HELP onetrip_rows_total Rows returned or affected.\n"
                                   "# TYPE onetrip_rows_total counter\n"));
  CHECK_THAT(text, Catch::Contains("# TYPE onetrip_ring_depth gauge\n"));
}

TEST_CASE("what was counted is shown") {
  Scrape scrape;
  scrape.vitals.version = "1.2.3";
  scrape.vitals.state = Vitals::State::ready;
  scrape.vitals.upstreams = {{"db:5432", true, ""}, {"replica:5432", {}, ""}};
  scrape.vitals.connections_total = 7;
  scrape.engine.clients[{"shop", "books"}] = {{{"select", 3}}, {{"23", 2}}, 70};
  scrape.engine.cache.parsed = 3;
  scrape.engine.windows.opened[static_cast<int>(WindowSource::tag)] = 4;
  scrape.open["n-plus-one"] = 1;
  found(scrape.findings, "GET /books");
  found(scrape.findings, "GET /books");
  const std::string text = scrape.text();
  for (const char* line :
       {"onetrip_build_info{version=\"1.2.3\"} 1\n", "onetrip_up 1\n",
        "onetrip_upstream_up{upstream=\"db:5432\"} 1\n", "onetrip_connections_total 7\n",
        "onetrip_statements_total{kind=\"select\",application=\"shop\",datname=\"books\"} 3\n",
        "onetrip_statements_total{kind=\"insert\",application=\"shop\",datname=\"books\"} 0\n",
        "onetrip_rows_total{application=\"shop\",datname=\"books\"} 70\n",
        "onetrip_errors_total{sqlstate_class=\"23\",application=\"shop\",datname=\"books\"} 2\n",
        "onetrip_windows_total{source=\"tag\"} 4\n", "onetrip_parses_total 3\n",
        "onetrip_findings_open{rule=\"n-plus-one\"} 1\n",
        "onetrip_findings_total{rule=\"n-plus-one\",severity=\"error\",label=\"GET /books\","
        "application=\"shop\"} 2\n"}) {
    CHECK_THAT(text, Catch::Contains(line));
  }
  // Whether a server that nobody asked for is up is not known.
  CHECK_THAT(text, !Catch::Contains("upstream=\"replica:5432\""));
}

TEST_CASE("labels past the cap count as other") {
  Scrape scrape;
  for (const char* label : {"a", "b", "c", "d", "a"}) found(scrape.findings, label);
  const std::string text = scrape.text();
  CHECK_THAT(text, Catch::Contains("label=\"a\",application=\"shop\"} 2\n"));
  CHECK_THAT(text, Catch::Contains("label=\"other\",application=\"shop\"} 2\n"));
  CHECK_THAT(text, !Catch::Contains("label=\"c\""));
  CHECK_THAT(text, Catch::Contains("onetrip_label_values_collapsed_total 2\n"));
  scrape.engine.collapsed_labels = 3;
  CHECK_THAT(scrape.text(), Catch::Contains("onetrip_label_values_collapsed_total 5\n"));
}

TEST_CASE("labels from outside cannot break the format", "[trap:invalid-utf8]") {
  Scrape scrape;
  found(scrape.findings, "a\"} 1\nevil 2\\\xFF");
  CHECK_THAT(scrape.text(), Catch::Contains("label=\"a\\\"} 1\\nevil 2\\\\\xEF\xBF\xBD\","));
}

namespace {

Window request(const std::string& label, std::uint64_t statements, Time took) {
  Window window;
  window.id = "00000000000000a1";
  window.label = label;
  window.application = "shop";
  window.source = WindowSource::trace;
  window.trips.resize(statements);
  window.last = took;
  window.closed = true;
  return window;
}

}  // namespace

TEST_CASE("requests are counted by label, in statements and seconds") {
  Scrape scrape;
  scrape.findings.closed(request("GET /books", 51, std::chrono::milliseconds(60)), {});
  scrape.findings.closed(request("GET /books", 2, std::chrono::milliseconds(2)), {});
  const std::string text = scrape.text();
  for (const char* line :
       {"statements_count{label=\"GET /books\",application=\"shop\"} 2\n",
        "statements_sum{label=\"GET /books\",application=\"shop\"} 53\n",
        "statements_bucket{label=\"GET /books\",application=\"shop\",le=\"2\"} 1\n",
        "statements_bucket{label=\"GET /books\",application=\"shop\",le=\"100\"} 2\n",
        "duration_seconds_bucket{label=\"GET /books\",application=\"shop\",le=\"0.1\"} 2\n"}) {
    CHECK_THAT(text, Catch::Contains("onetrip_window_" + std::string(line)));
  }
}

TEST_CASE(
    "a request without label or application has them in metrics, so that a dashboard shows it") {
  Scrape scrape;
  Window window = request("", 2, Time(1));
  window.application.clear();
  scrape.findings.closed(window, {});
  CHECK_THAT(
      scrape.text(),
      Catch::Contains("onetrip_window_statements_count{label=\"none\",application=\"none\"} 1\n"));
}

TEST_CASE("set-up, named windows and empty ones are no requests") {
  Scrape scrape;
  Window set_up = request("a", 3, Time(1)), named = set_up;
  set_up.set_up = true;
  named.source = WindowSource::named;
  scrape.findings.closed(set_up, {});
  scrape.findings.closed(named, {});
  scrape.findings.closed(request("b", 0, Time(1)), {});
  CHECK(scrape.findings.requests().empty());
}

TEST_CASE("what is wasted adds up, by rule and label; a cause has its first time") {
  Scrape scrape;
  Finding finding = example_finding();
  finding.seen.first = "2026-11-27T10:00:00.500Z";
  finding.evidence.saved_ms = 250;
  finding.label = "GET /books";
  scrape.findings.finding(finding, FindingSink::News::first);
  const Window window = request("GET /books", 51, Time(1));
  scrape.findings.closed(window, {{finding}});
  scrape.findings.closed(window, {{finding}});
  const std::string text = scrape.text();
  CHECK_THAT(text, Catch::Contains("onetrip_finding_wasted_seconds_total{rule=\"n-plus-one\",label="
                                   "\"GET /books\",application=\"shop\"} 0.5\n"));
  CHECK(scrape.findings.first_seen().begin()->second == 1795773600.5);
}

TEST_CASE("OpenMetrics names families without suffix, ends, and points to windows") {
  Scrape scrape;
  scrape.engine.clients[{"shop", "books"}];
  scrape.findings.closed(request("a\"b\nc", 51, std::chrono::milliseconds(60)), {});
  const std::string text =
      metrics_text({scrape.vitals, scrape.engine, scrape.findings, scrape.rules, scrape.open},
                   MetricsFormat::openmetrics);
  for (const char* part :
       {"# TYPE onetrip_rows counter\n# HELP onetrip_rows Rows returned or affected.\n"
        "onetrip_rows_total{application=\"shop\",datname=\"books\"} 0\n",
        "onetrip_window_duration_seconds_bucket{label=\"a\\\"b\\nc\",application=\"shop\",le=\"0."
        "1\"} 1 # "
        "{window_id=\"00000000000000a1\"} 0.06\n",
        "le=\"+Inf\"} 1\n"}) {
    CHECK_THAT(text, Catch::Contains(part));
  }
  CHECK_THAT(text, Catch::EndsWith("\n# EOF\n"));
}
