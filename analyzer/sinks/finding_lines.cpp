#include "analyzer/sinks/finding_lines.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_sql = 240, longest_code = 400;

/// Two digits that matter: "0.34", "4.8", "41", "3400".
std::string milliseconds(double ms) {
  const int decimals = ms >= 10 || ms <= 0 ? 0 : (ms >= 1 ? 1 : 2);
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), ms,
                                 std::chars_format::fixed, decimals);
  return std::string(digits.data(), end.ptr) + " ms";
}

/// "0.5", "1"
std::string short_number(double number) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end.ptr};
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out.append(between);
    out.append(part);
  }
  return out;
}

std::string proof(const Link& link, std::uint64_t count) {
  const std::vector<std::string>& columns = link.parent_columns;
  std::string out = columns.empty() ? link.parent_column : joined(columns, ", ");
  out += " → " + link.child_column + ", ";
  out += link.matched == 0 ? "values not seen"
                           : std::to_string(link.matched) + " of " + std::to_string(count);
  if (!link.foreign_key.empty()) out += ", foreign key " + link.foreign_key;
  if (!link.alternatives.empty()) out += "; or from " + joined(link.alternatives, ", ");
  return out;
}

std::string proof(const Finding& finding) {
  std::string out(to_string(finding.confidence));
  if (!finding.capped.empty()) out += ": " + finding.capped;
  const WindowSource source = finding.window.source;
  out += "; requests told apart by ";
  return out.append(source == WindowSource::named ? "name" : to_string(source));
}

std::string fed_by(const Finding& finding) {
  if (!finding.parent) return "";
  std::string out =
      finding.parent->summary.empty() ? finding.parent->text : finding.parent->summary;
  if (finding.link) out += ": " + proof(*finding.link, finding.evidence.count);
  return one_line(out, longest_sql);
}

std::string through(const Finding& finding) {
  if (finding.chain.size() < 2) return "";
  std::string out;
  for (const StatementSummary& parent : finding.chain) out += parent.summary + " → ";
  return one_line(out + finding.statement.summary, longest_sql);
}

std::string cost(const Finding& finding) {
  const Evidence& evidence = finding.evidence;
  std::string out = std::to_string(evidence.count);
  out += evidence.count == 1 ? " round trip" : " round trips";
  if (evidence.total_ms <= 0) return out;  // a log without durations
  out += ", " + milliseconds(evidence.total_ms);
  if (finding.window.duration_ms >= evidence.total_ms) {
    out += " of the request's " + milliseconds(finding.window.duration_ms);
  }
  if (evidence.saved_ms > 0) {
    out += "; one statement would save about " + milliseconds(evidence.saved_ms);
  }
  return out;
}

/// "linear: 1000 rows would take about 1000 statements, 820 ms", at what one takes now.
std::string growth(const Evidence& evidence) {
  if (evidence.growth == "constant") return "constant, whatever the number of rows";
  if (evidence.growth != "linear" || evidence.count == 0) return "";
  const auto statements = static_cast<double>(evidence.count_at_1000_rows);
  return "linear: 1000 rows would take about " + std::to_string(evidence.count_at_1000_rows) +
         " statements, " +
         milliseconds(statements * evidence.total_ms / static_cast<double>(evidence.count));
}

/// "at 0.5 ms of latency 24 ms, at 1 ms 49 ms, at 5 ms 245 ms"
std::string elsewhere(const Evidence& evidence) {
  std::string out;
  for (const WhatIf& one : evidence.what_if) {
    const bool first = out.empty();
    out += first ? "saved at " : ", at ";
    out += short_number(one.latency_ms) + (first ? " ms of latency " : " ms ");
    out += milliseconds(one.saved_ms);
  }
  return out;
}

/// As its own people write it.
std::string_view orm_name(std::string_view orm) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"django", "Django"},   {"sqlalchemy", "SQLAlchemy"}, {"rails", "Rails"},
      {"laravel", "Laravel"}, {"prisma", "Prisma"},         {"gorm", "GORM"},
      {"typeorm", "TypeORM"}, {"hibernate", "Hibernate"},   {"sequelize", "Sequelize"}};
  for (const auto& [id, name] : names)
    if (id == orm) return name;
  return orm;
}

std::string fix(const Advice& advice) {
  // Where there is no code to give, a sentence says what to do.
  if (advice.code.empty()) return advice.sql.empty() ? one_line(advice.why, longest_code) : "";
  std::string out(orm_name(advice.orm));
  if (!out.empty()) out += ": ";
  out += advice.code;
  if (!advice.sure) out += "  (likely: the name in your code may differ)";
  return one_line(out, longest_code);
}

std::string where(const Finding& finding) {
  if (!finding.location) {
    return "not told: no comment tag names it (callsite, source_location, or file and line)";
  }
  const Location& location = *finding.location;
  std::string out = location.file;
  if (location.line != 0) out += ":" + std::to_string(location.line);
  if (!location.function.empty()) out += " in " + location.function;
  if (!location.source.empty()) out += " (tag " + location.source + ")";
  return one_line(out, longest_sql);
}

}  // namespace

std::vector<MessageLine> finding_lines(const Finding& finding) {
  return {{"statement", one_line(finding.statement.text, longest_sql)},
          {"fed by", fed_by(finding)},
          {"through", through(finding)},
          {"proof", proof(finding)},
          {"cost", cost(finding)},
          {"what if", elsewhere(finding.evidence)},
          {"growth", growth(finding.evidence)},
          {"fix", fix(finding.advice)},
          {"sql", one_line(finding.advice.sql, longest_code)},
          {"where", where(finding)}};
}

}  // namespace onetrip
