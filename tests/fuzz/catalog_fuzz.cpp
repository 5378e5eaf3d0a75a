#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "analyzer/catalog.hpp"

// Any bytes are a catalog or are refused with a sentence; a catalog that was read answers every
// question about itself, and reads the same once written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onetrip;
  Catalog::Snapshot snapshot;
  try {
    snapshot = catalog_from_json({reinterpret_cast<const char*>(data), size});
  } catch (const std::runtime_error&) {
    return 0;
  }
  const std::string text = to_json(snapshot);
  if (to_json(catalog_from_json(text)) != text) std::abort();
  const Catalog catalog(std::move(snapshot));
  for (const Catalog::Table& table : catalog.snapshot().tables) {
    for (const auto& [attribute, name] : table.columns) {
      const auto column = catalog.resolve(table.oid, attribute);
      if (!column) continue;
      catalog.name(*column);
      catalog.referenced_by(*column);
      catalog.foreign_key(*column, *column);
      catalog.is_unique(*column);
    }
  }
  return 0;
}
