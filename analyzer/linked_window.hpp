#pragma once

#include <optional>

#include "analyzer/catalog.hpp"
#include "analyzer/label_history.hpp"
#include "analyzer/link.hpp"
#include "analyzer/repetition.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// All that a rule may know of a window: its trips, its loops and what fed them, the catalog.
/// Views: lives no longer than the judgement.
class LinkedWindow {
 public:
  LinkedWindow(const Window& window, const Catalog* catalog, const LabelHistory* history = nullptr)
      : window_(window),
        catalog_(catalog),
        history_(history),
        links_(find_links(window, catalog)) {}

  const Window& window() const { return window_; }
  /// Null when nothing is known of the database. A judgement that asks for it waits for one that is
  /// being read, so ask last.
  const Catalog* catalog() const {
    asked_for_catalog_ = true;
    return catalog_;
  }
  bool asked_for_catalog() const { return asked_for_catalog_; }
  /// Earlier windows of all labels; null when none are remembered.
  const LabelHistory* history() const { return history_; }
  const Links& links() const { return links_; }
  /// Made when it is first asked for. Looks at the catalog only where a shape repeats, for which
  /// judgement waits anyway (needs_catalog).
  const Repetition& repetition() const {
    if (!repetition_) repetition_.emplace(window_, links_, catalog_);
    return *repetition_;
  }

 private:
  const Window& window_;
  const Catalog* catalog_;
  const LabelHistory* history_;
  Links links_;
  mutable bool asked_for_catalog_ = false;
  mutable std::optional<Repetition> repetition_;
};

}  // namespace onetrip
