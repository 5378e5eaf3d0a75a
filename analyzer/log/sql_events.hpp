#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/event.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

/// Makes events of statements that stand in a text, which has neither times nor sessions: one
/// session, and one statement a microsecond, so that no pause parts them.
class SqlEvents {
 public:
  /// `hasher` and `sink` outlive it. Longer texts are cut to `text_bytes`; `database`: which one to
  /// take for the session's.
  SqlEvents(const ValueHasher& hasher, EventSink& sink, std::size_t text_bytes,
            std::string_view database);

  void statement(std::string_view sql);
  void end();
  std::uint64_t statements() const { return sequence_; }

 private:
  const ValueHasher& hasher_;
  EventSink& sink_;
  const std::size_t text_bytes_;
  Event event_;
  TransactionStatus status_ = TransactionStatus::idle;
  std::uint64_t sequence_ = 0;
  Time now_{};
};

}  // namespace onetrip
