#pragma once

#include <string>

namespace onetrip {

/// The answer of GET /api/v1/status as people read it; empty when it is not one.
std::string status_text(const std::string& json);

}  // namespace onetrip
