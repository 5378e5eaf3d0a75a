#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "analyzer/finding.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Some trips of one shape, the rounds of what may be a loop: ascending indices into Window::trips.
using Rounds = std::span<const std::uint32_t>;

/// How a finding names a statement whose rounds brought so many rows.
StatementSummary summarize(const Statement& statement, std::uint64_t rows);

/// What such a statement does to its table: "fetched", "counted", "updated" …
std::string_view verb_of(const Statement& statement);

/// What they took together, and what one statement in their place would save: every trip but one,
/// each at least as dear as the cheapest of the window. The rows would still have to be read.
/// Nothing is saved where rounds did not wait for one another.
Evidence measure(const Window& window, Rounds rounds, std::uint64_t distinct);

/// No round but the first waited for the answer of the one before.
bool are_pipelined(const Window& window, Rounds rounds);

/// False where requests on their connection cannot be told apart, and no transaction says that they
/// belong together: each request may have asked once.
bool are_one_request(const Window& window, Rounds rounds);
/// A transaction holds them all.
bool are_one_transaction(const Window& window, Rounds rounds);

/// Where in the application the first one comes from that says so.
std::optional<Location> location_of(const Window& window, Rounds rounds);

/// False when each says where it comes from, and no place sent `fewest` of them: what different
/// places ask for is no loop.
bool from_one_place(const Window& window, Rounds rounds, std::size_t fewest);

/// Each says in a comment that somebody wants it so.
bool are_accepted(const Window& window, Rounds rounds, std::string_view rule);

/// They follow each other like the ticks of a clock, or with growing pauses, and the application
/// waits in between: three or more, with pauses of 50 ms or more.
bool are_polling(const Window& window, Rounds rounds);
/// The same question, and nothing but it, at even distance: what is awaited is another answer. Five
/// or more, with pauses of 20 ms or more.
bool are_awaiting(const Window& window, Rounds rounds);

}  // namespace onetrip
