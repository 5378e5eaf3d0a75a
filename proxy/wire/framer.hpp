#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// The first five bytes of a message after startup: its type, and its length without the header.
struct MessageHeader {
  static constexpr std::size_t size = 5;
  char type = 0;
  std::uint32_t length = 0;
};

/// What a reader wants of a message's body. The first `keep` bytes are held together if they come
/// apart; what is beyond them is counted down, or handed on piece by piece, never held.
struct Wish {
  enum class Rest : std::uint8_t { skip, stream };
  std::uint32_t keep = 0;
  Rest rest = Rest::skip;
};

/// Walks the messages of one direction, fed with bytes that are cut anywhere.
///
///   message = type:Byte1 length:Int32 body:Byte[length - 4]
///
/// A Reader has four functions, called in this order for every message:
///   Wish wish(MessageHeader)              the header is complete
///   void prefix(MessageHeader, Bytes)     the kept bytes; only if there is a rest that is streamed
///   void piece(MessageHeader, Bytes)      the streamed rest, in pieces
///   bool message(MessageHeader, Bytes)    the message is complete; the kept bytes, unless prefix()
///                                         gave them. False: look no further.
/// and may have a fifth, for messages that come by the million:
///   bool passes(MessageHeader)            instead of all these: the message is complete, and its
///                                         header is all that is wanted of it
/// Bytes are views into what is fed, or into the framer's buffer: good during the call only.
class Framer {
 public:
  /// False when the reader wanted no more, or the framing is broken; the rest was not looked at.
  template <class Reader>
  bool feed(Bytes bytes, Reader& reader) {
    if (header_bytes_ == 0 && !broken_ && !walk_whole(bytes, reader)) return false;
    while (!bytes.empty() && !broken_) {
      if (header_bytes_ < MessageHeader::size) {
        bytes = bytes.subspan(take_header(bytes));
        if (broken_) return false;
        if (header_bytes_ < MessageHeader::size) return true;
        begin_body(reader.wish(header_));
      }
      if (!walk_body(bytes, reader)) return false;
      if (header_bytes_ == 0 && !walk_whole(bytes, reader)) return false;
    }
    return !broken_;
  }

  /// A length below 4 or above 2^31 - 1 came by. For good.
  bool broken() const { return broken_; }
  /// At the border of two messages.
  bool between_messages() const { return header_bytes_ == 0; }
  /// Heap memory held.
  std::size_t footprint() const { return buffer_.capacity(); }

 private:
  /// Takes the messages from the front of `bytes` that came in one piece, up to one that is to be
  /// streamed: nothing of them is copied or remembered.
  template <class Reader>
  bool walk_whole(Bytes& bytes, Reader& reader) {
    const std::byte* at = bytes.data();
    const std::byte* const end = at + bytes.size();
    bool go_on = true;
    while (go_on && static_cast<std::size_t>(end - at) >= MessageHeader::size) {
      const MessageHeader header = header_at(at);
      const auto available = static_cast<std::size_t>(end - at) - MessageHeader::size;
      // An impossible length is never available: it is a large one.
      if (header.length > available) break;
      const std::byte* const body = at + MessageHeader::size;
      const std::byte* const next = body + header.length;
      if constexpr (requires { reader.passes(header); }) {
        if (reader.passes(header)) {
          at = next;
          continue;
        }
      }
      const Wish wish = reader.wish(header);
      if (wish.keep < header.length && wish.rest == Wish::Rest::stream) {
        header_ = header;
        header_bytes_ = MessageHeader::size;
        begin_body(wish);
        at = body;
        break;
      }
      at = next;
      go_on = reader.message(header, {body, std::min(wish.keep, header.length)});
    }
    bytes = bytes.last(static_cast<std::size_t>(end - at));
    return go_on;
  }

  static MessageHeader header_at(const std::byte* at) {
    return {static_cast<char>(*at), int32_at(at + 1) - 4};
  }

  std::size_t take_header(Bytes bytes);
  void begin_body(Wish wish);
  void end_message();
  Bytes gather(Bytes& bytes);

  template <class Reader>
  bool walk_body(Bytes& bytes, Reader& reader) {
    if (keeping_ != 0) {
      const Bytes kept = gather(bytes);
      if (keeping_ != 0) return true;
      if (left_ != 0 && rest_ == Wish::Rest::stream) {
        reader.prefix(header_, kept);
        prefix_given_ = true;
        drop_buffer();
      } else if (left_ == 0) {
        return finish(reader, kept);
      } else if (buffer_.empty()) {
        buffer_.assign(kept.begin(), kept.end());
      }
    }
    const Bytes piece = bytes.first(std::min<std::size_t>(left_, bytes.size()));
    bytes = bytes.subspan(piece.size());
    left_ -= static_cast<std::uint32_t>(piece.size());
    if (rest_ == Wish::Rest::stream && !piece.empty()) {
      if (!prefix_given_) reader.prefix(header_, {});
      prefix_given_ = true;
      reader.piece(header_, piece);
    }
    return left_ != 0 || finish(reader, prefix_given_ ? Bytes{} : Bytes{buffer_});
  }

  template <class Reader>
  bool finish(Reader& reader, Bytes kept) {
    const bool go_on = reader.message(header_, kept);
    end_message();
    return go_on;
  }

  void drop_buffer();

  std::vector<std::byte> buffer_;
  MessageHeader header_;
  std::uint32_t left_ = 0;     // of the body, not yet passed
  std::uint32_t keeping_ = 0;  // bytes still to keep
  std::array<std::byte, MessageHeader::size> raw_{};
  std::uint8_t header_bytes_ = 0;
  Wish::Rest rest_ = Wish::Rest::skip;
  bool prefix_given_ = false;
  bool broken_ = false;
};

}  // namespace onetrip
