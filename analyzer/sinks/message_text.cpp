#include "analyzer/sinks/message_text.hpp"

#include <algorithm>

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_label = 120, longest_title = 300, key_width = 10;

constexpr std::string_view plain_end = "\x1b[0m", bold = "\x1b[1m", dim = "\x1b[2m";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\x1b[1;31m";
    case Severity::warning:
      return "\x1b[1;33m";
    case Severity::info:
      return "\x1b[1;36m";
  }
  return bold;
}

class Message {
 public:
  explicit Message(Colour colour) : colour_(colour) {}

  Message& painted(std::string_view paint, std::string_view text) {
    if (colour_ == Colour::on) out_.append(paint);
    out_.append(text);
    if (colour_ == Colour::on) out_.append(plain_end);
    return *this;
  }
  Message& plain(std::string_view text) {
    out_.append(text);
    return *this;
  }
  void line(const MessageLine& line) {
    if (line.text.empty()) return;
    std::string key(line.key);
    key.resize(std::max(key_width, key.size() + 1), ' ');
    plain("  ");
    if (line.key.empty()) {
      plain(key);
    } else {
      painted(dim, key);
    }
    plain(line.text).plain("\n");
  }
  std::string take() { return std::move(out_); }

 private:
  Colour colour_;
  std::string out_;
};

}  // namespace

std::string message_text(const MessageHead& head, const std::vector<MessageLine>& lines,
                         Colour colour) {
  Message message(colour);
  const std::string level = std::string(to_string(head.level)) + "[" + std::string(head.rule) + "]";
  message.painted(colour_of(head.level), printable(level)).plain(" ");
  if (!head.label.empty()) message.painted(bold, one_line(head.label, longest_label)).plain(": ");
  message.painted(bold, one_line(head.title, longest_title)).plain("\n");
  for (const MessageLine& line : lines) message.line(line);
  return message.take();
}

}  // namespace onetrip
