#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/environment.hpp"
#include "budget/report.hpp"

namespace onetrip {

/// One report, and where it goes.
struct WantedReport {
  enum class Place : std::uint8_t { file, standard_output, standard_error, summary };
  ReportFormat format = ReportFormat::text;
  Place place = Place::file;
  std::string path;  ///< of a file, and of the step summary, which is appended to
};

/// Pure: which reports are written, in that order.
struct ReportPlan {
  std::vector<WantedReport> reports;
  std::vector<std::string> hints;  ///< sentences

  bool has(WantedReport::Place place) const;
  bool has(ReportFormat format) const;
};

/// Where text goes that nobody asked to go elsewhere.
enum class TextPlace : std::uint8_t { standard_output, standard_error, nowhere };

struct ReportError {
  std::string message;  ///< a sentence that says what to do
};

/// `wanted`: FORMAT or FORMAT=PATH each. GitHub's and GitLab's pipelines are known by their
/// environment: GitHub's gets annotations and a step summary, too.
std::variant<ReportPlan, ReportError> plan_reports(const std::vector<std::string>& wanted,
                                                   const Environment& environment, TextPlace text);

}  // namespace onetrip
