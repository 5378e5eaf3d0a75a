#include "analyzer/statement_setting.hpp"

#include <string_view>

#include "analyzer/scan_literal.hpp"

namespace onetrip {
namespace {

class SettingReader {
 public:
  SettingReader(const Skeleton& skeleton, const SkeletonPiece& piece)
      : skeleton_(skeleton), here_(piece.setting_token), end_(piece.end_token) {}

  //   set_config ( 'name' [:: type] , 'value' | $1 …
  Setting read_call() {
    Setting setting;
    here_ += 2;
    if (!is_string()) return setting;
    setting.name = lower(value());
    while (here_ < end_ && !token().is(',')) ++here_;
    ++here_;
    if (is_string()) {
      setting.value = value();
      setting.has_value = true;
    } else if (here_ < end_ && token().kind == TokenKind::parameter) {
      for (const char digit : token().in(skeleton_.text()).substr(1, 5)) {
        setting.parameter = setting.parameter * 10 + static_cast<std::uint32_t>(digit - '0');
      }
    }
    return setting;
  }

  //   name [. name] [= | TO] value …       TIME ZONE value       RESET name
  Setting read_command() {
    Setting setting;
    bool after_dot = true;
    for (; here_ < end_; ++here_) {
      const bool is_dot = token().is('.');
      if (!is_dot && !after_dot) break;
      setting.name += is_dot ? "." : lower(value());
      after_dot = is_dot;
    }
    if (setting.name == "time" && is("zone")) {
      setting.name = "timezone";
      ++here_;
    }
    if (is("to") || (here_ < end_ && token().in(skeleton_.text()) == "=")) ++here_;
    if (here_ >= end_ || (here_ + 1 == end_ && is("default"))) return setting;
    setting.has_value = true;
    setting.value = here_ + 1 == end_ ? value() : rest();
    return setting;
  }

 private:
  const Token& token() const { return skeleton_.tokens()[here_]; }

  bool is(std::string_view word) const {
    return here_ < end_ && word_code(skeleton_.text(), token()) == word_code(word);
  }

  bool is_string() const {
    if (here_ >= end_) return false;
    const TokenKind kind = token().kind;
    return kind == TokenKind::string || kind == TokenKind::escape_string ||
           kind == TokenKind::dollar_string || kind == TokenKind::unicode_string;
  }

  std::string value() const {
    std::string scratch;
    return std::string(token_value(token().in(skeleton_.text()), token().kind, scratch));
  }

  std::string rest() const {
    const std::size_t begin = token().begin;
    const std::size_t end = skeleton_.tokens()[end_ - 1].end;
    return std::string(skeleton_.text().substr(begin, end - begin));
  }

  static std::string lower(std::string text) {
    for (char& byte : text) {
      if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
    }
    return text;
  }

  const Skeleton& skeleton_;
  std::uint32_t here_, end_;
};

}  // namespace

Setting read_setting(const Skeleton& skeleton, const SkeletonPiece& piece) {
  const Token& first = skeleton.tokens()[piece.setting_token];
  SettingReader reader(skeleton, piece);
  const bool call = word_code(skeleton.text(), first) == word_code("set_config");
  return call ? reader.read_call() : reader.read_command();
}

bool is_own_setting(const std::string& name) {
  return name.starts_with("onetrip.");
}

}  // namespace onetrip
