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
/// the log, once per database of a server, what is lost when there is none.
class Catalogs final : public CatalogSource {
 public:
  /// Hands a catalog (or null) to the engine. Any thread.
  using Deliver = std::function<void(const CatalogKey& key, CatalogPtr catalog)>;

  /// Throws std::runtime_error with a sentence when catalog.file is not one.
  Catalogs(const Config& config, Deliver deliver);

  bool request(const std::string& database, const SessionFacts& session) override;

  /// Ends the reading, after which nothing more is delivered. Any thread but the worker's.
  void stop();

 private:
  void loaded(const CatalogKey& key, CatalogPtr catalog, const std::string& why);
  void warn_once(const CatalogKey& key, const std::string& why);

  Deliver deliver_;
  CatalogPtr file_;   ///< null: each pair has a loader
  std::mutex mutex_;  ///< of what follows: worker, loader and main thread come here
  std::set<CatalogKey> warned_;
  /// By pair, whose login is nobody else's. Last: their threads use what stands above. Empty once
  /// stopped.
  std::vector<std::unique_ptr<CatalogLoader>> loaders_;
};

/// Throws std::runtime_error with a sentence when it is no file of `onetrip catalog export`; `key`
/// is what named it.
CatalogPtr read_catalog_file(const std::string& key, const std::string& name);

/// How the catalog of sessions that came by `pair` is logged in to: by catalog.dsn, else with user
/// and password of that pair's URL, else with what libpq finds in PG* and its password file. Goes
/// to that pair's server with that pair's TLS, unless catalog.dsn names a host.
CatalogLoader::Settings catalog_settings(const Config& config, const Config::Pair& pair);

}  // namespace onetrip
