#include "bench/accuracy/replay/recording.hpp"

#include <stdexcept>

namespace onetrip::bench {
namespace {

constexpr std::string_view magic = "onetrip recording 1\n";

}  // namespace

RecordingReader::RecordingReader(std::string_view recording) : rest_(recording) {
  if (!rest_.starts_with(magic))
    throw std::runtime_error("this is no recording, or of another version");
  rest_.remove_prefix(magic.size());
}

std::optional<std::string_view> RecordingReader::next_run() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) throw std::runtime_error("the recording ends in a header");
  const std::string_view header = take(end);
  take(1);
  return header;
}

Record RecordingReader::next_record() {
  Record record;
  record.kind = take(1).front();
  record.connection = varint();
  record.delay = std::chrono::microseconds(varint());
  const std::string_view bytes = take(varint());
  record.bytes = Bytes(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
  return record;
}

std::uint64_t RecordingReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1).front());
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  throw std::runtime_error("the recording holds a number that is too long");
}

std::string_view RecordingReader::take(std::size_t length) {
  if (length > rest_.size()) throw std::runtime_error("the recording is cut");
  const std::string_view taken = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return taken;
}

}  // namespace onetrip::bench
