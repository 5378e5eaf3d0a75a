#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/sinks/message_text.hpp"
#include "budget/report.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

// What a problem says, for every format. Texts are UTF-8 without control characters, one line each
// unless they say otherwise, and bounded whatever statements and labels hold.

/// By the name that budgets have for it: "n-plus-one", "max_statements".
std::string problem_rule(const Problem& problem);
/// Where it was seen worst: "GET /orders".
std::string problem_label(const Problem& problem);
/// "line_items was fetched 50 times …", "62 statements in one request; the limit is 12".
std::string problem_title(const Problem& problem);
/// At its worst place: "50 statements", "1200 rows", "95.4 ms of database time".
std::string problem_count(const Problem& problem);
/// `max_statements = "baseline+10%", so 13 (onetrip-budget.toml:14)`.
std::string problem_limit(const Problem& problem);
/// What the baseline had; empty without one.
std::string problem_baseline(const Problem& problem, const ReportContext& context);
/// TOML that accepts it, to be pasted: several lines, the first a comment that says where.
std::string problem_accept(const Problem& problem, const ReportContext& context);

/// The line of code, or else the line of the budget that forbids it, or else the budget's first;
/// the file as project_path has it. `line` is at least 1.
Location problem_location(const Problem& problem, const ReportContext& context);
/// The same over runs, machines and lines of code; two problems of a verdict may share it.
std::string problem_key(const Problem& problem);

/// All of it below the title. Of the places, those under `label` (empty: all), the worst five.
std::vector<MessageLine> problem_lines(const Problem& problem, const ReportContext& context,
                                       std::string_view label = {});
/// Title and lines as one block, each line ending with a line feed.
std::string problem_text(const Problem& problem, const ReportContext& context,
                         std::string_view label = {}, Colour colour = Colour::off);

}  // namespace onetrip
