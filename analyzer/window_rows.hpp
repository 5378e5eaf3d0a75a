#pragma once

#include "analyzer/engine.hpp"
#include "analyzer/window_archive.hpp"

namespace onetrip {

// What the engine answers of windows that were judged. Worker thread. `unix_start_ms`: the wall
// clock at Time zero.

Engine::WindowRow window_row(const ArchivedWindow& window, std::int64_t unix_start_ms);
/// The same of a window that may go on.
Engine::WindowRow window_row(const Window& window, std::size_t findings,
                             std::int64_t unix_start_ms);
Engine::WindowDetail window_detail(const WindowArchive& archive, const ArchivedWindow& window,
                                   std::int64_t unix_start_ms);
/// Who runs a statement, and how long its newest runs took; `detail.row` is left alone.
void add_runs(const WindowArchive& archive, const std::string& fingerprint,
              std::int64_t unix_start_ms, Engine::StatementDetail& detail);

}  // namespace onetrip
