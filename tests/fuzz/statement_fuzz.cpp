#include <pthread.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

void check(std::string_view sql) {
  for (const Statement& statement : describe(sql)) {
    const auto known = [&statement](const ColumnUse& use) {
      return use.table == unknown_table || use.table < statement.tables.size();
    };
    for (const Predicate& predicate : statement.predicates) {
      if (predicate.slot >= statement.slots || !known(predicate.column)) std::abort();
    }
    for (const JoinEdge& join : statement.joins) {
      if (!known(join.left) || !known(join.right)) std::abort();
    }
    for (const Assignment& assignment : statement.assignments) {
      if (assignment.slot >= statement.slots) std::abort();
    }
    if (statement.summary.size() > 255 || statement.normalized.size() > 8192) std::abort();
  }
}

void* run(void* sql) {
  check(*static_cast<std::string_view*>(sql));
  return nullptr;
}

}  // namespace

// On a stack like the worker's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view sql(reinterpret_cast<const char*>(data), size);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64U << 20U);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, run, &sql) != 0) std::abort();
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return 0;
}
