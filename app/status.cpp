#include <iostream>
#include <thread>

#include "analyzer/sinks/safe_text.hpp"
#include "app/http_client.hpp"
#include "app/status_text.hpp"
#include "app/verbs.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

using Milliseconds = std::chrono::milliseconds;
constexpr Milliseconds patience{5'000}, between{100};

/// --api, else --admin, else ONETRIP_API, else admin.listen of the configuration.
std::string address_of(const Options& options, const Environment& environment,
                       const Config& config) {
  if (!options.api.empty()) return options.api;
  for (const FlagValue& flag : options.flags) {
    if (flag.key == "admin.listen") return config.admin.listen;
  }
  const std::string api = variable(environment, "ONETRIP_API");
  return api.empty() ? config.admin.listen : api;
}

bool is_ready(const Endpoint& where, std::string& error) {
  const auto answer = http_get(where, "/readyz", "", patience, error);
  if (!answer) return false;
  error = "it answers, but is not ready";
  return answer->status == 200;
}

bool wait_until_ready(const Endpoint& where, std::chrono::nanoseconds limit, std::string& error) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!is_ready(where, error)) {
    if (std::chrono::steady_clock::now() + between > end) return false;
    std::this_thread::sleep_for(between);
  }
  return true;
}

/// Only what the file says matters here: status needs no upstream.
bool print_file_errors(LoadedConfig loaded) {
  std::erase_if(loaded.errors, [](const ConfigError& error) {
    return error.place != "--config" && error.place.find(':') == std::string::npos;
  });
  return print_errors(loaded);
}

Exit fail(Exit code, const std::string& message) {
  std::cerr << "onetrip: " << printable(message) << "\n";
  return code;
}

Exit print(const HttpAnswer& answer, const Options& options) {
  if (answer.status == 401) return fail(Exit::usage, "it demands a token: set --token-file");
  const std::string text = options.json ? answer.body : status_text(answer.body);
  if (answer.status != 200 || text.empty()) {
    return fail(Exit::unable, "the answer is not a status: " + one_line(answer.body, 300));
  }
  std::cout << text;
  return Exit::fine;
}

}  // namespace

Exit print_status(const Options& options, const Environment& environment) {
  const LoadedConfig loaded = load_for(options, environment);
  if (!print_file_errors(loaded)) return Exit::usage;
  const Config& config = loaded.config;
  const auto parsed = api_endpoint(address_of(options, environment, config));
  if (const auto* error = std::get_if<UrlError>(&parsed)) {
    return fail(Exit::usage, "the API's address is wrong: " + error->message);
  }
  const auto limit = parse_duration(options.timeout);
  if (!limit) return fail(Exit::usage, "--timeout takes a duration such as 60s");
  std::string token;
  if (!read_token(config.admin.token_file, token))
    return fail(Exit::usage, "cannot read the token file " + config.admin.token_file);

  const Endpoint& where = std::get<Endpoint>(parsed);
  std::string error;
  if (options.wait && !wait_until_ready(where, *limit, error)) {
    return fail(Exit::unable,
                "not ready after " + options.timeout + " at " + where.text() + ": " + error);
  }
  const auto answer = http_get(where, "/api/v1/status", token, patience, error);
  if (!answer) return fail(Exit::unable, "nobody answers at " + where.text() + ": " + error);
  return print(*answer, options);
}

}  // namespace onetrip
