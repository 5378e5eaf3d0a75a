#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "admin/answers.hpp"
#include "admin/status.hpp"
#include "analyzer/json_node.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "app/top_answers.hpp"
#include "tests/sinks/example_finding.hpp"

using namespace onetrip;
using Catch::Contains;

namespace {

namespace json = boost::json;

constexpr std::int64_t now = 1'800'000'000'000;

Finding finding(std::string id, Severity severity, std::uint64_t count, double saved_ms) {
  Finding out = example_finding();
  out.id = std::move(id);
  out.severity = severity;
  out.evidence.count = count;
  out.evidence.saved_ms = saved_ms;
  out.seen.last = rfc3339(now - 90'000);
  out.title = "title of " + out.id;
  return out;
}

Profile::Row statement(std::string fingerprint, std::uint64_t calls, double total_ms) {
  Profile::Row row;
  row.fingerprint = row.summary = std::move(fingerprint);
  row.text = "SELECT * FROM " + row.summary;
  row.calls = calls;
  row.total_ms = total_ms;
  return row;
}

json::value sent(const json::object& answer) {
  return parse_json(to_json_text(answer));
}

/// As the API itself tells it.
TopContent content(const std::vector<Finding>& findings, const std::vector<Profile::Row>& rows,
                   const std::vector<std::string>& listen = {"127.0.0.1:6532"}) {
  Vitals vitals;
  vitals.version = "1.2.3";
  vitals.state = Vitals::State::ready;
  vitals.uptime_seconds = 200;
  vitals.events_dropped = 3;
  vitals.connections_open = 1;
  vitals.connections_total = 2;
  vitals.listen = listen;
  vitals.upstreams = {{"db:5432", true, ""}, {"replica:5432", false, ""}};
  Engine::Counters engine;
  engine.executions = 56'700;
  engine.open_findings = findings.size();
  return top_content(sent(status_json(vitals, engine)),
                     sent({{"findings", findings_json(findings)}}),
                     sent({{"statements", statements_json(rows)}}), now);
}

TopContent usual_content() {
  return content({finding("f1", Severity::error, 50, 38.9), finding("f2", Severity::error, 7, 2),
                  finding("f3", Severity::info, 3412, 950)},
                 {statement("author", 50, 12), statement("book", 1, 700)});
}

std::string text_of(const TopLine& line) {
  std::string out;
  for (const TopSpan& span : line) out += span.text;
  return out;
}

std::vector<std::string> texts(const TopContent& of, TopState& state, TopSize size = {24, 100}) {
  std::vector<std::string> out;
  for (const TopLine& line : top_frame(of, state, size)) out.push_back(text_of(line));
  return out;
}

/// The place of the first line that holds it.
std::size_t line_with(const std::vector<std::string>& lines, const std::string& part) {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(part) != std::string::npos;
  });
  INFO(part);
  REQUIRE(found != lines.end());
  return static_cast<std::size_t>(found - lines.begin());
}

void check_order(const std::vector<std::string>& lines, const std::vector<std::string>& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i)
    CHECK(line_with(lines, parts[i - 1]) < line_with(lines, parts[i]));
}

/// What stands in reverse.
std::string chosen(const TopContent& of, TopState& state, TopSize size = {24, 100}) {
  for (const TopLine& line : top_frame(of, state, size))
    if (!line.empty() && line.front().style == TopStyle::chosen) return text_of(line);
  return "";
}

}  // namespace

TEST_CASE("the head tells how the proxy is, and what it did not check") {
  TopState state;
  const auto lines = texts(usual_content(), state);
  CHECK(lines[0] ==
        "onetrip 1.2.3 is ready, up for 3.3 min: 127.0.0.1:6532 → db:5432 up, replica:5432 DOWN");
  CHECK_THAT(lines[1], Contains("1 connection open, 2 in all; 57k statements; 0 requests open"));
  CHECK_THAT(lines[2], Contains("not checked: 3 executions got lost"));
  CHECK_THAT(lines[3], Contains("Findings 3") && Contains("Statements 2"));
  state.trouble = "nobody answers";
  CHECK(texts(usual_content(), state)[2] == "nobody answers");
}

