#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "analyzer/event.hpp"

namespace onetrip {

/// What a log message says of a statement, as log_statement, log_duration and
/// log_min_duration_statement make the server write it. Views into the message.
///
///   statement: SQL                                      a simple Query begins
///   execute NAME[/PORTAL]: SQL                          an Execute begins
///   execute fetch from NAME[/PORTAL]: SQL               … goes on with a portal
///   duration: N ms                                      what was told before has ended
///   duration: N ms  statement: SQL                      both at once, at the end
///   duration: N ms  (parse | bind | execute …) NAME[/PORTAL]: SQL
struct LogMessage {
  enum class What : unsigned char {
    other,    ///< nothing of a statement
    query,    ///< a simple Query
    execute,  ///< of the extended protocol
    step,     ///< Parse, Bind, or an Execute that goes on: no statement of its own
    ended,    ///< a duration alone
  };
  What what = What::other;
  std::optional<Time> duration;
  std::string_view name;  ///< of the prepared statement; empty when it has none
  std::string_view sql;
};

/// English messages only (lc_messages).
LogMessage read_message(std::string_view message);

/// The values in an entry's detail; `visit` gets each, without value for NULL.
///   ("parameters: " | "Parameters: ") "$1 = '…', $2 = NULL"
/// False when the detail is none, or is not so to its end.
using VisitParameter = std::function<void(std::optional<std::string_view>)>;
bool read_parameters(std::string_view detail, const VisitParameter& visit);

}  // namespace onetrip
