#include <fstream>
#include <iostream>

#include "analyzer/catalog.hpp"
#include "analyzer/catalog_reader.hpp"
#include "app/verbs.hpp"

namespace onetrip {

/// Exit 75 by exception when the server cannot be read: main says why.
Exit export_catalog(const Options& options) {
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
