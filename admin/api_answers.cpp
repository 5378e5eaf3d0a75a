#include <boost/json.hpp>
#include <set>

#include "admin/answers.hpp"
#include "admin/api.hpp"
#include "admin/status.hpp"
#include "analyzer/sinks/finding_json.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

constexpr std::size_t minutes_of_a_day = 1440;

json::object versioned() {
  return {{"schema_version", 1}};
}

AdminResponse bad_request(const std::string& why) {
  return admin_error(400, "bad_request", why);
}

/// Also of a statement that only an earlier process saw.
AdminResponse statement_answer(const std::string& fingerprint,
                               const std::optional<Engine::StatementDetail>& known,
                               const StatementHistory& past) {
  if (!known && past.minutes.empty())
    return admin_error(404, "not_found", "no statement `" + fingerprint + "` was seen");
  Engine::StatementDetail detail;
  detail.row.fingerprint = fingerprint;
  detail.row.summary = past.summary;
  detail.row.text = past.text;
  json::object body = statement_detail_json(known.value_or(std::move(detail)));
  body["minutes"] = minutes_json(past);
  return json_answer(body);
}

AdminResponse unknown_window(const std::string& id) {
  return admin_error(404, "not_found", "no window `" + id + "`; it may have been forgotten");
}

/// The window's number, when it is open and was named.
std::optional<std::uint64_t> parent_number(const Engine& engine, const std::string& id) {
  return id.empty() ? std::optional<std::uint64_t>(0) : engine.named_window(id);
}

/// A finding may come from before a restart; windows do not.
json::object finding_answer(const Engine& engine, const Finding& finding) {
  std::set<std::string> named(finding.seen.examples.begin(), finding.seen.examples.end());
  named.insert(finding.window.id);
  json::array kept;
  for (const std::string& id : named)
    if (engine.keeps_window(id)) kept.emplace_back(id);
  json::object out = finding_json(finding);
  out["kept_windows"] = std::move(kept);
  return out;
}

}  // namespace

void AdminApi::health(const Call&, AdminReply reply) const {
  reply(json_answer(json::object{{"status", "ok"}}));
}

void AdminApi::ready(const Call&, AdminReply reply) const {
  const Vitals vitals = backend_.vitals();
  json::object body{{"status", to_string(vitals.state)}};
  body["upstreams"] = upstreams_json(vitals);
  AdminResponse response = json_answer(body);
  response.status = vitals.state == Vitals::State::ready ? 200 : 503;
  reply(std::move(response));
}

void AdminApi::metrics(const Call& call, AdminReply reply) const {
  const bool open = call.accept.find("application/openmetrics-text") != std::string::npos;
  backend_.ask([this, open, reply = std::move(reply)](Engine& engine, Time) {
    AdminResponse response;
    response.content_type = open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                 : "text/plain; version=0.0.4; charset=utf-8";
    response.body = backend_.metrics(engine, backend_.vitals(),
                                     open ? MetricsFormat::openmetrics : MetricsFormat::prometheus);
    reply(std::move(response));
  });
}

void AdminApi::status(const Call&, AdminReply reply) const {
  backend_.ask([this, reply = std::move(reply)](Engine& engine, Time) {
    reply(json_answer(status_json(backend_.vitals(), engine.counters())));
  });
}

void AdminApi::findings(const Call& call, AdminReply reply) const {
  auto query = findings_query(call.parameters, backend_.rules);
  if (const auto* error = std::get_if<std::string>(&query)) return reply(bad_request(*error));
  backend_.ask([query = std::get<Engine::Query>(std::move(query)), reply = std::move(reply)](
                   Engine& engine, Time) {
    if (!query.window.empty() && !engine.window(query.window))
      return reply(unknown_window(query.window));
    json::object body = versioned();
    body["findings"] = findings_json(engine.findings(query));
    reply(json_answer(body));
  });
}

void AdminApi::finding(const Call& call, AdminReply reply) const {
  backend_.ask([id = call.argument, reply = std::move(reply)](Engine& engine, Time) {
    Engine::Query query;
    query.id = id;
    const std::vector<Finding> found = engine.findings(query);
    if (found.empty()) return reply(admin_error(404, "not_found", "no finding `" + id + "`"));
    reply(json_answer(finding_answer(engine, found.front())));
  });
}

void AdminApi::windows(const Call& call, AdminReply reply) const {
  const auto limit = limit_of(call.parameters, 100);
  if (!limit) return reply(bad_request("`limit` is a number from 1 to 100000"));
  backend_.ask([parameters = call.parameters, limit = *limit, reply = std::move(reply)](
                   Engine& engine, Time) {
    json::array rows;
    for (const auto& row :
         engine.windows(text_of(parameters, "label"), text_of(parameters, "name"), limit)) {
      rows.push_back(window_row_json(row));
    }
    json::object body = versioned();
    body["windows"] = std::move(rows);
    reply(json_answer(body));
  });
}

void AdminApi::window(const Call& call, AdminReply reply) const {
  backend_.ask([id = call.argument, reply = std::move(reply)](Engine& engine, Time) {
    const auto detail = engine.window(id);
    if (!detail) return reply(unknown_window(id));
    json::object body = versioned();
    body["window"] = window_detail_json(*detail);
    reply(json_answer(body));
  });
}

