#pragma once

#include <string>

#include "budget/report.hpp"

namespace onetrip {

// One for each format, in report_<format>.cpp.

std::string write_text(const Verdict& verdict, const ReportContext& context);
std::string write_json(const Verdict& verdict, const ReportContext& context);
std::string write_markdown(const Verdict& verdict, const ReportContext& context);
std::string write_junit(const Verdict& verdict, const ReportContext& context);
std::string write_sarif(const Verdict& verdict, const ReportContext& context);
std::string write_github(const Verdict& verdict, const ReportContext& context);
std::string write_gitlab(const Verdict& verdict, const ReportContext& context);
std::string write_html(const Verdict& verdict, const ReportContext& context);

}  // namespace onetrip
