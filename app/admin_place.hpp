#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>

#include "app/environment.hpp"
#include "app/http_client.hpp"
#include "app/url.hpp"

namespace onetrip {

/// A running onetrip's API, and what it wants to be shown.
struct AdminPlace {
  Endpoint where;
  std::string token;
};

/// Of --api, else --admin, else ONETRIP_API, else admin.listen of the configuration. Otherwise the
/// exit code; why was said.
std::variant<AdminPlace, Exit> admin_place(const Options& options, const Environment& environment);

/// It gave no answer that one can use; what() is a sentence.
struct NoAnswer : std::runtime_error {
  NoAnswer(Exit exit, const std::string& sentence) : std::runtime_error(sentence), code(exit) {}
  Exit code;
};

/// The text of its answer. Throws NoAnswer: nobody answers, it demands a token, or it refuses.
std::string ask_api(const AdminPlace& place, const std::string& target,
                    std::chrono::milliseconds patience, decltype(http_get)& by = http_get);

}  // namespace onetrip
