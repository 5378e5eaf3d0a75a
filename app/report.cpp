#include <boost/json.hpp>
#include <stdexcept>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "app/gate.hpp"
#include "app/http_client.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

constexpr std::chrono::milliseconds patience{30'000};

struct Api {
  Endpoint where;
  std::string token;
};

/// The answer's text. Throws std::runtime_error with a sentence.
std::string ask(const Api& api, const std::string& target) {
  std::string error;
  const auto& [where, token] = api;
  const auto answer = http_get(where, target, token, patience, error);
  if (!answer) throw std::runtime_error("nobody answers at " + where.text() + ": " + error);
  if (answer->status == 401)
    throw std::runtime_error(where.text() + " demands a token: set --token-file");
  if (answer->status != 200) {
    throw std::runtime_error(where.text() + target + " answers " + std::to_string(answer->status) +
                             ": " + one_line(answer->body, 300));
  }
  return answer->body;
}

/// What a running onetrip found so far: one entry for each finding's kind of request.
Record record_of(const Api& api) {
  Record record;
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
  normalize(record);
  return record;
}

std::optional<Record> read(const Options& options, const Environment& environment) {
  if (!options.windows.empty()) return read_records(options.windows);
  const std::string address =
      options.api.empty() ? variable(environment, "ONETRIP_API") : options.api;
  const auto where = api_endpoint(address);
  if (const auto* error = std::get_if<UrlError>(&where)) {
    say("the API's address is wrong: " + error->message);
    return std::nullopt;
  }
  Api api{std::get<Endpoint>(where), ""};
  const std::string token_file = load_for(options, environment).config.admin.token_file;
  if (!read_token(token_file, api.token)) {
    say("cannot read the token file " + token_file);
    return std::nullopt;
  }
  try {
    return record_of(api);
  } catch (const std::runtime_error& error) {
    say(error.what());
    return std::nullopt;
  }
}

}  // namespace

/// A report is no verdict: what is broken stands in it.
Exit write_reports(const Options& options, const Environment& environment) {
  if (options.windows.empty() && options.api.empty() &&
      variable(environment, "ONETRIP_API").empty()) {
    say("report wants to know of what: --windows FILE of `onetrip exec --save`, or --api URL of a "
        "running onetrip");
    return Exit::usage;
  }
  const auto opened = Gate::open(options, environment, TextPlace::nowhere);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  const auto record = read(options, environment);
  if (!record) return Exit::unable;
  return std::get<Gate>(opened).judge(*record).written ? Exit::fine : Exit::unable;
}

}  // namespace onetrip
