#include "analyzer/log/csvlog.hpp"

#include "tests/fuzz/log_pieces.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  onetrip::fuzz::check_log<onetrip::CsvlogReader>(data, size);
  return 0;
}
