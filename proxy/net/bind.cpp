#include "proxy/net/bind.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace onetrip {
namespace {

constexpr int queue_length = 1024;

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw std::runtime_error("cannot listen on " + where + ": " + why);
}

std::string last_error() {
  return std::system_category().message(errno);
}

Address::Socket name_of(int fd) {
  Address::Socket name;
  auto size = static_cast<socklen_t>(name.capacity());
  if (::getsockname(fd, name.data(), &size) == 0) name.resize(size);
  return name;
}

Fd open_socket(int family) {
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// --- TCP ---

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::unique_ptr<addrinfo, FreeAddresses> resolve(const Endpoint& endpoint) {
  const bool any = endpoint.hostaddr.empty() && (endpoint.host.empty() || endpoint.host == "*");
  const auto& host = endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(any ? nullptr : host.c_str(),
                                  std::to_string(endpoint.port).c_str(), &hints, &list);
  if (error != 0) refuse(endpoint.text(), ::gai_strerror(error));
  return std::unique_ptr<addrinfo, FreeAddresses>(list);
}

void set_port(sockaddr_storage& name, std::uint16_t port) {
  // Port and family stand at the same place in both.
  auto* any = reinterpret_cast<sockaddr_in*>(&name);
  if (any->sin_port == 0) any->sin_port = htons(port);
}

// An invalid descriptor, with errno, when this address cannot be had.
Fd listen_tcp(const addrinfo& entry, std::uint16_t chosen_port) {
  Fd fd = open_socket(entry.ai_family);
  if (!fd) return fd;
  const int yes = 1;
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (entry.ai_family == AF_INET6) {
    (void)::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  }
  sockaddr_storage name{};
  std::memcpy(&name, entry.ai_addr, entry.ai_addrlen);
  set_port(name, chosen_port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), entry.ai_addrlen) != 0 ||
      ::listen(fd.get(), queue_length) != 0) {
    return Fd();
  }
  return fd;
}

std::vector<ListeningSocket> bind_tcp(const Endpoint& endpoint) {
  const auto list = resolve(endpoint);
  std::vector<ListeningSocket> sockets;
  std::uint16_t chosen_port = 0;  // where any port will do, all addresses share the first one's
  std::string why = "no such address";
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    Fd fd = listen_tcp(*entry, chosen_port);
    if (!fd) {
      if (errno == EADDRINUSE) refuse(endpoint.text(), last_error() + "; choose another port");
      why = last_error();
      continue;
    }
    const auto name = name_of(fd.get());
    chosen_port = port_of(name);
    sockets.emplace_back(std::move(fd), Address{name, text_of(name)}, std::string());
  }
  if (sockets.empty()) refuse(endpoint.text(), why);
  return sockets;
}

// --- Unix ---

sockaddr_un unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) {
    refuse(path, "a socket's path may have " + std::to_string(sizeof name.sun_path - 1) +
                     " bytes; choose a shorter folder");
  }
  path.copy(name.sun_path, path.size());
  return name;
}

// A file that nobody answers at was left by a process that was killed. No lock file is needed to
// tell: the kernel refuses the connection.
void remove_stale(const std::string& path, const sockaddr_un& name) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0) return;
  if (!S_ISSOCK(file.st_mode)) refuse(path, "a file that is no socket is in the way; move it");
  const Fd probe = open_socket(AF_UNIX);
  if (!probe) refuse(path, last_error());
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
      errno != ECONNREFUSED) {
    refuse(path, "another process listens there; choose another folder or port");
  }
  ::unlink(path.c_str());
}

std::vector<ListeningSocket> bind_unix(const Endpoint& endpoint) {
  const auto path = endpoint.unix_path();
  const auto name = unix_name(path);
  remove_stale(path, name);
  Fd fd = open_socket(AF_UNIX);
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
    refuse(path, last_error());
  }
  std::vector<ListeningSocket> sockets;
  const int number = fd.get();
  sockets.emplace_back(std::move(fd), Address{name_of(number), path}, path);
  // Who may connect is the server's decision, as with its own socket.
  if (::chmod(path.c_str(), 0777) != 0 || ::listen(number, queue_length) != 0) {
    refuse(path, last_error());
  }
  return sockets;
}

}  // namespace

ListeningSocket::ListeningSocket(Fd fd, Address address, const std::string& file)
    : fd_(std::move(fd)), address_(std::move(address)) {
  struct stat status {};
  if (file.empty() || ::lstat(file.c_str(), &status) != 0) return;
  file_ = file;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : fd_(std::move(other.fd_)),
      address_(std::move(other.address_)),
      file_(std::exchange(other.file_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

ListeningSocket::~ListeningSocket() {
  remove_file();
}

void ListeningSocket::remove_file() {
  const auto file = std::exchange(file_, {});
  struct stat status {};
  if (file.empty() || ::lstat(file.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(file.c_str());
}

std::vector<ListeningSocket> bind(const Endpoint& endpoint) {
  return endpoint.is_unix() ? bind_unix(endpoint) : bind_tcp(endpoint);
}

}  // namespace onetrip
