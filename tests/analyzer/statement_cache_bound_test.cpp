#include <malloc.h>

#include <catch2/catch.hpp>
#include <string>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

constexpr std::size_t bound = 64U << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

const ValueHasher hasher{ValueHasher::Key{1, 2, 3}};

/// What the program has allocated; a sanitizer's allocator does not tell.
std::size_t allocated() {
  return mallinfo2().uordblks;
}

void run(StatementCache& cache, std::size_t shape) {
  const std::string sql = "SELECT id, name, price FROM product_" + std::to_string(shape) +
                          " WHERE id = $1 AND kind = $2 ORDER BY name";
  Resolved resolved;
  StatementCache::fill(cache.resolve(sql, hasher.bytes(sql), StringSyntax::standard), 0, {},
                       resolved);
  REQUIRE(resolved.statement->predicates.size() == 2);
}

}  // namespace

TEST_CASE("100,000 shapes are known within 64 MiB, and none is parsed twice") {
  // Sanitizers make each parse ten times as slow.
  constexpr std::size_t shapes = sanitized ? 5'000 : 100'000;
  const std::size_t before = allocated();
  StatementCache cache(hasher, {});
  for (int round = 0; round < 2; ++round)
    for (std::size_t shape = 0; shape < shapes; ++shape) run(cache, shape);
  CHECK(cache.counters().parsed == shapes);
  CHECK(cache.shapes() == shapes);
  CHECK(cache.forgotten_shapes() == 0);
  CHECK(cache.bytes() < bound);
  CHECK(allocated() - before < bound);
}

TEST_CASE("beyond its bound the cache forgets what was not asked for, and parses it again") {
  StatementCache::Limits limits;
  limits.shape_bytes = 256U << 10;
  limits.text_bytes = 64U << 10;
  StatementCache cache(hasher, limits);
  constexpr std::size_t shapes = 2'000;
  for (std::size_t shape = 0; shape < shapes; ++shape) {
    run(cache, shape);
    run(cache, 0);
  }
  CHECK(cache.bytes() <= limits.shape_bytes + limits.text_bytes);
  CHECK(cache.shapes() < shapes);
  CHECK(cache.forgotten_shapes() == shapes - cache.shapes());
  CHECK(cache.counters().parsed == shapes);  // the one in use was never forgotten
  run(cache, 1);
  CHECK(cache.counters().parsed == shapes + 1);
}
