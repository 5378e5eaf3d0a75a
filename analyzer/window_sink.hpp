#pragma once

#include <span>

#include "analyzer/finding.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Gets every window that was judged, with what it showed. On the worker thread; must not block for
/// long.
class WindowSink {
 public:
  virtual ~WindowSink() = default;
  /// Named windows too, when they close, whose statements lie in the windows inside them. Again
  /// when more trips came: the latest is what holds.
  virtual void judged(const Window& window, std::span<const Finding> findings) = 0;
  /// Once for each window: when it was judged and is closed. A late statement may still come.
  virtual void closed(const Window&, std::span<const Finding>) {}
};

}  // namespace onetrip
