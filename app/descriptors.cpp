#include "app/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace onetrip {
namespace {

constexpr std::uint64_t others = 64;

std::uint64_t for_each_client(const Config& config) {
  return 2 * config.proxies.size();
}

}  // namespace

std::uint64_t descriptors_for(const Config& config) {
  const auto clients = static_cast<std::uint64_t>(config.limits.clients);
  return clients == 0 ? 0 : clients * for_each_client(config) + others;
}

std::uint64_t clients_for(std::uint64_t descriptors, const Config& config) {
  return descriptors <= others ? 0 : (descriptors - others) / for_each_client(config);
}

std::string allow_descriptors(const Config& config) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return "";
  const std::uint64_t configured = descriptors_for(config),
                      wanted = configured == 0 ? limit.rlim_max : configured;
  if (configured != 0 && limit.rlim_cur >= wanted) return "";
  const rlim_t before = std::exchange(limit.rlim_cur, std::min(wanted, limit.rlim_max));
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  if (configured == 0 && clients_for(limit.rlim_cur, config) == 0)
    return std::to_string(limit.rlim_cur) +
           " file descriptors are allowed, too few for any client: raise the limit (ulimit -n)";
  if (configured == 0 || limit.rlim_cur >= wanted) return "";
  return "limits.clients takes " + std::to_string(wanted) + " file descriptors, and " +
         std::to_string(limit.rlim_cur) +
         " are allowed: raise the limit (ulimit -n) or lower limits.clients";
}

}  // namespace onetrip
