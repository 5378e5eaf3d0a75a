#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"

namespace onetrip {

/// Looks names up without keeping an I/O thread waiting: getaddrinfo blocks, and nothing interrupts
/// it. Nothing is cached, so a failover is followed; but those that ask for a name while it is
/// being looked up share the answer, and the thread. Any thread.
class Resolver {
 public:
  struct Result {
    std::vector<Address> addresses;
    std::string failure;  ///< why there are none
  };
  using Answer = std::function<void(const Result&)>;

  Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();  ///< closes

  /// Answers no more, once it has returned; does not wait for lookups.
  void close();

  /// Calls `answer` once, on a thread of its own; it must return soon.
  void resolve(const std::string& host, std::uint16_t port, Answer answer);

 private:
  struct Lookups;
  std::shared_ptr<Lookups> lookups_;  // shared with the lookups under way, which may outlast us
};

}  // namespace onetrip
