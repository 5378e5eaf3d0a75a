#include "app/gate.hpp"
#include "app/verbs.hpp"

namespace onetrip {

Exit check_recordings(const Options& options, const Environment& environment) {
  const auto opened = Gate::open(options, environment, TextPlace::standard_output);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  const auto record = read_records(options.windows);
  if (!record) return Exit::unable;
  return std::get<Gate>(opened).judge(*record).code();
}

}  // namespace onetrip
