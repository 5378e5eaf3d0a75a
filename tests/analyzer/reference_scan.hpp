#pragma once

#include <pg_query.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/scan.hpp"

/// Where tokens begin and end, by our scanner and by PostgreSQL's own lexer in libpg_query.
namespace onetrip {

using TokenRanges = std::vector<std::pair<std::size_t, std::size_t>>;

/// Reads protobuf's varints and skips what it has no use for:
///   ScanResult { version = 1; repeated ScanToken tokens = 2 }   ScanToken { start = 1; end = 2; …
///   }
class ScanResultReader {
 public:
  explicit ScanResultReader(std::string_view bytes) : bytes_(bytes) {}

  TokenRanges tokens() {
    TokenRanges ranges;
    while (!bytes_.empty()) {
      const std::uint64_t tag = varint();
      if (tag != (2U << 3U | 2U)) {
        varint();
        continue;
      }
      const std::size_t length = varint();
      ranges.push_back(ScanResultReader(bytes_.substr(0, length)).token());
      bytes_.remove_prefix(length);
    }
    return ranges;
  }

 private:
  std::pair<std::size_t, std::size_t> token() {
    std::pair<std::size_t, std::size_t> range{0, 0};
    while (!bytes_.empty()) {
      const std::uint64_t field = varint() >> 3U;
      const std::uint64_t value = varint();
      if (field == 1) range.first = value;
      if (field == 2) range.second = value;
    }
    return range;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  std::string_view bytes_;
};

/// None when PostgreSQL's lexer refuses the text.
inline std::optional<TokenRanges> reference_scan(const std::string& sql) {
  const PgQueryScanResult result = pg_query_scan(sql.c_str());
  std::optional<TokenRanges> ranges;
  if (result.error == nullptr) {
    ranges = ScanResultReader({result.pbuf.data, result.pbuf.len}).tokens();
  }
  pg_query_free_scan_result(result);
  return ranges;
}

inline TokenRanges own_scan(std::string_view sql) {
  TokenRanges ranges;
  Scanner scanner(sql);
  for (Token token; scanner.next(token);) ranges.emplace_back(token.begin, token.end);
  return ranges;
}

/// The same tokens, as far as libpg_query tells. Of U& tokens it gives a wrong end. Since it makes
/// tokens of comments, it does not continue a string behind one, as PostgreSQL does:
///   'a' -- comment
///   'b'
/// From there on nothing is compared.
inline bool agree(const TokenRanges& reference, const TokenRanges& own, std::string_view sql) {
  std::size_t next = 0;
  for (const auto& [begin, end] : own) {
    if (next >= reference.size() || reference[next].first != begin) return false;
    const std::string_view token = sql.substr(begin, end - begin);
    const bool unicode = token.size() > 2 && token[1] == '&';
    // Continued, and maybe to the end of the text, where no quote closes it.
    const bool continued =
        token.find('\'') < token.rfind("--") && token.rfind("--") != std::string_view::npos;
    if (continued) return true;
    if (!unicode && reference[next].second != end) return false;
    ++next;
  }
  return next == reference.size();
}

}  // namespace onetrip
