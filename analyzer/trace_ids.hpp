#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onetrip {

/// The ids of a traceparent as they stand in a comment: they differ from statement to statement,
/// and nothing else does.
///   version "-" trace-id "-" parent-id "-" flags       of which trace-id "-" parent-id are these
struct TraceIds {
  static constexpr std::size_t id_size = 32, size = id_size + 1 + 16;

  /// Where the ids of the first traceparent of a comment stand. None where there is none, or one
  /// that is no traceparent: other things may be hidden in it.
  static std::optional<std::size_t> find(std::string_view comment);
  /// Whether `bytes` begins with such ids, the first of them not all zero, and no byte of it could
  /// be taken for anything else.
  static bool begin(std::string_view bytes);
  /// In lower case.
  static void copy_id(std::string_view bytes, std::string& id);
};

}  // namespace onetrip
