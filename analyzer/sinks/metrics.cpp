#include "analyzer/sinks/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <deque>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>

#include "analyzer/bounds.hpp"
#include "analyzer/sinks/openmetrics.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One metric with its series; becomes part of the page when it is done.
class Family {
 public:
  Family(prometheus::MetricType type, std::string_view name, std::string_view help) {
    page_.family.type = type;
    page_.family.name = name;
    page_.family.help = help;
  }

  Family& add(double value, const Labels& labels = {}) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) metric.label.push_back({name, valid_utf8(text)});
    (page_.family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                          : metric.gauge.value) = value;
    page_.family.metric.push_back(std::move(metric));
    return *this;
  }
  Family& add(std::uint64_t value, const Labels& labels = {}) {
    return add(static_cast<double>(value), labels);
  }
  /// One series per entry; those of `known` are there even when nothing was counted. `others`: the
  /// labels that all of them have.
  Family& add_all(std::string_view label, std::map<std::string, std::uint64_t> counts,
                  std::initializer_list<const char*> known, const Labels& others = {}) {
    for (const char* value : known) counts.try_emplace(value, 0);
    for (const auto& [value, count] : counts) {
      Labels labels{{std::string(label), value}};
      labels.insert(labels.end(), others.begin(), others.end());
      add(count, labels);
    }
    return *this;
  }

  /// A histogram; `exemplars` by bucket.
  Family& add(std::span<const double> bounds, const std::vector<std::uint64_t>& counts, double sum,
              const Labels& labels = {}, std::vector<Exemplar> exemplars = {}) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) metric.label.push_back({name, valid_utf8(text)});
    prometheus::ClientMetric::Histogram& histogram = metric.histogram;
    histogram.sample_sum = sum;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      histogram.sample_count += counts[i];
      histogram.bucket.push_back(
          {histogram.sample_count,
           i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
    }
    page_.family.metric.push_back(std::move(metric));
    page_.exemplars.push_back(std::move(exemplars));
    return *this;
  }
  Family& add(const Buckets& buckets, const Labels& labels, std::vector<Exemplar> exemplars = {}) {
    return add(buckets.bounds(), buckets.counts(), buckets.sum(), labels, std::move(exemplars));
  }

  MetricPage take() { return std::move(page_); }

 private:
  MetricPage page_;
};

class Page {
 public:
  Family& counter(std::string_view name, std::string_view help) {
    return families_.emplace_back(prometheus::MetricType::Counter, name, help);
  }
  Family& histogram(std::string_view name, std::string_view help) {
    return families_.emplace_back(prometheus::MetricType::Histogram, name, help);
  }
  Family& gauge(std::string_view name, std::string_view help) {
    return families_.emplace_back(prometheus::MetricType::Gauge, name, help);
  }
  std::string text() {
    std::vector<prometheus::MetricFamily> families;
    for (Family& family : families_) families.push_back(family.take().family);
    return prometheus::TextSerializer().Serialize(families);
  }
  std::string openmetrics() {
    std::vector<MetricPage> pages;
    for (Family& family : families_) pages.push_back(family.take());
    return openmetrics_text(pages);
  }

 private:
  std::deque<Family> families_;
};

void add_process(Page& page, const Vitals::Process& process) {
  page.counter("process_cpu_seconds_total", "User and system time of this process.")
      .add(process.cpu_seconds);
  page.gauge("process_resident_memory_bytes", "Resident memory.").add(process.resident_bytes);
  page.gauge("process_virtual_memory_bytes", "Virtual memory.").add(process.virtual_bytes);
  page.gauge("process_start_time_seconds", "Start of the process, in Unix time.")
      .add(process.start_time_seconds);
  page.gauge("process_open_fds", "Open file descriptors.").add(process.open_fds);
  page.gauge("process_max_fds", "Most file descriptors that may be open.").add(process.max_fds);
}

