#include "budget/report.hpp"

#include "budget/report_writers.hpp"

namespace onetrip {
namespace {

struct Entry {
  std::string_view name;
  ReportFormat format;
  std::string (*write)(const Verdict&, const ReportContext&);
};

constexpr Entry entries[] = {
    {"text", ReportFormat::text, write_text},
    {"json", ReportFormat::json, write_json},
    {"markdown", ReportFormat::markdown, write_markdown},
    {"junit", ReportFormat::junit, write_junit},
    {"sarif", ReportFormat::sarif, write_sarif},
    {"github", ReportFormat::github, write_github},
    {"gitlab", ReportFormat::gitlab, write_gitlab},
    {"html", ReportFormat::html, write_html},
};

}  // namespace

std::optional<ReportFormat> report_format(std::string_view name) {
  for (const Entry& entry : entries)
    if (entry.name == name) return entry.format;
  return std::nullopt;
}

std::vector<std::string_view> report_formats() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

std::string write_report(ReportFormat format, const Verdict& verdict,
                         const ReportContext& context) {
  for (const Entry& entry : entries)
    if (entry.format == format) return entry.write(verdict, context);
  return {};
}

}  // namespace onetrip
