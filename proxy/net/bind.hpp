#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/fd.hpp"

namespace onetrip {

/// A socket that listens. Owns the file of a Unix socket and removes it, unless another has taken
/// its place.
class ListeningSocket {
 public:
  /// `file`: the Unix socket's; empty for none.
  ListeningSocket(Fd fd, Address address, const std::string& file);
  ListeningSocket(ListeningSocket&&) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  const Address& address() const { return address_; }
  /// The descriptor, which the caller closes from now on.
  Fd take_fd() { return std::move(fd_); }
  void remove_file();

 private:
  Fd fd_;
  Address address_;
  std::string file_;  // empty: none
  std::uint64_t device_ = 0, inode_ = 0;
};

/// Listens on every address that the endpoint means; one that does not exist here (IPv6 switched
/// off) is left out as long as another does. Throws std::runtime_error with a sentence that says
/// what to do.
std::vector<ListeningSocket> bind(const Endpoint& endpoint);

}  // namespace onetrip
