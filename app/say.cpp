#include "app/say.hpp"

#include <iostream>

#include "analyzer/sinks/safe_text.hpp"

namespace onetrip {

void say(std::string_view sentence) {
  std::cerr << "onetrip: " << printable(sentence) << std::endl;  // before a COMMAND's own words
}

}  // namespace onetrip
