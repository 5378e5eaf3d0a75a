#include "proxy/wire/framer.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "proxy/wire/frontend.hpp"

using namespace onetrip;

namespace {

/// Writes down what it is told, and joins pieces, so that cuts do not show.
struct Notes {
  std::map<char, Wish> wishes;
  char stop_at = 0;
  std::vector<std::string> lines;
  std::string prefix_bytes, streamed;
  bool prefix_came = false;

  Wish wish(MessageHeader header) { return wishes[header.type]; }
  void prefix(MessageHeader, Bytes kept) {
    CHECK_FALSE(prefix_came);
    prefix_came = true;
    prefix_bytes = as_text(kept);
  }
  void piece(MessageHeader, Bytes bytes) {
    CHECK(prefix_came);
    CHECK_FALSE(bytes.empty());
    streamed += as_text(bytes);
  }
  bool message(MessageHeader header, Bytes kept) {
    std::string line = std::string(1, header.type) + std::to_string(header.length) + ":";
    line += as_text(kept);
    if (prefix_came) line += prefix_bytes + "|" + streamed;
    lines.push_back(line);
    prefix_came = false;
    prefix_bytes.clear();
    streamed.clear();
    return header.type != stop_at;
  }
};

std::vector<std::string> walk(const std::string& bytes, const std::map<char, Wish>& wishes,
                              std::size_t chunk) {
  Notes notes;
  notes.wishes = wishes;
  Framer framer;
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    CHECK(framer.feed(as_bytes(std::string_view(bytes).substr(at, chunk)), notes));
  }
  CHECK(framer.between_messages());
  return notes.lines;
}

}  // namespace

TEST_CASE("messages are given as wished, wherever they are cut") {
  const std::string bytes = frontend::message('a', "whole body") +
                            frontend::message('b', "skipped") +
                            frontend::message('c', "front and rest") +
                            frontend::message('d', "streamed") + frontend::message('e', "") +
                            frontend::message('f', "front|rest") + frontend::message('g', "short");
  const std::map<char, Wish> wishes{{'a', {100, Wish::Rest::skip}}, {'c', {5, Wish::Rest::skip}},
                                    {'d', {0, Wish::Rest::stream}}, {'e', {9, Wish::Rest::stream}},
                                    {'f', {5, Wish::Rest::stream}}, {'g', {5, Wish::Rest::stream}}};
  const std::vector<std::string> expected{
      "a10:whole body", "b7:", "c14:front", "d8:|streamed", "e0:", "f10:front||rest", "g5:short"};
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    CHECK(walk(bytes, wishes, chunk) == expected);
  }
}

TEST_CASE("a body in one piece is not copied") {
  Notes notes;
  notes.wishes['a'] = {100, Wish::Rest::skip};
  Framer framer;
  const std::string message = frontend::message('a', std::string(50, 'x'));
  framer.feed(as_bytes(message), notes);
  CHECK(framer.footprint() == 0);
}

TEST_CASE("a body of 200 MB is counted down and not held", "[trap:bounded-memory]") {
  Notes notes;
  notes.wishes['a'] = {16, Wish::Rest::skip};
  Framer framer;
  const std::string chunk(1 << 16, 'x');
  std::string header = frontend::message('a', "");
  header[1] = '\x0c';  // about 200 MB
  header[4] = '\x04';
  framer.feed(as_bytes(header), notes);
  std::size_t left = 0x0c000004 - 4;
  while (left > 0) {
    const auto part = std::min(left, chunk.size());
    framer.feed(as_bytes(std::string_view(chunk).substr(0, part)), notes);
    CHECK(framer.footprint() <= 4096);
    left -= part;
  }
  CHECK(notes.lines.size() == 1);
  CHECK(framer.between_messages());
}

TEST_CASE("a length below 4 or beyond 2^31 breaks the framing for good",
          "[trap:lengths-checked][CVE-2024-27304]") {
  for (const auto& length : {std::string("\0\0\0\3", 4), std::string("\0\0\0\0", 4),
                             std::string("\x80\0\0\0", 4), std::string("\xff\xff\xff\xff", 4)}) {
    Notes notes;
    Framer framer;
    CHECK_FALSE(framer.feed(as_bytes("Q" + length + "and what follows"), notes));
    CHECK(framer.broken());
    CHECK_FALSE(framer.feed(as_bytes("more"), notes));
    CHECK(notes.lines.empty());
  }
}

TEST_CASE("a reader may want no more") {
  Notes notes;
  notes.stop_at = 'b';
  Framer framer;
  const std::string bytes =
      frontend::message('a', "1") + frontend::message('b', "2") + frontend::message('c', "3");
  CHECK_FALSE(framer.feed(as_bytes(bytes), notes));
  CHECK(notes.lines.size() == 2);
  CHECK_FALSE(framer.broken());
}

namespace {

/// Passes over messages of one kind, and says when one of them came another way.
struct PassingNotes : Notes {
  std::size_t passed = 0, bytes = 0;

  bool passes(MessageHeader header) {
    if (header.type != 'p') return false;
    count(header);
    return true;
  }
  bool message(MessageHeader header, Bytes kept) {
    if (header.type == 'p') count(header);
    return header.type == 'p' || Notes::message(header, kept);
  }
  void count(MessageHeader header) {
    ++passed;
    bytes += header.length;
  }
};

}  // namespace

TEST_CASE("a reader may pass over messages by their headers, wherever they are cut") {
  const std::string bytes = frontend::message('a', "1") + frontend::message('p', "") +
                            frontend::message('p', "passed over") + frontend::message('b', "2") +
                            frontend::message('p', "and this");
  for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
    PassingNotes notes;
    Framer framer;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
      CHECK(framer.feed(as_bytes(std::string_view(bytes).substr(at, chunk)), notes));
    }
    CHECK(notes.lines == std::vector<std::string>{"a1:", "b1:"});
    CHECK(notes.passed == 3);
    CHECK(notes.bytes == 19);
  }
}

TEST_CASE("an impossible length breaks the framing behind whole messages, too",
          "[trap:lengths-checked]") {
  Notes notes;
  Framer framer;
  const std::string whole = frontend::message('a', "1") + frontend::message('b', "2");
  CHECK_FALSE(framer.feed(as_bytes(whole + std::string("Q\0\0\0\1....", 9)), notes));
  CHECK(notes.lines.size() == 2);
  CHECK(framer.broken());
}
