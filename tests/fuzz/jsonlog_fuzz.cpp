#include "analyzer/log/jsonlog.hpp"

#include "tests/fuzz/log_pieces.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onetrip::fuzz::check_log<onetrip::JsonlogReader>(data, size);
  return 0;
}
