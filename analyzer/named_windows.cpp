#include "analyzer/named_windows.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {

namespace {

bool overlap(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

}  // namespace

bool holds(const WindowTable::Named& named, const SessionFacts& facts) {
  return (named.application.empty() || named.application == facts.application_name) &&
         (named.database.empty() || named.database == facts.database);
}

NamedWindows::Open& NamedWindows::add(Open open) {
  ++version_;
  return open_.emplace_back(std::move(open));
}

void NamedWindows::remove(std::uint64_t number) {
  ++version_;
  std::erase_if(open_, [=](const Open& open) { return open.number == number; });
}

NamedWindows::Open* NamedWindows::find(std::uint64_t number) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [=](const Open& open) { return open.number == number; });
  return found == open_.end() ? nullptr : &*found;
}

NamedWindows::Open* NamedWindows::find(std::string_view name, const SessionFacts& facts) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
    return open.named.name == name && holds(open.named, facts);
  });
  return found == open_.end() ? nullptr : &*found;
}

bool NamedWindows::overlaps(const WindowTable::Named& named) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
    return open.named.name == named.name && overlap(open.named.application, named.application) &&
           overlap(open.named.database, named.database);
  });
}

std::uint64_t NamedWindows::innermost(const SessionFacts& facts) const {
  const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) {
    return !open.from_session && holds(open.named, facts);
  });
  return found == open_.rend() ? 0 : found->number;
}

void NamedWindows::clear() {
  ++version_;
  open_.clear();
}

}  // namespace onetrip
