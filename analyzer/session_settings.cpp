#include "analyzer/session_settings.hpp"

#include <algorithm>
#include <array>

namespace onetrip {

namespace {

constexpr std::size_t most_tags = 16;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letters(char a, char b) {
  return lower(a) == lower(b);
}

bool equal(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letters);
}

bool contains(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same_letters) !=
         text.end();
}

// SET LOCAL …, or set_config(…, …, true).
bool is_local(const Statement& statement) {
  const std::string_view text = statement.normalized;
  if (statement.kind == StatementKind::set) return equal(text.substr(0, 10), "set local ");
  return contains(text, "true");
}

/// Whether it decides which tables or rows a statement's text means.
bool is_decisive(std::string_view name) {
  const bool custom = contains(name, ".") && !contains(name, "onetrip.");
  return custom || name == "search_path" || name == "role" || name == "authorization";
}

bool is_all(std::string_view name) {
  return name.empty() || name == "all";
}

// set_config('onetrip.request', $1, …), or set_config($1, $2, …): the parameters came in clear.
struct Marker {
  std::string_view name, value;
};

Marker marker_of(const Execution& execution, const Resolved& resolved) {
  Marker marker{resolved.setting, resolved.setting_text};
  const std::vector<std::string>& texts = execution.setting_texts;
  if (!marker.value.empty() || texts.empty()) return marker;
  const bool named = texts.size() > 1 && contains(texts.front(), "onetrip.");
  if (named) return {texts[0], texts[1]};
  return {marker.name, texts[0]};
}

}  // namespace

bool names_request(std::string_view setting) {
  static constexpr std::array<std::string_view, 5> names{"request_id", "correlation_id", "trace_id",
                                                         "job_id", "jid"};
  const std::size_t dot = setting.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view last = setting.substr(dot + 1);
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return equal(name, last); });
}

void SessionSettings::apply(const Execution& execution, const Resolved& resolved,
                            bool in_transaction) {
  if (execution.outcome != Outcome::completed) return;
  const Statement& statement = *resolved.statement;
  const bool resets = statement.kind == StatementKind::reset;
  if (resets && is_all(resolved.setting)) return reset_all();
  if (resolved.setting.empty() && execution.setting_texts.empty()) return;
  const Marker marker = marker_of(execution, resolved);
  if (equal(marker.name, "onetrip.request")) {
    request_ = resets ? std::string_view() : marker.value;
  } else if (equal(marker.name, "onetrip.label")) {
    label_ = resets ? std::string_view() : marker.value;
  } else if (names_request(marker.name)) {
    apply_tag(statement, resolved, in_transaction);
  } else if (is_decisive(marker.name)) {
    note_surroundings(marker.name, resolved.setting_hash);
  }
}

/// The same value set again changes nothing; one that is not known may be any.
void SessionSettings::note_surroundings(std::string_view name, std::uint64_t value) {
  const auto known = std::find_if(decisive_.begin(), decisive_.end(),
                                  [&](const auto& setting) { return setting.first == name; });
  if (known != decisive_.end() && known->second == value && value != 0) return;
  ++surroundings_;
  if (known != decisive_.end()) {
    known->second = value;
  } else if (decisive_.size() < most_tags) {
    decisive_.emplace_back(name, value);
  }
}

void SessionSettings::apply_tag(const Statement& statement, const Resolved& resolved,
                                bool in_transaction) {
  const bool local = is_local(statement);
  if (local && !in_transaction) return;
  if (in_transaction && !before_) before_ = tags_;
  std::erase_if(tags_, [&](const Tag& tag) { return equal(tag.name, resolved.setting); });
  if (statement.kind == StatementKind::reset || resolved.setting_hash == 0) return;
  if (tags_.size() >= most_tags) tags_.erase(tags_.begin());
  tags_.push_back({resolved.setting, resolved.setting_hash, local});
}

void SessionSettings::reset_all() {
  tags_.clear();
  request_.clear();
  label_.clear();
  decisive_.clear();
  ++surroundings_;
}

void SessionSettings::end_transaction(bool committed) {
  if (!before_) return;
  if (!committed) {
    tags_ = std::move(*before_);
  } else {
    std::vector<Tag> kept = std::move(tags_);
    std::erase_if(kept, [](const Tag& tag) { return tag.local; });
    for (const Tag& old : *before_) {
      const bool set = std::any_of(kept.begin(), kept.end(),
                                   [&](const Tag& tag) { return equal(tag.name, old.name); });
      if (!set) kept.insert(kept.begin(), old);
    }
    tags_ = std::move(kept);
  }
  before_.reset();
}

}  // namespace onetrip
