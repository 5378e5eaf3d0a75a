#include <exception>
#include <iostream>

#include "app/config.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

Exit perform(const Options& options, const Environment& environment) {
  switch (options.verb) {
    case Verb::run:
      return run_proxy(options, environment);
    case Verb::config_check:
      return check_configuration(options, environment);
    case Verb::config_print:
      return print_configuration(options, environment);
    case Verb::fingerprint:
      return print_fingerprint(options);
    case Verb::catalog_export:
      return export_catalog(options);
    case Verb::analyze:
      return analyze(options, environment);
    case Verb::explain:
      return explain_rule(options);
    case Verb::status:
      return print_status(options, environment);
    case Verb::top:
      return watch_top(options, environment);
    case Verb::doctor:
      return examine(options, environment);
    case Verb::exec:
      return exec_command(options, environment);
    case Verb::check:
      return check_recordings(options, environment);
    case Verb::baseline_update:
      return update_baseline(options);
    case Verb::baseline_diff:
      return compare_baseline(options);
    case Verb::baseline_prune:
      return prune_baseline(options);
    case Verb::report:
      return write_reports(options, environment);
    case Verb::diff:
      return compare_runs(options);
    case Verb::config_schema:
      std::cout << config_schema();
      return Exit::fine;
    case Verb::show_text:
      std::cout << options.text;
      return Exit::fine;
  }
  return Exit::usage;
}

Exit start(const std::vector<std::string>& arguments) {
  const auto options = parse_options(arguments);
  if (const auto* error = std::get_if<UsageError>(&options)) {
    std::cerr << "onetrip: " << error->message << "\n";
    return Exit::usage;
  }
  try {
    const Exit exit = perform(std::get<Options>(options), read_environment());
    if (exit != Exit::fine || std::cout.flush()) return exit;
    std::cerr << "onetrip: cannot write standard output\n";
    return Exit::unable;
  } catch (const std::exception& error) {
    std::cerr << "onetrip: " << error.what() << "\n";
    return Exit::unable;
  }
}

}  // namespace
}  // namespace onetrip

int main(int argc, char** argv) {
  return static_cast<int>(onetrip::start({argv + 1, argv + argc}));
}
