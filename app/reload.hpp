#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"

namespace onetrip {

/// One key whose value is another than before.
struct ConfigChange {
  std::string key;            ///< "limits.io_threads", "proxy[1].upstream", "[[proxy]]"
  std::string before, after;  ///< as config print shows them
  bool live = false;          ///< takes effect without a restart
};
std::vector<ConfigChange> config_changes(Config before, Config after);

/// Puts those values of `next` into `running` that take effect without a restart; touches no other.
void take_live_values(Config& running, Config next);

}  // namespace onetrip
