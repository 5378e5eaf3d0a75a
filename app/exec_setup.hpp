#pragma once

#include <string>
#include <variant>

#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/named_upstream.hpp"
#include "app/options.hpp"

namespace onetrip {

/// The server that `exec` stands before: --upstream, else proxy.upstream of the configuration, else
/// what the environment names. Completed by what the environment says of the same server.
std::variant<NamedUpstream, UpstreamError> exec_upstream(const Options& options,
                                                         const Environment& environment);

/// The configuration of `exec`: the file's, on ports that nobody else has, quiet, and set to a run
/// of tests where nothing else is said.
LoadedConfig exec_config(const Options& options, const Environment& environment,
                         const NamedUpstream& upstream);

}  // namespace onetrip
