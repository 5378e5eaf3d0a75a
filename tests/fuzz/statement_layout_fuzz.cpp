#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

const ValueHasher hasher{ValueHasher::Key{1, 2, 3}};

Resolved read(StatementCache& cache, std::string_view sql, std::uint64_t hash) {
  Resolved resolved;
  StatementCache::fill(cache.resolve(sql, hash, StringSyntax::standard), 0, {}, resolved);
  return resolved;
}

}  // namespace

// Two texts, cut at a zero byte: once the first one's layout is known, the second is read as if it
// were not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view both(reinterpret_cast<const char*>(data), size);
  const std::string_view first = both.substr(0, both.find('\0'));
  const std::string_view second = both.substr(std::min(first.size() + 1, size));
  StatementCache warm(hasher, {}), cold(hasher, {});
  read(warm, first, 1);
  read(warm, first, 2);
  const Resolved a = read(warm, second, 3), b = read(cold, second, 3);
  bool same = a.statement->id == b.statement->id && a.elements == b.elements &&
              a.slots.size() == b.slots.size() && a.trace_id == b.trace_id &&
              a.tags->label() == b.tags->label();
  for (std::size_t i = 0; same && i < a.slots.size(); ++i)
    same = a.slots[i].kind == b.slots[i].kind && a.slots[i].hash == b.slots[i].hash;
  if (!same) std::abort();
  return 0;
}
