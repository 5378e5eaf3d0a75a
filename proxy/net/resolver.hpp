#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/event_loop.hpp"

namespace onetrip {

/// What is known of a name.
struct Lookup {
  std::vector<Address> addresses;
  std::string failure;  ///< why there are none
};

/// Asks the system, here and now, as long as that takes.
Lookup look_up(const std::string& host, std::uint16_t port);

/// Looks names up without keeping an I/O thread waiting: getaddrinfo blocks, and nothing interrupts
/// it. Nothing is cached, so a failover is followed; but those that ask for a name while it is
/// being looked up share the answer, and the thread. Any thread.
class Resolver {
 public:
  using Answer = std::function<void(const Lookup&)>;

  Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();  ///< closes

  /// Answers no more, once it has returned; does not wait for lookups.
  void close();

  /// Calls `answer` once, on the thread of `loop`, unless `asking` has gone before.
  void resolve(const std::string& host, std::uint16_t port, EventLoop& loop,
               std::weak_ptr<void> asking, Answer answer);

 private:
  struct Asked;
  struct Lookups;
  std::shared_ptr<Lookups> lookups_;  // shared with the lookups under way, which may outlast us
};

}  // namespace onetrip
