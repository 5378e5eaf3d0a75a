#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "analyzer/skeleton.hpp"
#include "tests/analyzer/reference_scan.hpp"

using namespace onetrip;

namespace {

// What PostgreSQL 15's lexer, the one in libpg_query 15, does not read as later ones do: \v is
// white space since 16. A zero byte ends its text.
bool is_comparable(const std::string& sql) {
  return sql.find_first_of(std::string_view("\v\0", 2)) == std::string::npos;
}

void check_bounds(std::string_view sql, StringSyntax syntax) {
  std::size_t end = 0;
  Scanner scanner(sql, syntax);
  for (Token token; scanner.next(token);) {
    if (token.begin < end || token.end <= token.begin || token.end > sql.size()) std::abort();
    end = token.end;
  }
  Skeleton skeleton;
  skeleton.read(sql, syntax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string sql(reinterpret_cast<const char*>(data), size);
  check_bounds(sql, StringSyntax::standard);
  check_bounds(sql, StringSyntax::backslash);
  if (!is_comparable(sql)) return 0;
  const auto reference = reference_scan(sql);
  if (reference && !agree(*reference, own_scan(sql), sql)) {
    std::fprintf(stderr, "PostgreSQL cuts this text in other places\n");
    std::abort();
  }
  return 0;
}
