// Prints the report of a verdict, for what reads reports by their official schemas:
//   write_report FORMAT kept|broken|hostile
#include <cstdio>
#include <functional>
#include <map>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;

int main(int argc, char** argv) {
  const std::map<std::string_view, std::function<Verdict()>> verdicts{
      {"kept", kept_verdict}, {"broken", broken_verdict}, {"hostile", hostile_verdict}};
  if (argc != 3 || !report_format(argv[1]) || !verdicts.contains(argv[2])) return 2;
  const std::string text =
      write_report(*report_format(argv[1]), verdicts.at(argv[2])(), report_context());
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
