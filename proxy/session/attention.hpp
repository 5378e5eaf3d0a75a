#pragma once

#include <cstdint>
#include <utility>

#include "proxy/session/operation.hpp"

namespace onetrip {

/// Which of the client's messages the server reads without an answer (manual, 55.2.3 and 55.2.6):
/// after an error in the extended protocol all up to the next Sync, and Sync itself while it reads
/// COPY data. How far it had read when a COPY failed nobody can tell: a Sync sent amid the data was
/// ignored, or came behind the error and is answered. Such an answer is doubtful; it comes before
/// that of any later question, or not at all.
class Attention {
 public:
  /// The client sent this: whether it is left without an answer.
  bool leaves_unanswered(Operation::Kind kind) {
    if (skipping_) {
      if (kind != Operation::Kind::sync) return true;
      skipping_ = false;
    }
    if (!copying_in_) return false;
    if (kind == Operation::Kind::sync) ++ignored_syncs_;
    if (kind == Operation::Kind::copy_done) copying_in_ = false;
    return kind == Operation::Kind::sync || kind == Operation::Kind::copy_done;
  }

  /// The oldest operation was answered, by anything but ReadyForQuery and ErrorResponse.
  void answered() {
    begun_ = true;
    ignored_syncs_ = doubtful_ = 0;
  }
  /// … by ErrorResponse.
  void failed() {
    begun_ = true;
    copying_in_ = false;
    doubtful_ = std::exchange(ignored_syncs_, 0);
  }
  /// It is done: the next is the oldest.
  void done() { begun_ = false; }
  bool begun() const { return begun_; }

  /// CopyInResponse: `syncs` were sent before CopyDone; whether that was sent, too.
  enum class Data : std::uint8_t { expected, sent };
  void begin_copy_in(Data data, std::uint32_t syncs) {
    copying_in_ = data == Data::expected;
    ignored_syncs_ = syncs;
  }

  /// After an error: no Sync was sent yet.
  void skip_to_sync() { skipping_ = true; }
  bool skipping() const { return skipping_; }

  /// ReadyForQuery that answers nothing in flight: false if there is no doubtful one.
  bool take_doubtful() {
    if (doubtful_ == 0) return false;
    --doubtful_;
    skipping_ = false;
    return true;
  }

 private:
  std::uint32_t ignored_syncs_ = 0;  // of the copy that is under way
  std::uint32_t doubtful_ = 0;
  bool skipping_ = false;
  bool copying_in_ = false;
  bool begun_ = false;
};

}  // namespace onetrip
