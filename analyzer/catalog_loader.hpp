#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/engine.hpp"

namespace onetrip {

/// Reads the catalogs that the engine asks for, one after the other, on a thread of its own.
class CatalogLoader final : public CatalogSource {
 public:
  struct Settings {
    bool on = true;
    /// As libpq takes it (a URL or `key=value …`); its database is not used. What it leaves open
    /// comes from `place`, then from where the session went (host, port, and user unless PGUSER
    /// says one), then from libpq's own PG* variables and password file.
    std::string dsn;
    /// `key=value …` of the server that sessions go to: host, port, TLS. Of no use where `dsn`
    /// names a host of its own.
    std::string place;
    std::vector<std::string> password_command;  ///< program and arguments; see password_command.hpp
  };
  /// On the loader's thread: a catalog, or null and why in a sentence.
  using Loaded =
      std::function<void(const std::string& database, CatalogPtr catalog, const std::string& why)>;

  CatalogLoader(Settings settings, Loaded loaded);
  /// Calls off the read under way and waits for its end, which takes as long as connecting does at
  /// most; what is still asked for is given up.
  ~CatalogLoader() override;

  bool request(const std::string& database, const SessionFacts& session) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads one catalog here and now, as the loader would. Blocks. Throws std::runtime_error with a
/// sentence.
Catalog::Snapshot load_catalog(const CatalogLoader::Settings& settings, const std::string& database,
                               const SessionFacts& session, const std::stop_token& stop = {});

/// What the loader connects with, the password in it. Throws as load_catalog.
std::string catalog_login(const CatalogLoader::Settings& settings, const std::string& database,
                          const SessionFacts& session);

/// What the loader connects with, the password left out of it. Throws std::runtime_error when `dsn`
/// is not what libpq takes.
std::string catalog_conninfo(const std::string& dsn, const std::string& database,
                             const SessionFacts& session, const std::string& place = "");

}  // namespace onetrip
