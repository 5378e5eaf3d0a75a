#pragma once

#include <vector>

#include "analyzer/finding.hpp"
#include "analyzer/profile.hpp"

namespace onetrip {

/// Gets what is to outlive the process. On the worker thread; must not block.
class HistorySink {
 public:
  virtual ~HistorySink() = default;
  /// As they stand, `seen` over all windows; those that changed since the last call.
  virtual void findings(std::vector<Finding> changed) = 0;
  virtual void minute(ProfiledMinute minute) = 0;  ///< when it is over
  virtual void forget() = 0;                       ///< all that was handed over
};

}  // namespace onetrip
