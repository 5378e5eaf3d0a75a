#include "analyzer/scan.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "analyzer/scan_literal.hpp"
#include "tests/analyzer/reference_scan.hpp"

using namespace onetrip;

namespace {

std::vector<std::string> cut(std::string_view sql, StringSyntax syntax = StringSyntax::standard) {
  std::vector<std::string> tokens;
  Scanner scanner(sql, syntax);
  for (Token token; scanner.next(token);) tokens.emplace_back(token.in(sql));
  return tokens;
}

std::vector<TokenKind> kinds(std::string_view sql) {
  std::vector<TokenKind> kinds;
  Scanner scanner(sql);
  for (Token token; scanner.next(token);) kinds.push_back(token.kind);
  return kinds;
}

std::string value(std::string_view sql, StringSyntax syntax = StringSyntax::standard) {
  Scanner scanner(sql, syntax);
  Token token;
  REQUIRE(scanner.next(token));
  std::string scratch;
  return std::string(token_value(token.in(sql), token.kind, scratch));
}

using Tokens = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing, white space and lone bytes are read without harm") {
  CHECK(cut("").empty());
  CHECK(cut(" \t\r\n").empty());
  for (int byte = 1; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    CHECK(cut(text).size() <= 1);
  }
}

TEST_CASE("what the text ends in is one unterminated token") {
  for (const char* open :
       {"'abc", "e'abc\\'", "$$abc", "$t$ab $$ c", "\"abc", "/* a /* b */", "u&'abc", "b'01"}) {
    INFO(open);
    CHECK(kinds(open) == std::vector{TokenKind::unterminated});
  }
}

TEST_CASE("strings end where PostgreSQL ends them") {
  CHECK(cut("'a''b'c") == Tokens{"'a''b'", "c"});
  CHECK(cut("'a\\'b") == Tokens{"'a\\'", "b"});
  CHECK(cut("'a\\'b'", StringSyntax::backslash) == Tokens{"'a\\'b'"});
  CHECK(cut("e'a\\'b'") == Tokens{"e'a\\'b'"});
  CHECK(cut("n'a' u&'b' x'1f' b''''") == Tokens{"n", "'a'", "u&'b'", "x'1f'", "b''", "''"});
  CHECK(cut("$$a'$b$$ $x$ $$ $x$y") == Tokens{"$$a'$b$$", "$x$ $$ $x$", "y"});
  CHECK(cut("a$$b") == Tokens{"a$$b"});
}

TEST_CASE("a string goes on behind a newline, and only there") {
  CHECK(cut("'a'\n'b'") == Tokens{"'a'\n'b'"});
  CHECK(cut("'a' -- c\n 'b'") == Tokens{"'a' -- c\n 'b'"});
  CHECK(cut("'a' 'b'") == Tokens{"'a'", "'b'"});
  CHECK(cut("'a' /* \n */ 'b'") == Tokens{"'a'", "/* \n */", "'b'"});
}

TEST_CASE("comments nest, and begin within a run of operators") {
  CHECK(cut("a/* b /* c */ d */e") == Tokens{"a", "/* b /* c */ d */", "e"});
  CHECK(cut("1+/*x*/2--y\n-3") == Tokens{"1", "+", "/*x*/", "2", "--y", "-", "3"});
  CHECK(cut("a*--x") == Tokens{"a", "*", "--x"});
}

TEST_CASE("operators are the longest run, without a sign that belongs to a number") {
  CHECK(cut("a<=-1") == Tokens{"a", "<=", "-", "1"});
  CHECK(cut("a@-1") == Tokens{"a", "@-", "1"});
  CHECK(cut("a::int,b->>'k',c?|d,x:=1,y=>2") == Tokens{"a", "::", "int", ",", "b", "->>", "'k'",
                                                       ",", "c", "?|", "d", ",", "x", ":=", "1",
                                                       ",", "y", "=>", "2"});
  CHECK(cut(":::") == Tokens{"::", ":"});
  CHECK(cut("a<+-+1+2") == Tokens{"a", "<", "+", "-", "+", "1", "+", "2"});
  CHECK(cut("++--x\n+@-") == Tokens{"+", "+", "--x", "+@-"});
}

TEST_CASE("a long run of signs is read once, not once for each sign") {
  const std::string sql(1 << 20, '+');
  Scanner scanner(sql);
  std::size_t tokens = 0;
  for (Token token; scanner.next(token);) ++tokens;
  CHECK(tokens == sql.size());  // took hours when each sign read all that follow
}

TEST_CASE("numbers, parameters and names") {
  CHECK(cut("1e5 .5 1. 1..2 1.5e-3 0x1F $12") ==
        Tokens{"1e5", ".5", "1.", "1", "..", "2", "1.5e-3", "0x1F", "$12"});
  CHECK(cut("\"a\"\"b\".naïve_1$ U&\"c\"") == Tokens{"\"a\"\"b\"", ".", "naïve_1$", "U&\"c\""});
  CHECK(kinds("select $1 1 1.0 \"x\"") == std::vector{TokenKind::word, TokenKind::parameter,
                                                      TokenKind::integer, TokenKind::decimal,
                                                      TokenKind::quoted_name});
}

TEST_CASE("values lose their quotes and escapes") {
  CHECK(value("'it''s'") == "it's");
  CHECK(value("'a'\n  'b'") == "ab");
  CHECK(value("E'a\\n\\x41\\101\\u00e9\\''") == "a\nAA\xC3\xA9'");
  CHECK(value("'a\\tb'") == "a\\tb");
  CHECK(value("'a\\tb'", StringSyntax::backslash) == "a\tb");
  CHECK(value("U&'\\0041\\+000042\\\\'") == "AB\\");
  CHECK(value("$x$a'b$x$") == "a'b");
  CHECK(value("\"A\"\"b\"") == "A\"b");
  CHECK(value("SeLeCt") == "select");
}

TEST_CASE("keywords are known in any case, at the text's end too") {
  for (const std::string text : {"select", "SELECT", "Select x from y"}) {
    Scanner scanner(text);
    Token token;
    REQUIRE(scanner.next(token));
    CHECK(word_code(text, token) == word_code("select"));
  }
  CHECK(word_code("savepoint") != word_code("savepoin"));
}

TEST_CASE("our scanner and PostgreSQL's cut the same tokens, wherever a text is cut off") {
  const std::string texts[] = {
      "SELECT a.\"b\", E'x\\'y', U&'z', b'01', x'ff', $$q$$, $t$ $$ $t$ FROM t -- end",
      "select 'a''b' /* c /* d */ */ <= -1, a @- 2, b::int[], c[1:2], d ?& e, f#>>'{a}' ;",
      "insert into t values (1, .5, 1e10, 1.5e-3, 1., $1, $23), (n'x', u&\"y\", "
      "\xC3\xA9t\xC3\xA9)",
      "select 1<=+-+2, a*+-/* c */-b, -+-c, d@+-+e, f+++--g\n-1"};
  for (const std::string& text : texts) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string sql = text.substr(0, size);
      const auto reference = reference_scan(sql);
      INFO(sql);
      if (reference) CHECK(agree(*reference, own_scan(sql), sql));
    }
  }
}
