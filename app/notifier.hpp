#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/environment.hpp"

namespace onetrip {

/// Tells systemd how the service is: sd_notify(3), `Type=notify` or `notify-reload`. Does nothing
/// where NOTIFY_SOCKET is not set. Written out, since all of it is one datagram; a library would be
/// one more package on every machine. Any thread.
class Notifier {
 public:
  explicit Notifier(const Environment& environment);

  void ready(const std::string& status) const;
  void reloading() const;  ///< ready() must follow
  void stopping() const;
  void alive() const;  ///< call it at least every watchdog()

  /// Half the time in which systemd wants to hear that we live; none: it does not.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  void send(const std::string& text) const;

  std::string socket_;  // a path, or an abstract name behind `@`; empty: nobody listens
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace onetrip
