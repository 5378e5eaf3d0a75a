#include "proxy/net/run_delay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace onetrip {

std::optional<std::chrono::nanoseconds> RunDelay::sum() {
  if (!opened_) file_ = Fd(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
  opened_ = true;
  if (!file_) return std::nullopt;
  std::array<char, 96> text;
  const ssize_t size = ::pread(file_.get(), text.data(), text.size(), 0);
  if (size <= 0) return std::nullopt;
  return read({text.data(), static_cast<std::size_t>(size)});
}

std::optional<std::chrono::nanoseconds> RunDelay::read(std::string_view text) {
  const char* here = text.data();
  const char* const end = here + text.size();
  std::array<std::uint64_t, 3> figures{};
  for (std::uint64_t& figure : figures) {
    while (here != end && *here == ' ') ++here;
    const auto [after, error] = std::from_chars(here, end, figure);
    if (error != std::errc()) return std::nullopt;
    here = after;
  }
  if (figures[2] == 0) return std::nullopt;
  return std::chrono::nanoseconds(figures[1]);
}

}  // namespace onetrip
