#include "analyzer/tag_memory.hpp"

namespace onetrip {

namespace {

constexpr std::size_t most_statements = 2048;

}  // namespace

bool TagMemory::believe(const Execution& execution, std::uint64_t key) {
  if (!execution.named || execution.protocol != Protocol::extended) {
    renew(key);
    return true;
  }
  if (first_runs_.size() >= most_statements) first_runs_.clear();
  const auto [found, is_first] = first_runs_.try_emplace(execution.text_hash);
  if (is_first) {
    renew(key);
    found->second = {turns_, interruptions_};
    return true;
  }
  if (key == fresh_) return true;
  return found->second.turn == turns_ && found->second.interruption == interruptions_;
}

void TagMemory::renew(std::uint64_t key) {
  if (key == fresh_) return;
  fresh_ = key;
  ++turns_;
}

void TagMemory::interrupt() {
  fresh_ = 0;
  ++interruptions_;
}

}  // namespace onetrip
