#pragma once

#include <string>

#include "budget/report.hpp"

namespace onetrip {

/// A file as the project's forge names it: from the project's folder on. What lies outside, or
/// where no folder is known, stays as it is told. Pure.
std::string project_path(const std::string& file, const ReportContext& context);

}  // namespace onetrip
