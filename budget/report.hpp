#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budget/record.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

enum class ReportFormat : std::uint8_t { text, json, markdown, junit, sarif, github, gitlab, html };

std::optional<ReportFormat> report_format(std::string_view name);
std::vector<std::string_view> report_formats();

/// What was seen of the requests that a verdict speaks of: JSON arrays, of windows as GET
/// /api/v1/windows/{id} gives them, the others as GET /api/v1/statements does, by statement, label
/// and application. Empty: it is not known, as of a recording.
struct Witness {
  std::string windows, statements, labels, applications;
};

/// What reports say beside the verdict.
struct ReportContext {
  std::string budget_file = "onetrip-budget.toml";  ///< where findings without a line are put
  std::string judged_by;                            ///< the file that was read; empty: defaults
  std::string baseline_file;                        ///< empty: there is none
  std::string version;
  /// The project's folder, and the one from which relative paths are told; absolute. Empty: paths
  /// are shown as they are told.
  std::string project, folder;
  bool colour = false;   ///< of text
  bool summary = false;  ///< of github: the same in markdown is written beside it
  /// The page of a rule, Markdown (`rule_page` of rules/rule.hpp); null: rules go without help.
  std::string_view (*rule_page)(std::string_view rule) = nullptr;
  Witness witness;  ///< of html
};

/// The verdict as one file, ending with a line feed. Whatever statements and labels hold, it is
/// well formed in its format; no values of parameters or rows are in it.
std::string write_report(ReportFormat format, const Verdict& verdict, const ReportContext& context);

}  // namespace onetrip
