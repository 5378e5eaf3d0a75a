#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <stdexcept>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "app/admin_place.hpp"
#include "app/gate.hpp"
#include "app/http_client.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

constexpr std::chrono::milliseconds patience{30'000};

std::string ask(const AdminPlace& api, const std::string& target) {
  return ask_api(api, target, patience);
}

/// Requests that showed several findings count once, those that showed none count, too.
void count_requests(Record& record) {
  std::map<std::string, std::uint64_t> windows;
  for (const Coverage::Row& row : record.coverage) windows[row.label] = row.windows;
  for (const RecordEntry& entry : record.entries)  // it may be known from before a restart alone
    windows[entry.label] = std::max(windows[entry.label], entry.windows);
  for (RecordEntry& entry : record.entries) {
    const auto uncounted = windows.extract(entry.label);
    entry.windows = uncounted ? uncounted.mapped() : 0;
  }
  for (const auto& [label, count] : windows) {
    RecordEntry entry;
    entry.label = label;
    entry.windows = count;
    record.entries.push_back(std::move(entry));
  }
}

/// What a running onetrip found so far, of all that it was sent.
Record record_of(const AdminPlace& api) {
  Record record;
  ask_api(api, "/api/v1/flush", patience, http_post);
  const auto found = parse_json(ask(api, "/api/v1/findings?limit=10000"));
  for (const JsonNode& item : JsonNode(found, "")["findings"].items()) {
    RecordEntry entry;
    entry.findings.push_back(read_finding(item));
    const Finding& finding = entry.findings.front();
    entry.label = finding.label;
    entry.windows = finding.seen.windows;
    entry.statements = finding.window.statements;
    record.entries.push_back(std::move(entry));
  }
  const auto coverage = parse_json(ask(api, "/api/v1/coverage"));
  for (const JsonNode& item : JsonNode(coverage, "")["labels"].items()) {
    record.coverage.push_back({item["label"].text(), item["windows"].integer<std::uint64_t>(),
                               item["most_rows"].integer<std::uint64_t>()});
  }
  const auto status = parse_json(ask(api, "/api/v1/status"));
  for (const JsonNode& item : JsonNode(status, "")["not_checked"].items())
    record.not_checked.push_back(item.text());
  record.full = false;  // requests go on
  record.counted = false;
  count_requests(record);
  normalize(record);
  return record;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
  }
  return out;
}

/// The id of the label's window with the most statements; empty: it has none.
std::string largest(const AdminPlace& api, const std::string& label) {
  const std::string limit = std::to_string(WitnessArrays::looked_at);
  const auto found =
      parse_json(ask(api, "/api/v1/windows?limit=" + limit + "&label=" + url_encoded(label)));
  std::string id;
  double most = 0;
  for (const JsonNode& row : JsonNode(found, "")["windows"].items()) {
    if (row["statements"].number() <= most) continue;
    most = row["statements"].number();
    id = row["id"].text();
  }
  return id;
}

/// The array `name` of a profile's answer.
std::string profile(const AdminPlace& api, const std::string& by, const char* name) {
  const std::string limit = std::to_string(WitnessArrays::most_rows);
  const auto answer =
      boost::json::parse(ask(api, "/api/v1/statements?limit=" + limit + "&by=" + by));
  return to_json_text(answer.at(name));
}

/// These requests, as far as it still has them, and its profiles.
Witness witness_of(const AdminPlace& api, const WantedRequests& wanted) {
  namespace json = boost::json;
  WitnessArrays out;
  std::vector<std::string> ids = wanted.windows;
  for (const std::string& label : wanted.labels) ids.push_back(largest(api, label));
  for (const std::string& id : ids) {
    std::string error;
    const auto answer = http_get(api.where, "/api/v1/windows/" + id, api.token, patience, error);
    if (!id.empty() && answer && answer->status == 200)
      out.add_window(id, to_json_text(json::parse(answer->body).at("window")));
    if (out.full()) break;
  }
  return out.witness({"", profile(api, "fingerprint", "statements"),
                      profile(api, "label", "labels"),
                      profile(api, "application", "applications")});
}

Exit exit_of(const Gate::Outcome& outcome) {
  return outcome.written ? Exit::fine : Exit::unable;
}

Exit report_running(const Gate& gate, const std::string& address, const std::string& token_file) {
  const auto where = api_endpoint(address);
  if (const auto* error = std::get_if<UrlError>(&where)) {
    say("the API's address is wrong: " + error->message);
    return Exit::unable;
  }
  AdminPlace api{std::get<Endpoint>(where), ""};
  if (!read_token(token_file, api.token)) {
    say("cannot read the token file " + token_file);
    return Exit::unable;
  }
  try {
    return exit_of(gate.judge(
        record_of(api), [&api](const WantedRequests& wanted) { return witness_of(api, wanted); }));
  } catch (const std::exception& error) {
    say(error.what());
    return Exit::unable;
  }
}

}  // namespace

/// A report is no verdict: what is broken stands in it.
Exit write_reports(const Options& options, const Environment& environment) {
  const std::string api = options.api.empty() ? variable(environment, "ONETRIP_API") : options.api;
  if (options.windows.empty() && api.empty()) {
    say("report wants to know of what: --windows FILE of `onetrip exec --save`, or --api URL of a "
        "running onetrip");
    return Exit::usage;
  }
  const auto opened = Gate::open(options, environment, TextPlace::nowhere);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  const Gate& gate = std::get<Gate>(opened);
  if (options.windows.empty()) {
    return report_running(gate, api, load_for(options, environment).config.admin.token_file);
  }
  const auto record = read_records(options.windows);
  return record ? exit_of(gate.judge(*record)) : Exit::unable;
}

}  // namespace onetrip
