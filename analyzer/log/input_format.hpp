#pragma once

#include <cstdint>
#include <string_view>

namespace onetrip {

enum class InputFormat : std::uint8_t {
  csvlog,
  jsonlog,
  sql,
  stderr_log,  ///< lines of log_line_prefix: cannot be read back without doubt
  gzip,
  zstd,
  xz,
  bzip2,
  binary,  ///< none of these, and no text
  empty,
};

/// What a file is, by its first bytes (a few KiB are enough). The first line may be cut.
InputFormat format_of(std::string_view beginning);

}  // namespace onetrip
