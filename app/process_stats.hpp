#pragma once

#include "analyzer/sinks/vitals.hpp"

namespace onetrip {

/// What /proc says of this process; what cannot be read stays 0. Any thread.
Vitals::Process read_process_stats();

}  // namespace onetrip
