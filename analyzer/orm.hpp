#pragma once

#include "analyzer/dialect.hpp"
#include "analyzer/statement.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// By comment tags, else application_name, else the dialect of a statement; unknown when in doubt.
/// An application_name that says otherwise than the dialect leaves it unknown.
Orm guess_orm(const Window& window, const Statement& statement);

}  // namespace onetrip
