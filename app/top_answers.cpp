#include "app/top_answers.hpp"

#include <chrono>
#include <stdexcept>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds patience{2'000};
constexpr std::size_t longest = 500;

json::value ask(const AdminPlace& place, const std::string& target) {
  return parse_json(ask_api(place, target, patience));
}

std::string text(const JsonNode& node) {
  return one_line(node.text(), longest);
}

std::string joined(const std::string& before, const std::string& text) {
  return before.empty() ? text : before + ", " + text;
}

std::string upstreams_text(const JsonNode& list) {
  std::string out;
  for (const JsonNode& one : list.items()) {
    const JsonNode up = one["up"];
    const char* state = up.is_null() ? " not asked yet" : up.truth() ? " up" : " DOWN";
    out = joined(out, text(one["address"]) + state);
  }
  return out;
}

std::string listen_text(const JsonNode& list) {
  std::string out;
  for (const JsonNode& one : list.items()) out = joined(out, text(one));
  return out;
}

std::string count(const JsonNode& node) {
  return short_count(node.number());
}

std::string counted(const JsonNode& node, const std::string& one) {
  return count(node) + " " + one + (node.number() == 1 ? "" : "s");
}

std::vector<std::string> head_lines(const JsonNode& status) {
  const JsonNode connections = status["connections"], ring = status["ring"];
  return {"onetrip " + text(status["version"]) + " is " + text(status["state"]) + ", up for " +
              short_time(status["uptime_s"].number() * 1000) + ": " +
              listen_text(status["listen"]) + " → " + upstreams_text(status["upstreams"]),
          counted(connections["open"], "connection") + " open, " + count(connections["total"]) +
              " in all; " + counted(status["statements"]["total"], "statement") + "; " +
              counted(status["windows"]["open"], "request") + " open; ring " +
              count(ring["depth"]) + " of " + count(ring["capacity"]) + ", " +
              count(ring["dropped"]) + " dropped"};
}

}  // namespace

TopReply ask_top(const AdminPlace& place) {
  try {
    const json::value status = ask(place, "/api/v1/status"),
                      findings = ask(place, "/api/v1/findings?limit=1000"),
                      statements = ask(place, "/api/v1/statements?limit=1000");
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return top_content(status, findings, statements, now / std::chrono::milliseconds(1));
  } catch (const NoAnswer& none) {
    return TopTrouble{none.code, none.what()};
  } catch (const std::runtime_error& error) {
    return TopTrouble{Exit::unable, "what answers at " + place.where.text() +
                                        " is no API of this version: " + error.what()};
  }
}

TopContent top_content(const json::value& status_answer, const json::value& findings,
                       const json::value& statements, std::int64_t now_unix_ms) {
  const JsonNode status(status_answer, "");
  TopContent out;
  out.head = head_lines(status);
  for (const JsonNode& sentence : status["not_checked"].items())
    out.not_checked.push_back(text(sentence));
  out.findings = status["findings"]["open"].integer<std::uint64_t>();
  out.tables[0] = findings_table(findings, now_unix_ms);
  out.tables[1] = statements_table(statements);
  return out;
}

}  // namespace onetrip