TEST_CASE("the head does not call a server up that nobody asked for yet") {
  Vitals vitals;
  vitals.upstreams = {{"db:5432", {}, ""}};
  const TopContent shown =
      top_content(sent(status_json(vitals, {})), sent({{"findings", json::array()}}),
                  sent({{"statements", json::array()}}), now);
  CHECK_THAT(shown.head.front(), Catch::EndsWith("→ db:5432 not asked yet"));
}

TEST_CASE("findings come worst first, and by the column that one chooses") {
  const TopContent shown = usual_content();
  TopState state;
  check_order(texts(shown, state), {"LEVEL", "of f1", "of f2", "of f3"});
  press(TopKey::right, shown, state);
  check_order(texts(shown, state), {"of f3", "of f1", "of f2"});
  const auto row = texts(shown, state)[line_with(texts(shown, state), "of f1")];
  CHECK_THAT(row, Contains("error") && Contains("50") && Contains("39 ms") && Contains("90 s") &&
                      Contains("GET /books: title of f1"));
  for (int i = 0; i < 20; ++i) press(TopKey::left, shown, state);
  CHECK(state.views[0].sorted == 0);
  for (int i = 0; i < 20; ++i) press(TopKey::right, shown, state);
  CHECK(state.views[0].sorted == 4);
}

TEST_CASE("statements come by time, with the calls since the last look") {
  TopContent shown = content({}, {statement("author", 150, 12), statement("book", 1, 700)});
  add_rates(shown.tables[1], usual_content().tables[1], 4);
  TopState state;
  press(TopKey::tab, shown, state);
  const auto lines = texts(shown, state);
  check_order(lines, {"CALLS", "700 ms", "12 ms"});
  CHECK_THAT(lines[line_with(lines, " author")], Contains("150     25"));
}

TEST_CASE("of a statement that was not known before, or began anew, no rate is told") {
  TopContent shown = content({}, {statement("author", 10, 12), statement("new", 5, 1)});
  add_rates(shown.tables[1], usual_content().tables[1], 4);
  for (const TopTable::Row& row : shown.tables[1].rows) CHECK(row.cells[1].empty());
}

TEST_CASE("the chosen row stays chosen when others move, and its details stand below") {
  TopContent shown = usual_content();
  TopState state;
  CHECK_THAT(chosen(shown, state), Contains("of f1"));
  press(TopKey::down, shown, state);
  CHECK_THAT(chosen(shown, state), Contains("of f2"));
  press(TopKey::right, shown, state);
  CHECK_THAT(chosen(shown, state), Contains("of f2"));
  const auto lines = texts(shown, state);
  CHECK(line_with(lines, "of f2") < line_with(lines, "fed by    SELECT book"));
  shown = content({finding("f9", Severity::error, 1, 1)}, {});
  CHECK_THAT(chosen(shown, state), Contains("of f9"));
}

TEST_CASE("one walks through more rows than fit") {
  std::vector<Finding> many;
  for (int i = 0; i < 500; ++i)
    many.push_back(finding("n" + std::to_string(i) + ".", Severity::error, 5, 1));
  const TopContent shown = content(many, {});
  TopState state;
  for (int i = 0; i < 30; ++i) {
    texts(shown, state);
    press(TopKey::down, shown, state);
  }
  CHECK_THAT(chosen(shown, state), Contains("of n30."));
  press(TopKey::page_down, shown, state);
  CHECK_THAT(chosen(shown, state), Contains("of n" + std::to_string(30 + state.page) + "."));
  press(TopKey::last, shown, state);
  CHECK_THAT(chosen(shown, state), Contains("of n499."));
  press(TopKey::first, shown, state);
  CHECK_THAT(chosen(shown, state), Contains("of n0."));
}

