#include "app/ephemeral.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "app/ephemeral_keeper.hpp"
#include "app/url.hpp"

namespace onetrip {
namespace {

namespace fs = std::filesystem;

bool has_programs(const fs::path& folder) {
  return !folder.empty() && ::access((folder / "initdb").c_str(), X_OK) == 0 &&
         ::access((folder / "postgres").c_str(), X_OK) == 0;
}

int version_of(const fs::path& folder) {
  const std::string name = folder.filename();
  int version = 0;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return version;
}

/// A socket's path is 107 bytes long at most, and an upstream's address holds no blank and no
/// comma.
fs::path temporary_folder(const Environment& environment) {
  constexpr std::size_t longest = 70;
  const std::string wanted = variable(environment, "TMPDIR");
  const bool fits = std::none_of(wanted.begin(), wanted.end(),
                                 [](unsigned char c) { return c <= ' ' || c == ',' || c == 0x7f; });
  return !fits || wanted.size() > longest || !wanted.starts_with('/') ? "/tmp" : wanted;
}

/// mkdtemp makes it for us alone (0700).
std::string make_folder(const Environment& environment) {
  std::string name = temporary_folder(environment) / "onetrip-postgres-XXXXXX";
  if (::mkdtemp(name.data()) != nullptr) return name;
  throw std::runtime_error("--ephemeral cannot make a folder " + name + ": " +
                           std::generic_category().message(errno));
}

std::array<Fd, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "--ephemeral found no free descriptor");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string read_to_end(const Fd& fd) {
  std::string out;
  std::array<char, 4096> chunk{};
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    out.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string find_server_programs(const std::string& path, const std::string& installed) {
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t end = std::min(path.find(':', from), path.size());
    const fs::path folder = path.substr(from, end - from);
    if (has_programs(folder)) return folder;
    from = end + 1;
  }
  fs::path newest;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(installed, none)) {
    if (!has_programs(entry.path() / "bin")) continue;
    if (newest.empty() || version_of(entry.path()) > version_of(newest)) newest = entry.path();
  }
  return newest.empty() ? "" : (newest / "bin").string();
}

EphemeralPostgres::EphemeralPostgres(const Environment& environment)
    : programs_(find_server_programs(variable(environment, "PATH"))) {
  if (programs_.empty()) {
    throw std::runtime_error(
        "--ephemeral takes initdb and postgres, which are neither in PATH nor in "
        "/usr/lib/postgresql: install PostgreSQL's server (Debian and Ubuntu: apt install "
        "postgresql), or say by --upstream which server to use");
  }
  folder_ = make_folder(environment);
  auto [ends, lives] = make_pipe();
  auto [hears, tells] = make_pipe();
  keeper_ = ::fork();
  if (keeper_ == 0) {
    lives = Fd();  // else its end would never be seen
    keep_ephemeral({programs_, folder_, user, database, environment}, ends, tells);
  }
  alive_ = std::move(lives);
  tells = Fd();
  const std::string told = keeper_ < 0 ? "no process can be made for it" : read_to_end(hears);
  if (told == keeper_is_ready) return;
  alive_ = Fd();
  if (keeper_ > 0) ::waitpid(keeper_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  throw std::runtime_error("the throwaway PostgreSQL did not start: " +
                           (told.empty() ? "its keeper was ended" : told));
}

EphemeralPostgres::~EphemeralPostgres() {
  alive_ = Fd();
  while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
  std::error_code ignored;  // it is there only if the keeper was ended from outside
  fs::remove_all(folder_, ignored);
}

std::string EphemeralPostgres::upstream() const {
  std::string host;
  for (const char c : percent_encode(folder_)) host += c == '/' ? "%2F" : std::string(1, c);
  return std::string("postgresql://") + user + "@" + host + ":" + std::to_string(ephemeral_port) +
         "/" + database;
}

}  // namespace onetrip
