#include "budget/allows.hpp"

#include <array>
#include <cstdio>

#include "budget/match.hpp"

namespace onetrip {
namespace {

/// An empty one accepts anything.
bool accepts(const std::string& accepted, const std::string& found) {
  return accepted.empty() || accepted == found;
}

bool accepts(const BudgetAllow& allow, const Finding& finding, const RecordEntry& entry) {
  return accepts(allow.cause, finding.cause) && accepts(allow.finding, finding.id) &&
         accepts(allow.fingerprint, finding.statement.fingerprint) &&
         accepts(allow.rule, finding.rule) && matches(allow.match, entry);
}

std::string what(const BudgetAllow& allow) {
  if (!allow.cause.empty()) return "cause " + allow.cause;
  if (!allow.finding.empty()) return "finding " + allow.finding;
  if (!allow.fingerprint.empty()) return "fingerprint " + allow.fingerprint;
  return "rule " + allow.rule;
}

std::string iso(std::chrono::year_month_day date) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

}  // namespace

Allows::Allows(const Budget& budget, std::chrono::year_month_day today) : file_(budget.file) {
  for (const BudgetAllow& allow : budget.allows)
    seats_.push_back({&allow, allow.expires && *allow.expires < today, false});
}

const BudgetAllow* Allows::accepting(const Finding& finding, const RecordEntry& entry) {
  const BudgetAllow* first = nullptr;
  for (Seat& seat : seats_) {
    if (seat.expired || !accepts(*seat.allow, finding, entry)) continue;
    seat.needed = true;
    if (first == nullptr) first = seat.allow;
  }
  return first;
}

std::vector<std::string> Allows::expired() const {
  std::vector<std::string> lines;
  for (const Seat& seat : seats_) {
    if (!seat.expired) continue;
    lines.push_back(place(*seat.allow) + " expired on " + iso(*seat.allow->expires) +
                    ": mend it, or set a later day (reason: " + seat.allow->reason + ")");
  }
  return lines;
}

std::vector<std::string> Allows::unused() const {
  std::vector<std::string> lines;
  for (const Seat& seat : seats_) {
    if (!seat.expired && !seat.needed)
      lines.push_back(place(*seat.allow) + " is no longer needed: take it out");
  }
  return lines;
}

std::string Allows::place(const BudgetAllow& allow) const {
  return file_ + ":" + std::to_string(allow.line) + ": [[allow]] of " + what(allow);
}

}  // namespace onetrip
