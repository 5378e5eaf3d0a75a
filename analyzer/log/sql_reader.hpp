#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/log/entry.hpp"

namespace onetrip {

/// Reads SQL as a file holds it. A statement is handed over without its `;`; lines between
/// statements that begin with a backslash are psql's and are left out, and so are the lines of
/// COPY … FROM STDIN.
class SqlReader final : public LogReader {
 public:
  using Take = std::function<void(std::string_view sql)>;
  explicit SqlReader(Take take) : take_(std::move(take)) {}

  void feed(std::string_view bytes) override;
  void end() override;

 private:
  enum class Rest : std::uint8_t { may_follow, is_all };
  void cut(Rest rest);
  /// Where to go on from after one statement or line; `begin` itself when more must come first.
  std::size_t next(std::size_t begin, Rest rest);
  std::size_t line_end(std::size_t begin, Rest rest) const;
  void hand_over(std::string_view sql);
  void skip_long();

  Take take_;
  std::string held_;
  std::size_t look_again_ = 1;  ///< when held_ has grown so far
  bool copies_ = false;         ///< amid the lines of a COPY
  bool skipping_ = false;       ///< a statement that is too long
};

}  // namespace onetrip