void AdminApi::statements(const Call& call, AdminReply reply) const {
  static const std::set<std::string> sorts{"", "total", "calls", "rows", "bytes", "errors", "p99"};
  const auto limit = limit_of(call.parameters, 100);
  if (!limit) return reply(bad_request("`limit` is a number from 1 to 100000"));
  const std::string sort = text_of(call.parameters, "sort");
  if (!sorts.contains(sort))
    return reply(bad_request("`sort` is total, calls, rows, bytes, errors or p99"));
  const std::string by = text_of(call.parameters, "by");
  if (!by.empty() && by != "fingerprint" && by != "label" && by != "application")
    return reply(bad_request("`by` is fingerprint, label or application"));
  backend_.ask([by, sort, limit = *limit, reply = std::move(reply)](Engine& engine, Time) {
    json::object body = versioned();
    if (by == "label") {
      body["labels"] = requests_json(engine.requests(Engine::RequestsBy::label, sort, limit), by);
    } else if (by == "application") {
      body["applications"] =
          requests_json(engine.requests(Engine::RequestsBy::application, sort, limit), by);
    } else {
      body["statements"] = statements_json(engine.statements(sort, limit));
    }
    reply(json_answer(body));
  });
}

void AdminApi::statement(const Call& call, AdminReply reply) const {
  const auto limit = limit_of(call.parameters, minutes_of_a_day);
  if (!limit) return reply(bad_request("`limit` is a number from 1 to 100000"));
  backend_.ask([this, fingerprint = call.argument, most = *limit, reply = std::move(reply)](
                   Engine& engine, Time) {
    const auto detail = engine.statement(fingerprint);
    const auto answer = [fingerprint, detail, reply](const StatementHistory& past) {
      reply(statement_answer(fingerprint, detail, past));
    };
    if (!backend_.history) return answer({});
    backend_.history(fingerprint, most, answer);
  });
}

void AdminApi::coverage(const Call&, AdminReply reply) const {
  backend_.ask([reply = std::move(reply)](Engine& engine, Time) {
    reply(json_answer(coverage_json(engine.coverage())));
  });
}

void AdminApi::events(const Call&, AdminReply reply) const {
  AdminResponse response;
  response.content_type = "text/event-stream";
  response.events = backend_.listen();
  if (response.events == nullptr)
    return reply(admin_error(503, "unavailable", "too many listen to events already"));
  reply(std::move(response));
}

void AdminApi::open_window(const Call& call, AdminReply reply) const {
  auto parsed = open_request(call.body);
  if (const auto* error = std::get_if<std::string>(&parsed)) return reply(bad_request(*error));
  backend_.ask([request = std::get<OpenRequest>(std::move(parsed)), reply = std::move(reply)](
                   Engine& engine, Time now) {
    const auto parent = parent_number(engine, request.parent);
    if (!parent) return reply(unknown_window(request.parent));
    WindowTable::Named named = request.named;
    named.parent = *parent;
    const auto id = engine.open_window(named, now);
    if (!id) {
      return reply(admin_error(409, "conflict", "a window `" + named.name + "` is open already"));
    }
    json::object body = versioned();
    body["id"] = *id;
    body["name"] = named.name;
    AdminResponse response = json_answer(body);
    response.status = 201;
    reply(std::move(response));
  });
}

void AdminApi::close_window(const Call& call, AdminReply reply) const {
  // Only what lies in it is judged: other tests' windows are not complete yet.
  backend_.ask([this, id = call.argument, reply = std::move(reply)](Engine& engine, Time now) {
    if (!engine.close_window(id, now)) return reply(unknown_window(id));
    settle_then(engine, now, [id, reply](Engine& judged, Time) {
      const auto detail = judged.window(id);
      if (!detail) return reply(unknown_window(id));
      Engine::Query query;
      query.window = id;
      json::object body = versioned();
      body["window"] = window_row_json(detail->row);
      body["findings"] = findings_json(judged.findings(query));
      reply(json_answer(body));
    });
  });
}

void AdminApi::flush(const Call&, AdminReply reply) const {
  flush_then([reply = std::move(reply)](Engine&, Time) {
    json::object body = versioned();
    body["flushed"] = true;
    reply(json_answer(body));
  });
}

void AdminApi::reset(const Call&, AdminReply reply) const {
  backend_.ask([reply = std::move(reply)](Engine& engine, Time) {
    engine.reset();
    json::object body = versioned();
    body["reset"] = true;
    reply(json_answer(body));
  });
}

void AdminApi::analysis(const Call& call, AdminReply reply) const {
  const auto wanted = analysis_switch(call.body);
  if (const auto* error = std::get_if<std::string>(&wanted)) return reply(bad_request(*error));
  backend_.set_analysis(std::get<AnalysisSwitch>(wanted));
  const Vitals vitals = backend_.vitals();
  json::object body = versioned();
  body["enabled"] = vitals.analysis;
  body["sample"] = vitals.sample;
  reply(json_answer(body));
}

void AdminApi::quit(const Call&, AdminReply reply) const {
  if (!backend_.quit) {
    return reply(
        admin_error(403, "forbidden", "switched off: set admin.quit in the configuration"));
  }
  json::object body = versioned();
  body["draining"] = true;
  reply(json_answer(body));
  backend_.quit();
}

}  // namespace onetrip
