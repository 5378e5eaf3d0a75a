#include "app/whole_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "proxy/net/fd.hpp"

namespace onetrip {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int error) {
  throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(error));
}

void write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // a pipe that somebody made non-blocking
      pollfd room{fd, POLLOUT, 0};
      ::poll(&room, 1, -1);
      continue;
    }
    if (written < 0) fail(path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Some file systems tell only now that there was no room.
void finish(Fd fd, const std::string& path) {
  if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != EROFS) fail(path, errno);
  if (::close(fd.release()) != 0) fail(path, errno);
}

/// Goes away unless it was renamed.
class Beside {
 public:
  explicit Beside(const std::string& path)
      : path_(path), name_(path + ".onetrip-" + std::to_string(::getpid())) {
    struct stat old {};
    const bool replaces = ::stat(path.c_str(), &old) == 0;
    fd_ = Fd(::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd_) fail(path_, errno);
    there_ = true;
    if (replaces) ::fchmod(fd_.get(), old.st_mode & 07777);
  }
  ~Beside() {
    if (there_) ::unlink(name_.c_str());
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  void put(std::string_view content) {
    write_all(fd_.get(), content, path_);
    finish(std::move(fd_), path_);
    if (::rename(name_.c_str(), path_.c_str()) != 0) fail(path_, errno);
    there_ = false;
  }

 private:
  const std::string path_, name_;
  Fd fd_;
  bool there_ = false;
};

void write_through(const std::string& path, std::string_view content, int flags) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666));
  if (!fd) fail(path, errno);
  write_all(fd.get(), content, path);
  if (::close(fd.release()) != 0) fail(path, errno);
}

/// Where it is in truth: a link stays one.
std::string target_of(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

void write_whole(const std::string& path, std::string_view content) {
  const std::string target = target_of(path);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_through(target, content, 0);
  Beside(target).put(content);
}

void append_to(const std::string& path, std::string_view content) {
  write_through(path, content, O_APPEND | O_CREAT);
}

void write_to(int fd, std::string_view content) {
  write_all(fd, content, fd == STDOUT_FILENO ? "standard output" : "standard error");
}

void check_writable(const std::string& path) {
  const std::string target = target_of(path);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) fail(path, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) return;
  const fs::path folder = fs::path(target).parent_path();
  const std::string name = folder.empty() ? "." : folder.string();
  if (!fs::is_directory(name, error))
    throw std::runtime_error("cannot write " + path + ": there is no folder " + name);
  if (::access(name.c_str(), W_OK | X_OK) != 0) fail(path, errno);
}

}  // namespace onetrip
