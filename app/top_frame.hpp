#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "app/top_table.hpp"

namespace onetrip {

/// What `onetrip top` shows: pure values, so that tests need no terminal.

enum class TopStyle : std::uint8_t { plain, bold, dim, info, warning, error, sorted, chosen };

struct TopSpan {
  TopStyle style = TopStyle::plain;
  std::string text;
};
using TopLine = std::vector<TopSpan>;

struct TopSize {
  std::size_t rows = 24, columns = 80;
};

/// What there is to show.
struct TopContent {
  std::vector<std::string> head;  ///< how the proxy is
  std::vector<std::string> not_checked;
  std::uint64_t findings = 0;      ///< all that there are; the table may hold fewer
  std::array<TopTable, 2> tables;  ///< findings, statements
};

enum class TopKey : std::uint8_t {
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  left,
  right,
  tab,
  pause,
  help,
  back,
  quit,
  other
};

/// Where one looks.
struct TopState {
  struct View {
    std::size_t sorted = 0;
    std::string chosen;     ///< key of a row; empty: the first
    std::size_t first = 0;  ///< row at the top
  };
  std::array<View, 2> views{{{}, {2, {}, 0}}};
  std::size_t view = 0;
  bool paused = false, help = false;
  std::string trouble;    ///< why there is nothing new; empty: there is
  std::size_t page = 10;  ///< rows that were shown last
};

/// False: it is over.
bool press(TopKey key, const TopContent& content, TopState& state);

/// At most size.rows lines, each at most size.columns wide.
std::vector<TopLine> top_frame(const TopContent& content, TopState& state, TopSize size);

/// All of it as text, the first `rows` of each table; for those who read it later.
std::string top_text(const TopContent& content, std::size_t rows);

/// Columns of a terminal that a text of printable() takes.
std::size_t width_of(std::string_view text);

}  // namespace onetrip
