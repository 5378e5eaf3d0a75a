#include "analyzer/sinks/safe_text.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

TEST_CASE("valid text stays as it is") {
  const std::string text = "SELECT 'żółw 🐢' FROM t\n";
  CHECK(valid_utf8(text) == text);
  CHECK(printable("grün 🐢") == "grün 🐢");
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one", "[trap:invalid-utf8]") {
  const std::string replacement = "\xEF\xBF\xBD";
  CHECK(valid_utf8("a\xFFz") == "a" + replacement + "z");
  CHECK(valid_utf8("\xC3") == replacement);
  CHECK(valid_utf8("\xE2\x82") == replacement + replacement);
  CHECK(valid_utf8("\xC0\xAF") == replacement + replacement);                    // overlong
  CHECK(valid_utf8("\xED\xA0\x80") == replacement + replacement + replacement);  // a surrogate
  CHECK(valid_utf8("\xF4\x90\x80\x80").size() == 4 * replacement.size());        // past U+10FFFF
}

TEST_CASE("what would move a terminal's cursor or colours is shown, not done") {
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("a\nb\tc") == "a\\x0ab\\x09c");
  CHECK(printable("\xC2\x9B") == "\\x9b");
  CHECK(printable("\xE2\x80\xAE") == "\\u{202e}");
  CHECK(printable("\x7f\xFF") == "\\x7f\\xff");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("one line folds blanks and is cut between characters") {
  CHECK(one_line("  SELECT\n\t1  ", 100) == "SELECT 1");
  CHECK(one_line("äöüß", 2) == "äö…");
  CHECK(one_line("ab", 2) == "ab");
  CHECK(one_line("ab ", 2) == "ab");
  CHECK(one_line("", 0).empty());
}
