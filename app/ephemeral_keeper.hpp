#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/environment.hpp"
#include "proxy/net/fd.hpp"

namespace onetrip {

/// What the keeper of a throwaway PostgreSQL is to do.
struct EphemeralPlan {
  std::string programs, folder;  ///< initdb's; the cluster's, which is there and empty
  std::string user, database;
  Environment environment;
};

constexpr std::uint16_t ephemeral_port = 5432;  ///< of the socket's name: nobody else is there
constexpr std::string_view keeper_is_ready = "ready";

/// The keeper, a forked process with one thread: makes the cluster, starts the server, says on
/// `tells` that it is ready or why not, and closes it; waits for the end of `ends`; then ends the
/// server and removes the folder. The server ends with the keeper, too.
[[noreturn]] void keep_ephemeral(const EphemeralPlan& plan, Fd& ends, Fd& tells);

}  // namespace onetrip
