#pragma once

#include <map>
#include <string>

#include "app/config.hpp"

namespace onetrip {

/// The steps of load_config that come after the values were read.

/// DATABASE_URL or PGHOST, PGHOSTADDR, PGPORT, with PGSSLMODE, PGSSLROOTCERT, PGSSLCERT and
/// PGSSLKEY: what the application beside us would use. They stand in for an upstream that nobody
/// named.
void borrow_upstream(const std::map<std::string, std::string>& environment, LoadedConfig& loaded);

/// The folder for state that systemd made for us (StateDirectory=): where the history goes, if
/// nobody said otherwise.
void borrow_store(const std::map<std::string, std::string>& environment, LoadedConfig& loaded);

/// An upstream's URL with what PGSSLMODE and its kin say and it does not. What is no URL stays.
std::string with_tls_of(const std::map<std::string, std::string>& environment,
                        const std::string& url);

/// What cannot be right whatever the files and the network are like.
void check_values(LoadedConfig& loaded);

}  // namespace onetrip
