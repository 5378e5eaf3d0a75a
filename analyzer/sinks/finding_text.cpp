#include "analyzer/sinks/finding_text.hpp"

#include "analyzer/sinks/finding_lines.hpp"
#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {

std::string finding_text(const Finding& finding, Colour colour) {
  std::vector<MessageLine> lines = finding_lines(finding);
  lines.push_back({"accept", "comment /* onetrip='allow:" + printable(finding.rule) +
                                 ";reason' */ in the statement; cause " +
                                 printable(finding.cause)});
  return message_text({finding.severity, finding.rule, finding.label, finding.title}, lines,
                      colour);
}

}  // namespace onetrip
