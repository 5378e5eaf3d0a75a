#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/tags.hpp"

using namespace onetrip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view comment(reinterpret_cast<const char*>(data), size);
  Tags tags;
  parse_comment(comment, tags);
  read_comment(comment, tags);
  fold_path(comment);
  if (!tags.trace_id.empty() && tags.trace_id.size() != 32) std::abort();
  for (const std::string* value : {&tags.application, &tags.route, &tags.controller, &tags.file}) {
    if (value->size() > 1100) std::abort();
  }
  tags.label();
  return 0;
}
