#include <iostream>
#include <thread>

#include "analyzer/sinks/safe_text.hpp"
#include "app/admin_place.hpp"
#include "app/http_client.hpp"
#include "app/status_text.hpp"
#include "app/verbs.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

using Milliseconds = std::chrono::milliseconds;
constexpr Milliseconds patience{5'000}, between{100};

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
  const auto found = admin_place(options, environment);
  if (const auto* exit = std::get_if<Exit>(&found)) return *exit;
  const auto& [where, token] = std::get<AdminPlace>(found);
  const auto limit = parse_duration(options.timeout);
  if (!limit) return fail(Exit::usage, "--timeout takes a duration such as 60s");
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
