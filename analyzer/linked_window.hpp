#pragma once

#include "analyzer/catalog.hpp"
#include "analyzer/link.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// All that a rule may know of a window: its trips, its loops and what fed them, the catalog.
/// Views: lives no longer than the judgement.
class LinkedWindow {
 public:
  LinkedWindow(const Window& window, const Catalog* catalog)
      : window_(window), catalog_(catalog), links_(find_links(window, catalog)) {}

  const Window& window() const { return window_; }
  const Catalog* catalog() const {
    return catalog_;
  }  ///< null when nothing is known of the database
  const Links& links() const { return links_; }

 private:
  const Window& window_;
  const Catalog* catalog_;
  Links links_;
};

}  // namespace onetrip
