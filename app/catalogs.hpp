#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "analyzer/catalog_loader.hpp"
#include "app/config.hpp"

namespace onetrip {

/// Where catalogs come from: a file when one is configured, else the servers themselves. Says in
/// the log, once per database, what is lost when there is none.
class Catalogs final : public CatalogSource {
 public:
  /// Hands a catalog (or null) to the engine. Any thread.
  using Deliver = std::function<void(const std::string& database, CatalogPtr catalog)>;

  /// Throws std::runtime_error with a sentence when catalog.file is not one.
  Catalogs(const Config& config, Deliver deliver);

  bool request(const std::string& database, const SessionFacts& session) override;

  /// Ends the reading, after which nothing more is delivered. Any thread but the worker's.
  void stop();

 private:
  void loaded(const std::string& database, CatalogPtr catalog, const std::string& why);
  void warn_once(const std::string& database, const std::string& why);

  Deliver deliver_;
  CatalogPtr file_;
  std::mutex mutex_;  ///< of what follows: worker, loader and main thread come here
  std::set<std::string> warned_;
  std::unique_ptr<CatalogLoader>
      loader_;  ///< last: its thread uses what stands above; null once stopped
};

/// How the catalog is logged in to: catalog.dsn, else user and password of an upstream's URL;
/// empty: what libpq finds in PG* and its password file.
std::string catalog_dsn(const Config& config);

}  // namespace onetrip
