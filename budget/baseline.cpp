#include "budget/baseline.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/figure.hpp"

namespace onetrip {
namespace {

/// What the cause is made of, so that another count does not change the line.
std::string title_of(const Finding& finding) {
  std::string title = finding.statement.summary;
  if (finding.link && finding.link->direction) {
    const char* separator = ": ";
    for (const std::string& column : finding.link->parent_columns) {
      title += separator + column;
      separator = ", ";
    }
    title += " → " + finding.link->child_column;
  }
  return valid_utf8(title);
}

void add(const Finding& finding, const std::string& label, Baseline& baseline) {
  Baseline::Cause& cause = baseline.causes[finding.cause];
  std::uint64_t& count = cause.labels[label];
  count = std::max(count, finding.evidence.count);
  // Statements of one cause may have several summaries: the same one each time.
  const std::string title = title_of(finding);
  if (cause.rule.empty() || title < cause.title) cause.title = title;
  cause.rule = finding.rule;
}

void add(const RecordEntry& entry, Baseline::Label& label) {
  for (const Figure& figure : figures()) {
    if (figure.known == nullptr) continue;
    std::uint64_t& known = label.*figure.known;
    known = std::max(known, figure.of(entry));
  }
}

std::string cause_line(const Baseline& baseline, const std::string& cause,
                       const std::string& label) {
  const Baseline::Cause& known = baseline.causes.at(cause);
  return "cause " + cause + " (" + known.rule + ", " + known.title + ") under " + label + ": ";
}

std::string figures_line(const std::string& label, const Baseline::Label& known) {
  std::string line = label + ":";
  const char* separator = " ";
  for (const Figure& figure : figures()) {
    if (figure.known == nullptr) continue;
    line += separator + std::string(figure.name) + " " + std::to_string(known.*figure.known);
    separator = ", ";
  }
  return line;
}

std::string change(std::uint64_t from, std::uint64_t to) {
  return std::to_string(from) + " → " + std::to_string(to);
}

/// By cause and label.
std::map<std::pair<std::string, std::string>, std::uint64_t> counts_of(const Baseline& baseline) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const auto& [cause, known] : baseline.causes)
    for (const auto& [label, count] : known.labels) counts[{cause, label}] = count;
  return counts;
}

void compare_causes(const Baseline& old, const Baseline& now, std::vector<std::string>& lines) {
  const auto before = counts_of(old), after = counts_of(now);
  for (const auto& [key, count] : before) {
    const auto& [cause, label] = key;
    const auto found = after.find(key);
    if (found == after.end()) {
      lines.push_back("- " + cause_line(old, cause, label) + std::to_string(count));
    } else if (found->second != count) {
      lines.push_back("~ " + cause_line(now, cause, label) + change(count, found->second));
    }
  }
  for (const auto& [key, count] : after)
    if (!before.contains(key))
      lines.push_back("+ " + cause_line(now, key.first, key.second) + std::to_string(count));
}

using Labels = std::map<std::string, Baseline::Label>;

/// `kind`: "label ", "sum ".
void compare_labels(const std::string& kind, const Labels& old, const Labels& now,
                    std::vector<std::string>& lines) {
  for (const auto& [label, known] : old) {
    const auto found = now.find(label);
    if (found == now.end()) {
      lines.push_back("- " + kind + figures_line(label, known));
      continue;
    }
    for (const Figure& figure : figures()) {
      if (figure.known == nullptr) continue;
      const std::uint64_t from = known.*figure.known, to = found->second.*figure.known;
      if (from == to) continue;
      lines.push_back("~ " + kind + label + ": " + std::string(figure.name) + " " +
                      change(from, to));
    }
  }
  for (const auto& [label, known] : now)
    if (!old.contains(label)) lines.push_back("+ " + kind + figures_line(label, known));
}

/// Without what `shown` does not have.
template <class Map>
void keep_shown(Map& map, const Map& shown) {
  std::erase_if(map, [&](const auto& item) { return !shown.contains(item.first); });
}

}  // namespace

std::string baseline_label(const RecordEntry& entry) {
  return valid_utf8(entry.label);
}

const Baseline::Label* known_of(const Baseline& baseline, const RecordEntry& entry) {
  const Labels& labels = entry.sum ? baseline.sums : baseline.labels;
  const auto found = labels.find(baseline_label(entry));
  return found == labels.end() ? nullptr : &found->second;
}

Baseline baseline_of(const Record& record) {
  Baseline baseline;
  for (const RecordEntry& entry : record.entries) {
    const std::string label = baseline_label(entry);
    add(entry, (entry.sum ? baseline.sums : baseline.labels)[label]);
    for (const Finding& finding : entry.findings) add(finding, label, baseline);
  }
  return baseline;
}

Baseline updated(const Baseline& old, const Record& record) {
  Baseline shown = baseline_of(record);
  if (record.full) return shown;
  Baseline out = old;
  for (const auto& [label, known] : shown.labels) out.labels[label] = known;
  for (const auto& [label, known] : shown.sums) out.sums[label] = known;
  for (const auto& [name, known] : shown.causes) {
    Baseline::Cause& cause = out.causes[name];
    cause.rule = known.rule;
    cause.title = known.title;
    for (const auto& [label, count] : known.labels) cause.labels[label] = count;
  }
  return out;
}

Baseline pruned(const Baseline& old, const Record& record) {
  if (!record.full) return old;
  const Baseline shown = baseline_of(record);
  Baseline out = old;
  keep_shown(out.labels, shown.labels);
  keep_shown(out.sums, shown.sums);
  keep_shown(out.causes, shown.causes);
  for (auto& [name, cause] : out.causes) keep_shown(cause.labels, shown.causes.at(name).labels);
  std::erase_if(out.causes, [](const auto& cause) { return cause.second.labels.empty(); });
  return out;
}

std::vector<std::string> differences(const Baseline& old, const Baseline& now) {
  std::vector<std::string> lines;
  compare_causes(old, now, lines);
  compare_labels("label ", old.labels, now.labels, lines);
  compare_labels("sum ", old.sums, now.sums, lines);
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace onetrip
