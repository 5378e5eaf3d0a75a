#include "analyzer/cursors.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace onetrip {

namespace {

constexpr std::size_t most_names = 256;

template <typename Map>
void make_room(Map& map) {
  if (map.size() >= most_names) map.clear();
}

// What PREPARE ? … AS prepares; the name is the first placeholder.
std::string_view prepared_text(const Statement& statement) {
  const std::string_view text = statement.normalized;
  const std::size_t name = text.find('?');
  return name == std::string_view::npos ? std::string_view() : text.substr(name + 1);
}

// As if it were run by itself; null when it is not understood.
StatementPtr prepared_statement(const Statement& statement) {
  static constexpr std::pair<std::string_view, StatementKind> kinds[] = {
      {" as select ", StatementKind::select},
      {" as insert ", StatementKind::insert},
      {" as update ", StatementKind::update},
      {" as delete ", StatementKind::delete_}};
  const std::string_view text = prepared_text(statement);
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  for (const auto& [words, kind] : kinds) {
    const auto found = std::search(text.begin(), text.end(), words.begin(), words.end(), same);
    if (found == text.end()) continue;
    Statement inner = statement;
    inner.kind = kind;
    inner.noise = false;
    return StatementPtr(std::move(inner));
  }
  return nullptr;
}

// Whether the n-th argument of EXECUTE is the n-th slot: all of them are $1, $2 … in this order,
// and no literal stands between.
bool takes_arguments_in_order(const Statement& statement, std::size_t arguments) {
  if (statement.slots != arguments) return false;
  const std::string_view text = prepared_text(statement);
  if (text.find('?') != std::string_view::npos) return false;
  std::size_t from = 0;
  for (std::size_t n = 1; n <= arguments; ++n) {
    const std::string wanted = "$" + std::to_string(n);
    const std::size_t found = text.find('$', from);
    if (found == std::string_view::npos || text.substr(found, wanted.size()) != wanted)
      return false;
    from = found + wanted.size();
  }
  return text.find('$', from) == std::string_view::npos;
}

}  // namespace

void Cursors::follow(const Resolved& resolved, std::uint64_t& last_number) {
  switch (resolved.statement->kind) {
    case StatementKind::declare_cursor:
      make_room(declared_);
      declared_[resolved.name] = {++last_number, resolved.statement, resolved.slots,
                                  resolved.elements};
      return;
    case StatementKind::close_cursor:
      if (resolved.name.empty()) return declared_.clear();
      declared_.erase(resolved.name);
      return;
    case StatementKind::prepare:
      make_room(prepared_);
      prepared_[resolved.name] = prepared_statement(*resolved.statement);
      return;
    case StatementKind::deallocate:
      if (resolved.name.empty()) return prepared_.clear();
      prepared_.erase(resolved.name);
      return;
    default:
      return;
  }
}

void Cursors::complete(const Execution& execution, const Resolved& resolved,
                       std::uint64_t& last_number, Trip& trip) {
  const StatementKind kind = resolved.statement->kind;
  if (kind == StatementKind::declare_cursor || kind == StatementKind::fetch) {
    make_room(declared_);
    Declared& cursor = declared_[resolved.name];
    if (cursor.number == 0) cursor.number = ++last_number;
    trip.cursor = cursor.number;
    if (!cursor.statement) return;
    trip.statement = cursor.statement;
    trip.keep(cursor.slots, cursor.elements, trip.cells(), trip.marks());
    return;
  }
  if (kind == StatementKind::execute) {
    const auto found = prepared_.find(resolved.name);
    if (found != prepared_.end() && found->second &&
        takes_arguments_in_order(*found->second, resolved.slots.size())) {
      trip.statement = found->second;
    }
    return;
  }
  if (execution.resumed) trip.cursor = ++last_number;
}

}  // namespace onetrip
