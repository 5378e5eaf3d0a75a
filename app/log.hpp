#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/sinks/log_sink.hpp"
#include "app/config.hpp"
#include "app/environment.hpp"

namespace onetrip {

/// How this process logs: decided once, from the configuration, the terminal and NO_COLOR.
struct LogStyle {
  LogFormat format = LogFormat::text;
  Colour colour = Colour::off;
};
LogStyle log_style(const Config::Log& log, const Environment& environment, bool is_terminal);

/// Makes spdlog's default logger write to stderr in that style. Main thread, before others log.
void set_up_log(const Config::Log& log, LogStyle style);

/// Of that logger, from now on.
void set_log_level(const Config::Log& log);

/// Writes a whole message to stderr at once. Any thread. Nobody waits long for a reader that does
/// not read (a full pipe, a terminal that was stopped) or for a disk that is full: what cannot be
/// written soon is lost, and counted.
void write_to_stderr(std::string_view message);
/// How many messages were lost so far, whole or in part.
std::uint64_t messages_lost_on_stderr();

/// One log line, line feed included: as text "12:00:00.000 info  message", or as JSON.
std::string log_line(LogStyle style, std::string_view level, std::string_view message,
                     std::chrono::system_clock::time_point time);

}  // namespace onetrip