TEST_CASE("whatever size the terminal has, nothing is outside of it") {
  const TopContent shown =
      content({finding("f1", Severity::error, 50, 38.9)}, {statement("本の著者", 3, 5)});
  for (const std::size_t rows : {1U, 2U, 5U, 19U, 20U, 60U}) {
    for (const std::size_t columns : {1U, 2U, 9U, 40U, 300U}) {
      TopState state;
      for (int view = 0; view < 3; ++view) {
        const auto lines = texts(shown, state, {rows, columns});
        CHECK(lines.size() == rows);
        for (const std::string& line : lines) CHECK(width_of(line) <= columns);
        press(view == 0 ? TopKey::tab : TopKey::help, shown, state);
      }
    }
  }
}

TEST_CASE("the keys are left as they came, and by Esc, which does nothing else") {
  const TopContent shown = usual_content();
  TopState state;
  for (const TopKey leave : {TopKey::help, TopKey::back}) {
    CHECK(press(TopKey::help, shown, state));
    line_with(texts(shown, state), "these keys");
    CHECK(press(leave, shown, state));
    line_with(texts(shown, state), "of f1");
  }
  CHECK(press(TopKey::back, shown, state));
  line_with(texts(shown, state), "of f1");
}

TEST_CASE("with nothing found, keys do no harm and it says so") {
  const TopContent shown = content({}, {});
  TopState state;
  for (const TopKey key : {TopKey::up, TopKey::down, TopKey::page_up, TopKey::page_down,
                           TopKey::first, TopKey::last, TopKey::other, TopKey::pause})
    CHECK(press(key, shown, state));
  line_with(texts(shown, state), "Nothing was found so far.");
  line_with(texts(shown, state), "paused");
  press(TopKey::tab, shown, state);
  line_with(texts(shown, state), "No statement yet.");
  CHECK_FALSE(press(TopKey::quit, shown, state));
}

TEST_CASE("texts from outside cannot steer the terminal") {
  Finding evil = finding("f1", Severity::error, 50, 1);
  evil.title = evil.label = evil.statement.text = "a\x1b[2Jb\nc\xFF";
  const TopContent shown = content({evil}, {statement("x\x1b]0;y\x07", 1, 1)}, {"\x1b[31m"});
  TopState state;
  for (int view = 0; view < 2; ++view) {
    for (const std::string& line : texts(shown, state))
      for (const char c : line) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    press(TopKey::tab, shown, state);
  }
  for (const char c : top_text(shown, 20))
    CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
}

TEST_CASE("as text it has both tables, whole") {
  const std::string text = top_text(usual_content(), 2);
  CHECK_THAT(text, Catch::StartsWith("onetrip 1.2.3 is ready"));
  CHECK_THAT(text, Contains("not checked: ") && Contains("of f1\n") && Contains("of f2\n") &&
                       !Contains("of f3\n"));
  CHECK(text.find("STATEMENT\n") < text.find("book\n"));
  CHECK_THAT(text, !Contains(" \n"));
}

TEST_CASE("answers of another kind are told, not shown") {
  CHECK_THROWS_WITH(top_content(json::object{}, json::object{}, json::object{}, now),
                    Contains("is missing"));
}

TEST_CASE("counts and times are short") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(9'999) == "9999");
  CHECK(short_count(0.25) == "0.2");
  CHECK(short_count(10'000) == "10k");
  CHECK(short_count(8'900'000) == "8.9M");
  CHECK(short_count(1.8e19) == "18000P");
  CHECK(short_time(0) == "0.0 ms");
  CHECK(short_time(0.04) == "40 µs");
  CHECK(short_time(0.096) == "0.1 ms");
  CHECK(short_time(12.3) == "12 ms");
  CHECK(short_time(3'400) == "3.4 s");
  CHECK(short_time(336'000) == "5.6 min");
  CHECK(short_time(90'000'000) == "25 h");
}
