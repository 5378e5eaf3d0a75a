#include "app/top_frame.hpp"

#include <algorithm>
#include <cwchar>
#include <utility>

namespace onetrip {
namespace {

using Row = TopTable::Row;
using Column = TopTable::Column;

constexpr std::size_t details_from = 20;  ///< rows of a screen that has room for details
constexpr std::size_t most_details = 8;
constexpr const char* names[] = {"Findings", "Statements"};
constexpr const char* keys_line =
    "q quit  Tab findings or statements  ← → sort by  ↑ ↓ choose  p pause  ? keys";
constexpr std::pair<const char*, const char*> keys[] = {
    {"Tab", "findings, or statements"},
    {"← → or < >", "sort by the column before, or after"},
    {"↑ ↓ or k j", "choose a row; what is known of it stands below"},
    {"PgUp PgDn", "a page up, or down"},
    {"Home End", "the first row, or the last"},
    {"p", "hold still, or go on"},
    {"? or h", "these keys, or back; Esc leads back, too"},
    {"q", "quit"}};

std::size_t bytes_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// The character that begins there, and how many bytes it takes.
std::pair<wchar_t, std::size_t> character(std::string_view text, std::size_t at) {
  const std::size_t bytes = std::min(bytes_of(text[at]), text.size() - at);
  auto value = static_cast<unsigned char>(text[at]) & (bytes == 1 ? 0x7FU : 0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    value = value << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {static_cast<wchar_t>(value), bytes};
}

/// What the C library does not know in this locale is taken for one column.
std::size_t columns_of(wchar_t character) {
  const int columns = ::wcwidth(character);
  return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

/// As much of it as fits, with "…" where something is left out.
std::string cut(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const auto [point, bytes] = character(text, at);
    if (used + columns_of(point) + 1 > width) break;
    used += columns_of(point);
    at += bytes;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string padded(std::string_view text, std::size_t width, bool right) {
  std::string out = cut(text, width);
  const std::string blanks(width - width_of(out), ' ');
  return right ? blanks + out : out + blanks;
}

TopStyle style_of(Severity level) {
  if (level == Severity::error) return TopStyle::error;
  return level == Severity::warning ? TopStyle::warning : TopStyle::info;
}

/// Cells beside each other; words on the left of their column, numbers on the right.
TopLine cells_line(std::span<const Column> columns, const std::vector<std::string>& cells) {
  TopLine line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t width = columns[i].width;
    const bool right = columns[i].name != "LEVEL";
    line.push_back({TopStyle::plain, width == 0 ? cells[i] : padded(cells[i], width, right)});
    if (width != 0) line.push_back({TopStyle::plain, " "});
  }
  return line;
}

TopLine names_line(const TopTable& table, std::size_t sorted) {
  std::vector<std::string> cells;
  for (const Column& column : table.columns) cells.emplace_back(column.name);
  TopLine line = cells_line(table.columns, cells);
  for (TopSpan& span : line) span.style = TopStyle::bold;
  line[sorted * 2].style = TopStyle::sorted;
  return line;
}

TopLine row_line(const TopTable& table, const Row& row, bool chosen) {
  TopLine line = cells_line(table.columns, row.cells);
  if (row.level) line.front().style = style_of(*row.level);
  if (chosen)
    for (TopSpan& span : line) span.style = TopStyle::chosen;
  return line;
}

std::string text_of(const TopLine& line) {
  std::string out;
  for (const TopSpan& span : line) out += span.text;
  return out.substr(0, out.find_last_not_of(' ') + 1);
}

/// Where the chosen row stands in that order; 0 when it is gone.
std::size_t chosen_place(const TopTable& table, const std::vector<std::size_t>& order,
                         const std::string& key) {
  const auto found = std::find_if(order.begin(), order.end(),
                                  [&](std::size_t at) { return table.rows[at].key == key; });
  return found == order.end() ? 0 : static_cast<std::size_t>(found - order.begin());
}

/// Lines, as many and as wide as fit.
class Frame {
 public:
  explicit Frame(TopSize size) : size_(size) {}

  void add(const TopLine& line) {
    if (lines_.size() >= size_.rows) return;
    std::size_t room = size_.columns;
    TopLine& out = lines_.emplace_back();
    for (const TopSpan& span : line) {
      out.push_back({span.style, cut(span.text, room)});
      room -= std::min(room, width_of(span.text));
    }
  }
  void add(TopStyle style, std::string text) { add(TopLine{{style, std::move(text)}}); }
  /// Empty lines, until so many are left.
  void fill(std::size_t left) {
    while (lines_.size() + left < size_.rows) lines_.emplace_back();
  }
  std::size_t room() const { return size_.rows - lines_.size(); }
  std::vector<TopLine> take() { return std::move(lines_); }

 private:
  TopSize size_;
  std::vector<TopLine> lines_;
};

void add_head(Frame& frame, const TopContent& content, const TopState& state) {
  for (std::size_t i = 0; i < content.head.size(); ++i)
    frame.add(i == 0 ? TopStyle::bold : TopStyle::plain, content.head[i]);
  if (!state.trouble.empty()) {
    frame.add(TopStyle::error, state.trouble);
  } else if (!content.not_checked.empty()) {
    const std::size_t more = content.not_checked.size() - 1;
    frame.add(TopStyle::warning, "not checked: " + content.not_checked.front() +
                                     (more > 0 ? " (and " + std::to_string(more) + " more)" : ""));
  }
}

void add_tabs(Frame& frame, const TopContent& content, const TopState& state) {
  const std::size_t counts[] = {content.findings, content.tables[1].rows.size()};
  TopLine tabs;
  for (std::size_t view = 0; view < 2; ++view) {
    const std::string text =
        " " + std::string(names[view]) + " " + std::to_string(counts[view]) + " ";
    tabs.push_back({view == state.view ? TopStyle::sorted : TopStyle::dim, text});
  }
  if (state.paused) tabs.push_back({TopStyle::warning, " paused"});
  frame.add(tabs);
}

void add_details(Frame& frame, const Row& row) {
  std::size_t shown = 0;
  for (const MessageLine& line : row.details) {
    if (line.text.empty() || shown++ == most_details) continue;
    std::string key(line.key);
    key.resize(std::max<std::size_t>(key.size() + 1, 10), ' ');
    frame.add({{TopStyle::dim, std::move(key)}, {TopStyle::plain, line.text}});
  }
}

void add_help(Frame& frame) {
  frame.add(TopStyle::plain, "");
  for (const auto& [key, does] : keys)
    frame.add({{TopStyle::bold, padded(key, 14, false)}, {TopStyle::plain, does}});
}

void add_table(Frame& frame, const TopTable& table, TopState& state) {
  TopState::View& view = state.views[state.view];
  frame.add(names_line(table, view.sorted));
  if (table.rows.empty()) {
    frame.add(TopStyle::dim, state.view == 0 ? "Nothing was found so far." : "No statement yet.");
    return;
  }
  const std::vector<std::size_t> order = order_by(table, view.sorted);
  const std::size_t chosen = chosen_place(table, order, view.chosen);
  const bool details = frame.room() + 4 >= details_from;
  const std::size_t below = details ? most_details + 2 : 1;
  state.page = std::max<std::size_t>(1, frame.room() - std::min(frame.room(), below));
  view.first = std::min(view.first, chosen);
  view.first = std::max(view.first, chosen + 1 - std::min(chosen + 1, state.page));
  for (std::size_t at = view.first; at < std::min(order.size(), view.first + state.page); ++at)
    frame.add(row_line(table, table.rows[order[at]], at == chosen));
  if (!details) return;
  frame.fill(below - 1);
  add_details(frame, table.rows[order[chosen]]);
}

void choose(const TopTable& table, TopState& state, TopKey key) {
  TopState::View& view = state.views[state.view];
  if (table.rows.empty()) return;
  const std::vector<std::size_t> order = order_by(table, view.sorted);
  std::size_t at = chosen_place(table, order, view.chosen);
  const std::size_t last = order.size() - 1;
  if (key == TopKey::up) at -= std::min<std::size_t>(at, 1);
  if (key == TopKey::down) at = std::min(at + 1, last);
  if (key == TopKey::page_up) at -= std::min(at, state.page);
  if (key == TopKey::page_down) at = std::min(at + state.page, last);
  if (key == TopKey::first) at = 0;
  if (key == TopKey::last) at = last;
  view.chosen = table.rows[order[at]].key;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [point, bytes] = character(text, at);
    width += columns_of(point);
    at += bytes;
  }
  return width;
}

bool press(TopKey key, const TopContent& content, TopState& state) {
  const TopTable& table = content.tables[state.view];
  std::size_t& sorted = state.views[state.view].sorted;
  switch (key) {
    case TopKey::quit:
      return false;
    case TopKey::tab:
      state.view = 1 - state.view;
      return true;
    case TopKey::left:
      sorted -= std::min<std::size_t>(sorted, 1);
      return true;
    case TopKey::right:
      sorted = std::min(sorted + 1, table.columns.size() - 2);
      return true;
    case TopKey::pause:
      state.paused = !state.paused;
      return true;
    case TopKey::help:
      state.help = !state.help;
      return true;
    case TopKey::back:
      state.help = false;
      return true;
    case TopKey::other:
      return true;
    default:
      choose(table, state, key);
      return true;
  }
}

std::vector<TopLine> top_frame(const TopContent& content, TopState& state, TopSize size) {
  Frame frame(size);
  add_head(frame, content, state);
  add_tabs(frame, content, state);
  if (state.help) {
    add_help(frame);
  } else {
    add_table(frame, content.tables[state.view], state);
  }
  frame.fill(1);
  frame.add(TopStyle::dim, keys_line);
  return frame.take();
}

std::string top_text(const TopContent& content, std::size_t rows) {
  std::string out;
  for (const std::string& line : content.head) out += line + "\n";
  for (const std::string& sentence : content.not_checked) out += "not checked: " + sentence + "\n";
  const TopState standard;
  for (std::size_t view = 0; view < 2; ++view) {
    const TopTable& table = content.tables[view];
    const std::size_t sorted = standard.views[view].sorted;
    out += "\n" + text_of(names_line(table, sorted)) + "\n";
    const std::vector<std::size_t> order = order_by(table, sorted);
    for (std::size_t at = 0; at < std::min(rows, order.size()); ++at)
      out += text_of(row_line(table, table.rows[order[at]], false)) + "\n";
  }
  return out;
}

}  // namespace onetrip
