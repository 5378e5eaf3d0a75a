#include "app/process_stats.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace onetrip {
namespace {

/// Fields of /proc/self/stat after the command's name, which may hold blanks and brackets itself.
std::istringstream stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t bracket = line.rfind(')');
  return std::istringstream(bracket == std::string::npos ? "" : line.substr(bracket + 1));
}

double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string name; file >> name;) {
    double seconds = 0;
    if (name == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       entry != end && !error; entry.increment(error)) {
    ++count;
  }
  return count == 0 ? 0 : count - 1;  // one of them is the folder that is being read
}

}  // namespace

Vitals::Process read_process_stats() {
  Vitals::Process out;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::istringstream fields = stat_fields();
  // proc(5), counted from 1: state is 3, utime 14, stime 15, starttime 22, vsize 23, rss 24.
  std::string field;
  for (int number = 3; number <= 24 && fields >> field; ++number) {
    if (number == 14 || number == 15) out.cpu_seconds += std::stod(field) / ticks;
    if (number == 22) out.start_time_seconds = boot_time() + std::stod(field) / ticks;
    if (number == 23) out.virtual_bytes = std::stoull(field);
    if (number == 24) out.resident_bytes = std::stoull(field) * page;
  }
  out.open_fds = open_descriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.max_fds = limit.rlim_cur;
  return out;
}

}  // namespace onetrip
