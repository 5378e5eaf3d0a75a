#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "analyzer/event.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// What the client has asked and the server has not yet answered.
struct Operation {
  enum class Kind : std::uint8_t {
    query,
    parse,
    bind,
    describe_statement,
    describe_portal,
    execute,
    close_statement,
    close_portal,
    sync,
    function_call,
    copy_done,  ///< CopyDone or CopyFail: has no answer, but ends what copy-in leaves unread
    nothing,    ///< was not read by the server, and has no answer
  };

  Kind kind = Kind::nothing;
  bool pipelined = false;      ///< sent while an execution was in flight
  bool truncated = false;      ///< of query, parse: text is cut
  bool names_setting = false;  ///< of parse: text names an `onetrip.` setting
  bool untold = false;         ///< nothing of it is told, and its text need not be there
  Time sent{};
  std::uint64_t text_hash = 0;  ///< of query, parse: of the whole text
  std::string_view name;  ///< what is parsed, described, closed, executed; of bind: its portal
  std::string_view text;  ///< of query, parse: the text; of bind: its statement's name
  Bytes codes;            ///< of parse: parameter types; of bind: result formats; as on the wire
  std::span<const Slot> slots;  ///< of bind: its parameters
  std::span<const ValueHash> elements;
  std::string_view texts;  ///< of bind: parameters in clear, as ExecutionPool::Parameters has them

  static constexpr bool is_execution(Kind kind) {
    return kind == Kind::query || kind == Kind::execute;
  }
  /// Answered by ReadyForQuery.
  static constexpr bool is_boundary(Kind kind) {
    return kind == Kind::query || kind == Kind::sync || kind == Kind::function_call;
  }
};

}  // namespace onetrip
