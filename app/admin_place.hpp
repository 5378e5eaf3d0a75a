#pragma once

#include <string>
#include <variant>

#include "app/environment.hpp"
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

}  // namespace onetrip
