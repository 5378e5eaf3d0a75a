#include <algorithm>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "analyzer/catalog.hpp"
#include "analyzer/catalog_loader.hpp"
#include "analyzer/catalog_reader.hpp"
#include "app/verbs.hpp"

namespace onetrip {

/// Exit 75 by exception when the server cannot be read: main says why.
Exit export_catalog(const Options& options) {
  try {
    catalog_conninfo(options.dsn, "", {});
  } catch (const std::runtime_error& error) {
    // It names the key of the configuration, which nobody wrote here.
    const std::string what(error.what());
    std::cerr << "onetrip: --dsn" << what.substr(std::min(what.find(' '), what.size())) << "\n";
    return Exit::usage;
  }
  const std::string json = to_json(read_catalog(options.dsn));
  if (options.output.empty() || options.output == "-") {
    std::cout << json;
    return Exit::fine;
  }
  std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
  file << json;
  file.close();
  if (file) return Exit::fine;
  std::cerr << "onetrip: cannot write " << options.output << "\n";
  return Exit::unable;
}

}  // namespace onetrip
