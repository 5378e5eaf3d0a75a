#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "analyzer/event.hpp"

namespace onetrip {

/// Memory that the sessions of one I/O thread lend each other, so that an idle session holds none
/// and a busy one allocates none. Used by that one thread; outlives its observers.
class ExecutionPool {
 public:
  using Buffer = std::vector<std::byte>;

  /// An event whose execution is empty.
  std::unique_ptr<Event> take();
  void give(std::unique_ptr<Event> event);

  /// An empty buffer, for the operations in flight of one session.
  Buffer take_buffer();
  void give_buffer(Buffer buffer);

  /// Used within one call of an observer, by whoever handles the message: parameters of a Bind.
  struct Scratch {
    std::vector<Slot> slots;
    std::vector<ValueHash> elements;
    std::vector<std::string> setting_texts;
  };
  Scratch& scratch() { return scratch_; }

  /// Events that are taken and not given back.
  std::size_t lent() const { return lent_; }

 private:
  std::vector<std::unique_ptr<Event>> events_;
  std::vector<Buffer> buffers_;
  Scratch scratch_;
  std::size_t lent_ = 0;
};

}  // namespace onetrip
