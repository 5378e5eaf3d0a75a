#pragma once

#include <set>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/log/input_format.hpp"
#include "analyzer/log/log_events.hpp"
#include "analyzer/sinks/finding_text.hpp"

namespace onetrip {

/// What `onetrip analyze` read and found.
struct Analysis {
  std::string file;
  InputFormat format = InputFormat::sql;
  LogEvents::Counters log;  ///< of SQL text only statements and sessions
  LogFaults faults;
  std::set<std::string> databases;
  std::string catalog;  ///< the database that the given one describes; empty: none was given
  Engine::Counters engine;
  std::vector<Finding> findings;  ///< worst first
};

/// Which facts the file cannot give or did not, and what follows from that: a sentence each.
std::vector<std::string> missing_facts(const Analysis& analysis);

/// For people, and as JSON; both with everything above, ending with a line feed.
std::string analysis_text(const Analysis& analysis, Colour colour);
std::string analysis_json(const Analysis& analysis);

}  // namespace onetrip