void add_traffic(Page& page, const Vitals& vitals) {
  page.gauge("onetrip_build_info", "Always 1; which version runs.")
      .add(1.0, {{"version", vitals.version}});
  page.gauge("onetrip_up", "1 while client connections are accepted.")
      .add(vitals.state == Vitals::State::ready ? 1.0 : 0.0);
  Family& upstreams =
      page.gauge("onetrip_upstream_up",
                 "1 when the last attempt to connect for a client succeeded, 0 when it failed; no "
                 "series before the first.");
  for (const Vitals::Upstream& upstream : vitals.upstreams) {
    if (upstream.up) upstreams.add(*upstream.up ? 1.0 : 0.0, {{"upstream", upstream.address}});
  }
  page.gauge("onetrip_client_connections", "Open client connections.").add(vitals.connections_open);
  page.counter("onetrip_connections_total", "Client connections accepted.")
      .add(vitals.connections_total);
  page.counter("onetrip_connection_failures_total",
               "Client connections that never became a session, by reason.")
      .add_all("reason", vitals.connections_failed, {});
  page.counter("onetrip_accept_errors_total", "Connections that the system could not hand over.")
      .add(vitals.accept_errors);
  page.counter("onetrip_faults_total", "Sessions ended because something of the proxy failed.")
      .add(vitals.faults);
  page.counter("onetrip_log_lines_lost_total", "Log lines that standard error did not take.")
      .add(vitals.log_lines_lost);
  page.counter("onetrip_bytes_total", "Bytes forwarded.")
      .add(vitals.bytes_from_client, {{"direction", "to_server"}})
      .add(vitals.bytes_from_server, {{"direction", "to_client"}});
  page.histogram("onetrip_proxy_overhead_seconds",
                 "From reading bytes to having sent them, of every 61st batch that its receiver "
                 "took at once.")
      .add(vitals.overhead.bounds_seconds, vitals.overhead.counts, vitals.overhead.sum_seconds);
  page.counter("onetrip_events_dropped_total", "Executions not analysed because the ring was full.")
      .add(vitals.events_dropped);
  page.gauge("onetrip_ring_depth", "Events that wait for analysis.").add(vitals.ring_depth);
  page.gauge("onetrip_ring_capacity", "Events that can wait for analysis.")
      .add(vitals.ring_capacity);
  page.gauge("onetrip_journal_bytes", "Bytes that sessions said and that wait to be looked at.")
      .add(vitals.journal_bytes);
}

/// Those of one application and database are there from its first statement.
void add_clients(Page& page, const Engine::Counters& engine) {
  Family& statements = page.counter("onetrip_statements_total", "Statements analysed, by kind.");
  Family& rows = page.counter("onetrip_rows_total", "Rows returned or affected.");
  Family& errors =
      page.counter("onetrip_errors_total", "Statements that failed, by class of SQLSTATE.");
  for (const auto& [names, client] : engine.clients) {
    const Labels labels{{"application", names.first}, {"datname", names.second}};
    statements.add_all("kind", client.statements_by_kind,
                       {"select", "insert", "update", "delete", "other"}, labels);
    rows.add(client.rows, labels);
    errors.add_all("sqlstate_class", client.errors_by_class, {}, labels);
  }
}

void add_statements(Page& page, const Engine::Counters& engine) {
  Family& seconds = page.histogram("onetrip_statement_duration_seconds",
                                   "From a statement's turn to the end of its answer, by kind.");
  for (const auto& [kind, buckets] : engine.seconds_by_kind) seconds.add(buckets, {{"kind", kind}});
  page.counter("onetrip_blind_sessions_total", "Sessions no longer looked at, by reason.")
      .add_all("reason", engine.blind, {"encrypted", "out_of_sync", "too_large", "dropped"});
  page.counter("onetrip_unparsable_total", "Statements without parse tree, by reason.")
      .add_all("reason", engine.unparsable, {"too_long", "too_deep", "syntax", "no_text"});
  page.counter("onetrip_parses_total", "Calls to libpg_query: one for each new shape.")
      .add(engine.cache.parsed);
  page.gauge("onetrip_statement_shapes", "Statement shapes known now.").add(engine.shapes);
  page.gauge("onetrip_statement_cache_bytes", "Memory that known texts and shapes hold.")
      .add(engine.cache_bytes);
}

void add_windows(Page& page, const WindowTable::Counters& windows) {
  Family& opened = page.counter("onetrip_windows_total", "Requests seen, by what told them apart.");
  for (const auto source : {WindowSource::trace, WindowSource::tag, WindowSource::savepoint,
                            WindowSource::idle_gap, WindowSource::named}) {
    opened.add(windows.opened[static_cast<std::size_t>(source)],
               {{"source", std::string(to_string(source))}});
  }
  page.counter("onetrip_saturated_windows_total",
               "Windows in which requests could not be told apart.")
      .add(windows.saturated);
  page.counter("onetrip_contradicted_tags_total",
               "Tags of prepared statements that a newer tag proved stale.")
      .add(windows.contradicted_tags);
}

