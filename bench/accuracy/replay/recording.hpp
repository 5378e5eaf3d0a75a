#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/event.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip::bench {

/// What bench/accuracy/recorder.py writes:
///
///   recording  = "onetrip recording 1\n" run*
///   run        = header "\n" record* end
///   header     = JSON object on one line: case, n, flags, client, ...
///   record     = kind connection delay length byte{length}
///   end        = "e" connection delay length          the last three are 0
///   kind       = "o" startup packet | "f" bytes of the frontend | "b" bytes of the backend | "x"
///   closed connection = varint, from 1      delay = varint, microseconds since the record before
///   length     = varint              varint = 7 bits a byte, least first, 0x80: more follow
struct Record {
  char kind = 'e';
  std::uint64_t connection = 0;
  Time delay{};
  Bytes bytes;
};

/// Reads a recording that is held in memory and outlives it. Throws std::runtime_error with a
/// sentence where the bytes are none.
class RecordingReader {
 public:
  explicit RecordingReader(std::string_view recording);

  std::optional<std::string_view> next_run();  ///< its header; none at the end
  Record next_record();                        ///< until one of kind 'e'

 private:
  std::uint64_t varint();
  std::string_view take(std::size_t length);

  std::string_view rest_;
};

}  // namespace onetrip::bench
