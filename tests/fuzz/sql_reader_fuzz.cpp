#include "analyzer/log/sql_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "analyzer/log/input_format.hpp"
#include "analyzer/log/text_effect.hpp"
#include "analyzer/skeleton.hpp"

using namespace onetrip;

namespace {

std::vector<std::string> read(std::string_view text, std::size_t cut) {
  std::vector<std::string> statements;
  SqlReader reader([&](std::string_view sql) { statements.emplace_back(sql); });
  reader.feed(text.substr(0, cut));
  reader.feed(text.substr(cut));
  reader.end();
  return statements;
}

}  // namespace

/// Wherever the text is cut it says the same, and each statement is one to the statement cache too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  format_of(text);
  const std::vector<std::string> whole = read(text, 0);
  if (read(text, text.size() * data[0] / 256) != whole) std::abort();
  Skeleton skeleton;
  for (const std::string& sql : whole) {
    skeleton.read(sql, StringSyntax::standard);
    if (skeleton.pieces().size() != 1) std::abort();
    if (effect_of(sql, TransactionStatus::idle).statements != 1) std::abort();
  }
  skeleton.read(text, StringSyntax::standard);
  if (effect_of(text, TransactionStatus::idle).statements != skeleton.pieces().size()) std::abort();
  return 0;
}
