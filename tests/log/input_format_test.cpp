#include "analyzer/log/input_format.hpp"

#include <catch2/catch.hpp>

#include "tests/log/log_lines.hpp"

using namespace onetrip;
using namespace onetrip::log_test;
using namespace std::string_view_literals;

TEST_CASE("logs are told by their lines, the first of which may be cut") {
  CHECK(format_of(csv({.message = "x"})) == InputFormat::csvlog);
  CHECK(format_of("FROM book\",,,\n" + csv({.message = "x"})) == InputFormat::csvlog);
  CHECK(format_of(csv({.message = "x", .time = "2026-03-01 12:00:00.000 +03"})) ==
        InputFormat::csvlog);
  CHECK(format_of(json({.message = "x"})) == InputFormat::jsonlog);
  CHECK(format_of("e\":1}\n" + json({.message = "x"})) == InputFormat::jsonlog);
}

TEST_CASE("lines of log_line_prefix are known for what they are") {
  CHECK(format_of("2026-03-01 12:00:00.000 UTC [31] LOG:  statement: SELECT 1\n") ==
        InputFormat::stderr_log);
  CHECK(format_of("2026-03-01 12:00:00.000 UTC [31] ada@shop LOG:  duration: 1 ms\n") ==
        InputFormat::stderr_log);
  CHECK(format_of("ERROR:  relation \"x\" does not exist\nSTATEMENT:  SELECT 1\n") ==
        InputFormat::stderr_log);
}

TEST_CASE("SQL is what is none of these") {
  CHECK(format_of("SELECT 1;") == InputFormat::sql);
  CHECK(format_of("-- ERROR: none\nINSERT INTO log VALUES ('2026-03-01 12:00:00.000 UTC', 'x');") ==
        InputFormat::sql);
}

TEST_CASE("what is no text is told") {
  CHECK(format_of("") == InputFormat::empty);
  CHECK(format_of(" \n\n") == InputFormat::empty);
  CHECK(format_of("\x1f\x8b\x08\x00"sv) == InputFormat::gzip);
  CHECK(format_of("\x28\xb5\x2f\xfd\x04") == InputFormat::zstd);
  CHECK(format_of("\xfd"
                  "7zXZ\x00"sv) == InputFormat::xz);
  CHECK(format_of("BZh91AY") == InputFormat::bzip2);
  CHECK(format_of("\x7f"
                  "ELF\x02\x00"sv) == InputFormat::binary);
}