Labels labels_of(const FindingCounts::Request& request, Labels labels = {}) {
  labels.emplace_back("label", request.first);
  labels.emplace_back("application", request.second);
  return labels;
}

void add_requests(Page& page, const FindingCounts& counts) {
  Family& statements = page.histogram("onetrip_window_statements", "Statements of one request.");
  Family& seconds = page.histogram("onetrip_window_duration_seconds",
                                   "From a request's first statement to its last answer.");
  for (const auto& [request, requests] : counts.requests()) {
    std::vector<Exemplar> exemplars;
    for (const auto& example : requests.examples)
      exemplars.push_back({example.window, example.seconds});
    statements.add(requests.statements, labels_of(request));
    seconds.add(requests.seconds, labels_of(request), std::move(exemplars));
  }
}

void add_causes(Page& page, const FindingCounts& counts) {
  Family& first = page.gauge("onetrip_finding_first_seen_timestamp_seconds",
                             "When a window first showed this cause, in Unix time.");
  for (const auto& [key, time] : counts.first_seen()) {
    const auto& [rule, cause, request] = key;
    first.add(time, labels_of(request, {{"rule", rule}, {"cause", cause}}));
  }
  Family& wasted =
      page.counter("onetrip_finding_wasted_seconds_total",
                   "What single trips cost that one would have made, at this server's distance.");
  for (const auto& [key, spent] : counts.wasted_seconds())
    wasted.add(spent, labels_of(key.second, {{"rule", key.first}}));
}

void add_bounds(Page& page, const Engine::Counters& engine) {
  Family& reached = page.counter("onetrip_beyond_bounds_total",
                                 "What lay beyond a bound of the configuration, by its key.");
  for (const Bound& bound : bounds_of(engine))
    reached.add(bound.count, {{"bound", std::string(bound.key)}});
}

void add_findings(Page& page, const MetricsInput& input) {
  Family& total = page.counter("onetrip_findings_total", "Windows that showed a finding.");
  for (const auto& [key, count] : input.findings.counts()) {
    const auto& [rule, severity, request] = key;
    total.add(count,
              labels_of(request, {{"rule", rule}, {"severity", std::string(to_string(severity))}}));
  }
  std::map<std::string, std::uint64_t> open = input.open_findings;
  for (const std::string& rule : input.rules) open.try_emplace(rule, 0);
  page.gauge("onetrip_findings_open", "Distinct findings known now.").add_all("rule", open, {});
  add_causes(page, input.findings);
  page.counter("onetrip_label_values_collapsed_total",
               "Label values counted as `other` because there were too many.")
      .add(input.findings.collapsed() + input.engine.collapsed_labels);
}

void add_store(Page& page, const Vitals::Store& store) {
  page.counter("onetrip_store_writes_total", "Times that the history's file was written to.")
      .add(store.writes);
  page.counter("onetrip_store_failures_total",
               "Times that the history's file could not be opened, read or written, by reason.")
      .add_all("reason", store.failures, {"full", "damaged", "busy", "newer", "foreign", "other"});
  page.counter("onetrip_store_lost_total",
               "Findings, and statements' minutes, for which the history had no room.")
      .add(store.lost);
  page.gauge("onetrip_store_bytes", "Size of the history's file.").add(store.bytes);
}

Page page_of(const MetricsInput& input) {
  Page page;
  add_traffic(page, input.vitals);
  add_clients(page, input.engine);
  add_statements(page, input.engine);
  add_windows(page, input.engine.windows);
  add_requests(page, input.findings);
  add_bounds(page, input.engine);
  add_findings(page, input);
  add_store(page, input.vitals.store);
  add_process(page, input.vitals.process);
  return page;
}

}  // namespace

std::string metrics_text(const MetricsInput& input, MetricsFormat format) {
  Page page = page_of(input);
  return format == MetricsFormat::openmetrics ? page.openmetrics() : page.text();
}

}  // namespace onetrip
