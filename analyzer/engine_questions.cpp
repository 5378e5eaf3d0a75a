#include <algorithm>

#include "analyzer/engine_impl.hpp"
#include "analyzer/window_rows.hpp"

namespace onetrip {

std::vector<Finding> Engine::findings(const Query& query) const {
  std::vector<Finding> found =
      query.window.empty() ? impl_->store.all() : impl_->archive.findings_in(query.window);
  std::erase_if(found, [&](const Finding& finding) {
    return (!query.rule.empty() && finding.rule != query.rule) ||
           (!query.label.empty() && finding.label != query.label) ||
           (!query.severity.empty() && to_string(finding.severity) != query.severity) ||
           (!query.cause.empty() && finding.cause != query.cause) ||
           (!query.id.empty() && finding.id != query.id);
  });
  if (found.size() > query.limit) found.resize(query.limit);
  return found;
}

std::vector<Engine::WindowRow> Engine::windows(const std::string& label, const std::string& name,
                                               std::size_t limit) const {
  impl_->windows.for_each([this](Window& window) { impl_->archive.refresh(window); });
  std::vector<WindowRow> rows;
  for (const ArchivedWindow* window : impl_->archive.all()) {
    if (rows.size() >= limit) break;
    if (!label.empty() && window->label != label) continue;
    if (!name.empty() && window->summary.name != name) continue;
    rows.push_back(window_row(*window, impl_->config.unix_start_ms));
  }
  return rows;
}

std::optional<Engine::WindowDetail> Engine::window(const std::string& id_or_name) const {
  impl_->windows.for_each([this](Window& window) { impl_->archive.refresh(window); });
  const ArchivedWindow* window = impl_->archive.find(id_or_name);
  if (window == nullptr) return std::nullopt;
  return window_detail(impl_->archive, *window, impl_->config.unix_start_ms);
}

bool Engine::keeps_window(const std::string& id) const {
  return impl_->archive.find(id) != nullptr;
}

std::vector<Profile::Row> Engine::statements(const std::string& sort, std::size_t limit) const {
  return impl_->profile.rows(sort, limit);
}

std::vector<RequestProfile::Row> Engine::requests(RequestsBy by, const std::string& sort,
                                                  std::size_t limit) const {
  return (by == RequestsBy::label ? impl_->labels : impl_->applications).rows(sort, limit);
}

std::optional<Engine::StatementDetail> Engine::statement(const std::string& fingerprint) const {
  std::optional<Profile::Row> row = impl_->profile.row(fingerprint);
  if (!row) return std::nullopt;
  StatementDetail detail{std::move(*row), {}, {}};
  add_runs(impl_->archive, fingerprint, impl_->config.unix_start_ms, detail);
  return detail;
}

const Coverage& Engine::coverage() const {
  return impl_->coverage;
}

std::optional<std::uint64_t> Engine::named_window(const std::string& id) const {
  std::optional<std::uint64_t> number;
  impl_->windows.for_each([&](Window& window) {
    if (window.id == id && window.source == WindowSource::named) number = window.number;
  });
  return number;
}

void Engine::Impl::add_clients(Counters& out) const {
  for (const auto& [names, client] : clients) {
    Counters::Client& told = out.clients[names];
    told.errors_by_class = client.errors_by_class;
    told.rows = client.rows;
    for (const auto& [sqlstate, count] : client.errors_by_class)
      out.errors_by_class[sqlstate] += count;
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      if (client.kinds[kind] == 0) continue;
      const std::string group(kind_group(static_cast<StatementKind>(kind)));
      told.statements_by_kind[group] += client.kinds[kind];
      out.statements_by_kind[group] += client.kinds[kind];
    }
  }
  out.collapsed_labels = client_names.collapsed();
}

Engine::Counters Engine::counters() const {
  Counters counters = impl_->counted;
  for (std::size_t kind = 0; kind < impl_->seconds.size(); ++kind) {
    const std::string group(kind_group(static_cast<StatementKind>(kind)));
    counters.seconds_by_kind.try_emplace(group, duration_bounds()).first->second +=
        impl_->seconds[kind];
    counters.statements_by_kind.try_emplace(group, 0);
  }
  impl_->add_clients(counters);
  counters.cache = impl_->cache.counters();
  counters.cache_bytes = impl_->cache.bytes();
  counters.shapes = impl_->cache.shapes();
  counters.window_bytes = impl_->windows.bytes();
  counters.windows = impl_->windows.counters();
  counters.open_sessions = impl_->sessions.size();
  impl_->windows.for_each([&](Window&) { ++counters.open_windows; });
  counters.open_findings = impl_->store.size();
  counters.open_by_rule = impl_->store.count_by_rule();
  counters.forgotten_shapes = impl_->cache.forgotten_shapes();
  counters.forgotten_findings = impl_->store.forgotten();
  counters.counted_together = impl_->profile.counted_together();
  counters.catalogs = impl_->shelf.states();
  return counters;
}

}  // namespace onetrip
