#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/environment.hpp"
#include "app/url.hpp"

namespace onetrip {

/// What a COMMAND finds in its environment so that it reaches PostgreSQL by way of the proxy. Pure:
/// nothing is invented; what was not there and is not asked for is not set, but for PGHOST, PGPORT
/// and ONETRIP_API.

struct HandoverError {
  std::string message;  ///< a sentence that says what to do
};

struct HandoverPlan {
  std::string upstream;                ///< completed
  Endpoint proxy;                      ///< where it listens, with its port
  std::string api;                     ///< URL of the API
  bool encrypted = false;              ///< the proxy demands TLS
  std::vector<std::string> rewrite;    ///< --rewrite VAR
  std::vector<std::string> templates;  ///< --env NAME=TEMPLATE
  /// A throwaway server, whose user and database nobody else can name: DATABASE_URL, PGUSER and
  /// PGDATABASE are set, too.
  bool ephemeral = false;
};

struct Handover {
  Environment environment;
  std::vector<std::string> said;       ///< one sentence for each change; passwords masked
  std::vector<std::string> rewritten;  ///< names of variables
};

std::variant<Handover, HandoverError> hand_over(const Environment& environment,
                                                const HandoverPlan& plan);

}  // namespace onetrip
