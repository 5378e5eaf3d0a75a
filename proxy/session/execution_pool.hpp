#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/session/descriptions.hpp"

namespace onetrip {

/// Memory that the sessions of one I/O thread lend each other, so that an idle session holds none
/// and a busy one allocates none. Used by one thread at a time; outlives its observers.
class ExecutionPool {
 public:
  /// Bytes that a resize leaves as they are.
  struct Unset : std::allocator<std::byte> {
    template <class>
    struct rebind {
      using other = Unset;
    };
    void construct(std::byte*) noexcept {}
  };
  using Buffer = std::vector<std::byte, Unset>;

  ExecutionPool();

  /// An event whose execution is empty.
  std::unique_ptr<Event> take();
  void give(std::unique_ptr<Event> event);

  /// An empty buffer, for the operations in flight of one session.
  Buffer take_buffer();
  void give_buffer(Buffer buffer);

  /// Parameters of a Bind while it is read. Used within one call of an observer.
  struct Parameters {
    std::vector<Slot> slots;
    std::vector<ValueHash> elements;
    std::string texts;  ///< in clear, each behind its length; only for `onetrip.` settings
    /// And leaves no value of them in memory.
    void clear();
  };
  Parameters& scratch() { return scratch_; }

  /// Of all sessions of the thread.
  Descriptions& descriptions() { return descriptions_; }

  /// Events that are taken and not given back.
  std::size_t lent() const { return lent_; }

 private:
  std::vector<std::unique_ptr<Event>> events_;
  std::vector<Buffer> buffers_;
  Parameters scratch_;
  Descriptions descriptions_;
  std::size_t lent_ = 0;
};

}  // namespace onetrip
