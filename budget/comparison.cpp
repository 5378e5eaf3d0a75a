#include "budget/comparison.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/figure.hpp"

namespace onetrip {
namespace {

using Kind = LabelComparison::Kind;

/// Of a difference that says something, in percent of the greater: the bytes of a time or of a
/// number vary.
std::uint64_t least_percent(const Figure& figure) {
  return figure.unit == Figure::Unit::bytes ? 10 : 0;
}

constexpr std::array<std::pair<Kind, const char*>, 5> kinds{{{Kind::worse, "worse"},
                                                             {Kind::mixed, "better and worse"},
                                                             {Kind::better, "better"},
                                                             {Kind::added, "new"},
                                                             {Kind::gone, "gone"}}};

/// What differs under one label.
class Differences {
 public:
  void number(const std::string& what, std::uint64_t before, std::uint64_t after) {
    lines_.push_back(what + " " + std::to_string(before) + " → " + std::to_string(after));
    tell(before, after);
  }
  void cause(const Baseline::Cause& cause, std::uint64_t before, std::uint64_t after) {
    const std::string what = cause.rule + ": " + cause.title;
    if (before != 0 && after != 0) return number("~ " + what + ":", before, after);
    lines_.push_back((before == 0 ? "+ " : "- ") + what + ": " + std::to_string(before + after));
    tell(before, after);
  }

  bool any() const { return !lines_.empty(); }
  LabelComparison of(const std::string& label) && {
    const Kind kind = better_ && worse_ ? Kind::mixed : (worse_ ? Kind::worse : Kind::better);
    return {label, kind, std::move(lines_)};
  }

 private:
  void tell(std::uint64_t before, std::uint64_t after) {
    (after > before ? worse_ : better_) = true;
  }

  std::vector<std::string> lines_;
  bool better_ = false, worse_ = false;
};

std::uint64_t count_under(const Baseline& baseline, const std::string& cause,
                          const std::string& label) {
  const auto known = baseline.causes.find(cause);
  if (known == baseline.causes.end()) return 0;
  const auto count = known->second.labels.find(label);
  return count == known->second.labels.end() ? 0 : count->second;
}

void compare_causes(const Baseline& base, const Baseline& head, const std::string& label,
                    Differences& out) {
  std::map<std::string, Baseline::Cause> all = head.causes;
  all.insert(base.causes.begin(), base.causes.end());
  for (const auto& [name, cause] : all) {
    const std::uint64_t before = count_under(base, name, label);
    const std::uint64_t after = count_under(head, name, label);
    if (before != after) out.cause(cause, before, after);
  }
}

void compare_figures(const Baseline::Label& base, const Baseline::Label& head, Differences& out) {
  for (const Figure& figure : figures()) {
    if (figure.known == nullptr) continue;
    const std::uint64_t before = base.*figure.known, after = head.*figure.known;
    const std::uint64_t greater = std::max(before, after), less = std::min(before, after);
    if (before == after || (greater - less) * 100 < greater * least_percent(figure)) continue;
    out.number(std::string(figure.name), before, after);
  }
}

std::vector<std::string> statements_of(const Shown& shown, const Baseline::Label& label) {
  if (!shown.counted) return {};
  return {"statements " + std::to_string(label.statements)};
}

/// Under a label that both know.
Differences differences_of(const Shown& base, const Shown& head, const std::string& label) {
  Differences out;
  compare_causes(base.baseline, head.baseline, label, out);
  if (base.counted && head.counted)
    compare_figures(base.baseline.labels.at(label), head.baseline.labels.at(label), out);
  return out;
}

}  // namespace

std::vector<LabelComparison> compare(const Shown& base, const Shown& head) {
  std::vector<LabelComparison> out;
  for (const auto& [label, before] : base.baseline.labels) {
    if (!head.baseline.labels.contains(label)) {
      out.push_back({label, Kind::gone, statements_of(base, before)});
      continue;
    }
    Differences differences = differences_of(base, head, label);
    if (differences.any()) out.push_back(std::move(differences).of(label));
  }
  for (const auto& [label, after] : head.baseline.labels) {
    if (base.baseline.labels.contains(label)) continue;
    Differences differences;
    compare_causes(base.baseline, head.baseline, label, differences);
    LabelComparison added = std::move(differences).of(label);
    added.kind = Kind::added;
    for (std::string& line : statements_of(head, after)) added.lines.push_back(std::move(line));
    out.push_back(std::move(added));
  }
  std::sort(out.begin(), out.end(), [](const LabelComparison& a, const LabelComparison& b) {
    return std::tie(a.kind, a.label) < std::tie(b.kind, b.label);
  });
  return out;
}

std::string comparison_text(const std::vector<LabelComparison>& labels) {
  std::string text, counts;
  for (const auto& [kind, word] : kinds) {
    std::uint64_t count = 0;
    for (const LabelComparison& one : labels) {
      if (one.kind != kind) continue;
      ++count;
      text += printable(one.label) + ": " + word + "\n";
      for (const std::string& line : one.lines) text += "  " + printable(line) + "\n";
    }
    if (count != 0) counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " + word;
  }
  return text + (counts.empty() ? "no label differs" : "labels: " + counts) + "\n";
}

std::string left_out_text(const Shown& base, const Shown& head) {
  if (base.counted && head.counted) return "";
  std::string names;
  for (const Figure& figure : figures())
    if (figure.known != nullptr) names += (names.empty() ? "" : ", ") + std::string(figure.name);
  const char* side =
      base.counted ? "HEAD is one" : (head.counted ? "BASE is one" : "both are such");
  return "not compared: " + names + ", of which a running onetrip's report knows nothing; " + side +
         "\n";
}

}  // namespace onetrip
