#include <iostream>

#include "app/verbs.hpp"

namespace onetrip {

Exit check_configuration(const Options& options, const Environment& environment) {
  LoadedConfig loaded = load_for(options, environment);
  if (loaded.errors.empty()) loaded.errors = check_files(loaded);
  if (!print_errors(loaded)) return Exit::usage;
  std::cout << "the configuration is fine\n";
  return Exit::fine;
}

/// Prints what there is even when something is wrong with it: that helps to find the fault.
Exit print_configuration(const Options& options, const Environment& environment) {
  const LoadedConfig loaded = load_for(options, environment);
  std::cout << print_config(loaded);
  return print_errors(loaded) ? Exit::fine : Exit::usage;
}

}  // namespace onetrip
