#include "app/url.hpp"

#include <cstdlib>

using namespace onetrip;

/// Any bytes as an upstream and as an address: what is understood has a text that reads back as the
/// same place.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  masked(text);
  parse_upstream(text);
  const auto parsed = parse_endpoint(text, 5432);
  const auto* endpoint = std::get_if<Endpoint>(&parsed);
  if (endpoint == nullptr) return 0;
  const auto again = parse_endpoint(endpoint->text(), 1);
  const auto* same = std::get_if<Endpoint>(&again);
  if (same == nullptr || same->text() != endpoint->text()) std::abort();
  return 0;
}
