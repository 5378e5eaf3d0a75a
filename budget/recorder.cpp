#include "budget/recorder.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace onetrip {
namespace {

/// A late statement opens a window again for about 30 s (WindowTable::Closed).
constexpr Time settles_after = std::chrono::seconds(60);
constexpr std::size_t windows_between_settling = 1000;

bool is_read(const Statement& statement) {
  return statement.kind == StatementKind::select || statement.kind == StatementKind::values ||
         statement.kind == StatementKind::table_command;
}

/// The read of which one window ran most; none where nothing ran twice.
std::optional<Repeat> most_repeated(const Window& window) {
  std::unordered_map<const Statement*, std::uint64_t> counts;
  for (const Trip& trip : window.trips) {
    if (is_read(*trip.statement)) ++counts[trip.statement.get()];
  }
  const Statement* most = nullptr;
  std::uint64_t count = 1;
  for (const auto& [statement, times] : counts) {
    const bool first = most == nullptr || statement->fingerprint < most->fingerprint;
    if (times < count || times < 2 || (times == count && !first)) continue;
    most = statement;
    count = times;
  }
  if (most == nullptr) return std::nullopt;
  return Repeat{most->fingerprint, most->summary, most->normalized, count};
}

std::vector<CommentAllow> allowed_in(const Window& window) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const Trip& trip : window.trips) {
    if (trip.allowed().empty()) continue;
    const std::string& comment = trip.tags->allow;
    const std::size_t semicolon = comment.find(';');
    const std::string reason = semicolon == std::string::npos ? "" : comment.substr(semicolon + 1);
    ++counts[{std::string(trip.allowed()), reason}];
  }
  std::vector<CommentAllow> allowed;
  for (const auto& [accepted, statements] : counts)
    allowed.push_back({accepted.first, accepted.second, window.label, statements});
  return allowed;
}

RecordEntry entry_of(const Window& window, std::span<const Finding> findings) {
  RecordEntry entry;
  entry.label = window.label;
  entry.application = window.application;
  entry.database = window.database;
  entry.windows = 1;
  entry.statements = window.totals.statements;
  entry.rows = window.totals.rows;
  entry.bytes = window.totals.bytes;
  entry.db_ms = std::chrono::duration<double, std::milli>(window.totals.server_time).count();
  entry.repeat = most_repeated(window);
  join_findings(entry.findings, {findings.begin(), findings.end()});
  return entry;
}

}  // namespace

void Recorder::judged(const Window& window, std::span<const Finding> findings) {
  newest_ = std::max(newest_, window.last);
  windows_[window.number] = {
      window.number,     window.container, window.source, window.closed,
      window.set_up,     window.last,      window.name,   entry_of(window, findings),
      allowed_in(window)};
  if (++since_settled_ >= windows_between_settling) settle();
}

/// A container that was not told yet, since it is open, stands for what lies in it.
std::uint64_t Recorder::outermost(const RecordedWindow& window) const {
  std::uint64_t number = window.number, container = window.container;
  for (std::size_t depth = 0; container != 0 && depth < windows_.size(); ++depth) {
    number = container;
    const auto at = windows_.find(container);
    container = at == windows_.end() ? 0 : at->second.container;
  }
  return number;
}

Recorder::Families Recorder::families() const {
  Families families;
  for (const auto& [number, window] : windows_) families[outermost(window)].push_back(&window);
  for (auto& [root, family] : families) {
    std::sort(family.begin(), family.end(), [](const RecordedWindow* a, const RecordedWindow* b) {
      return a->number < b->number;
    });
  }
  return families;
}

bool Recorder::is_settled(const RecordedWindow& window) const {
  const bool in_open = window.container != 0 && !windows_.contains(window.container);
  const bool old = newest_ - window.last > settles_after || windows_.size() > max_unsettled;
  return window.closed && !in_open && old;
}

void Recorder::settle() {
  since_settled_ = 0;
  for (const auto& [root, family] : families()) {
    const bool settled = std::all_of(family.begin(), family.end(),
                                     [this](const auto* window) { return is_settled(*window); });
    if (!settled) continue;
    add_family(family, settled_);
    std::vector<std::uint64_t> numbers;
    for (const RecordedWindow* window : family) numbers.push_back(window->number);
    for (const std::uint64_t number : numbers) windows_.erase(number);
  }
  normalize(settled_);
  if (settled_.entries.size() <= max_entries) return;
  settled_.lost_entries += settled_.entries.size() - max_entries;
  settled_.entries.resize(max_entries);
}

Record Recorder::record() const {
  Record record = settled_;
  for (const auto& [root, family] : families()) add_family(family, record);
  normalize(record);
  return record;
}

void Recorder::clear() {
  windows_.clear();
  settled_ = {};
}

}  // namespace onetrip
