#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/finding.hpp"
#include "analyzer/sinks/finding_text.hpp"

namespace onetrip {

enum class LogFormat : std::uint8_t { text, json };

/// Findings as log lines: each when it is first seen, and again only when it got worse (twice the
/// statements in one window, or a surer proof). As text, several lines that belong together; as
/// JSON, one object on one line. Worker thread only.
class LogSink final : public FindingSink {
 public:
  /// Gets one whole message, line feed included.
  using Write = std::function<void(std::string_view)>;

  LogSink(LogFormat format, Colour colour, Write write);

  void finding(const Finding& finding, News news) override;

 private:
  struct Told {
    std::uint64_t worst_count = 0;
    Confidence confidence = Confidence::possible;
  };
  bool is_news(const Finding& finding, News news);
  void write_text(const Finding& finding) const;
  void write_json(const Finding& finding) const;

  LogFormat format_;
  Colour colour_;
  Write write_;
  std::unordered_map<std::string, Told> told_;
};

}  // namespace onetrip
