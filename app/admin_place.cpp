#include "app/admin_place.hpp"

#include "analyzer/sinks/safe_text.hpp"
#include "app/say.hpp"

namespace onetrip {
namespace {

std::string address_of(const Options& options, const Environment& environment,
                       const Config& config) {
  if (!options.api.empty()) return options.api;
  for (const FlagValue& flag : options.flags) {
    if (flag.key == "admin.listen") return config.admin.listen;
  }
  const std::string api = variable(environment, "ONETRIP_API");
  return api.empty() ? config.admin.listen : api;
}

/// Only what the file says matters here: to ask takes no upstream.
bool print_file_errors(LoadedConfig loaded) {
  std::erase_if(loaded.errors, [](const ConfigError& error) {
    return error.place != "--config" && error.place.find(':') == std::string::npos;
  });
  return print_errors(loaded);
}

Exit misused(const std::string& sentence) {
  say(sentence);
  return Exit::usage;
}

}  // namespace

std::variant<AdminPlace, Exit> admin_place(const Options& options, const Environment& environment) {
  const LoadedConfig loaded = load_for(options, environment);
  if (!print_file_errors(loaded)) return Exit::usage;
  const Config& config = loaded.config;
  const auto parsed = api_endpoint(address_of(options, environment, config));
  if (const auto* error = std::get_if<UrlError>(&parsed))
    return misused("the API's address is wrong: " + error->message);
  AdminPlace place{std::get<Endpoint>(parsed), ""};
  if (!read_token(config.admin.token_file, place.token))
    return misused("cannot read the token file " + config.admin.token_file);
  return place;
}

std::string ask_api(const AdminPlace& place, const std::string& target,
                    std::chrono::milliseconds patience, decltype(http_get)& by) {
  constexpr std::size_t longest = 300;
  const std::string where = place.where.text();
  std::string error;
  const auto answer = by(place.where, target, place.token, patience, error);
  if (!answer) throw NoAnswer(Exit::unable, "nobody answers at " + where + ": " + error);
  if (answer->status == 401)
    throw NoAnswer(Exit::usage, where + " demands a token: set --token-file");
  if (answer->status != 200) {
    throw NoAnswer(Exit::unable, where + target + " answers " + std::to_string(answer->status) +
                                     ": " + one_line(answer->body, longest));
  }
  return answer->body;
}

}  // namespace onetrip
