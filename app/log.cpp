#include "app/log.hpp"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <climits>
#include <ctime>
#include <mutex>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

/// "2026-01-31T12:00:00.123Z"
std::string utc(std::chrono::system_clock::time_point time) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  return std::string(text.data(), length) + "." + fraction + "Z";
}

std::string_view paint(std::string_view level) {
  if (level == "error" || level == "critical") return "\x1b[31m";
  return level == "warning" ? "\x1b[33m" : "\x1b[2m";
}

std::string text_line(LogStyle style, std::string_view level, std::string_view message,
                      std::string_view time) {
  std::string out = std::string(time) + " ";
  std::string padded(level);
  padded.resize(std::max<std::size_t>(8, padded.size() + 1), ' ');
  if (style.colour == Colour::on) {
    out.append(paint(level)).append(padded).append("\x1b[0m");
  } else {
    out.append(padded);
  }
  return out + printable(message) + "\n";
}

class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit StderrSink(LogStyle style) : style_(style) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto level = spdlog::level::to_string_view(message.level);
    write_to_stderr(log_line(style_, {level.data(), level.size()},
                             {message.payload.data(), message.payload.size()}, message.time));
  }
  void flush_() override {}

  LogStyle style_;
};

// Threads that forward log, too, so waiting for whoever reads the log is bounded; once in vain, not
// even that long.
class StderrWriter {
 public:
  bool write(std::string_view message) {
    const std::unique_lock lock(mutex_, patience);
    while (lock && !message.empty()) {
      if (!takes_more()) return false;
      const auto piece = message.substr(0, PIPE_BUF);  // so much goes at once, or nothing does
      const auto written = ::write(STDERR_FILENO, piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      message.remove_prefix(static_cast<std::size_t>(written));
    }
    return message.empty();
  }

 private:
  static constexpr std::chrono::milliseconds patience{20};

  bool takes_more() {
    pollfd stream{STDERR_FILENO, POLLOUT, 0};
    stuck_ = ::poll(&stream, 1, stuck_ ? 0 : static_cast<int>(patience.count())) == 0;
    return !stuck_;
  }

  std::timed_mutex mutex_;
  bool stuck_ = false;
};

std::atomic<std::uint64_t> lost{0};

}  // namespace

LogStyle log_style(const Config::Log& log, const Environment& environment, bool is_terminal) {
  LogStyle style;
  const bool text = log.format == "text" || (log.format == "auto" && is_terminal);
  style.format = text ? LogFormat::text : LogFormat::json;
  const bool wanted = is_terminal && variable(environment, "NO_COLOR").empty();
  const bool coloured = log.colour == "always" || (log.colour == "auto" && wanted);
  style.colour = text && coloured ? Colour::on : Colour::off;
  return style;
}

std::string log_line(LogStyle style, std::string_view level, std::string_view message,
                     std::chrono::system_clock::time_point time) {
  if (style.format == LogFormat::text) return text_line(style, level, message, utc(time));
  boost::json::object line;
  line["time"] = utc(time);
  line["level"] = level;
  line["message"] = message;
  return to_json_text(line) + "\n";
}

void write_to_stderr(std::string_view message) {
  static StderrWriter& writer = *new StderrWriter;  // others may still log while the process ends
  if (!writer.write(message)) lost.fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t messages_lost_on_stderr() {
  return lost.load(std::memory_order_relaxed);
}

void set_log_level(const Config::Log& log) {
  spdlog::set_level(spdlog::level::from_str(log.level));
}

void set_up_log(const Config::Log& log, LogStyle style) {
  // spdlog shares its sinks among loggers.
  auto logger = std::make_shared<spdlog::logger>("onetrip", std::make_shared<StderrSink>(style));
  spdlog::set_default_logger(std::move(logger));
  set_log_level(log);
}

}  // namespace onetrip
