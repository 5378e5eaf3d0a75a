#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/event.hpp"

namespace onetrip {

/// What a text does to its session's transaction, by its statements' first words.
struct TextEffect {
  std::uint32_t statements = 0;  ///< empty ones left out
  TransactionStatus status = TransactionStatus::idle;
};
TextEffect effect_of(std::string_view sql, TransactionStatus before);

}  // namespace onetrip
