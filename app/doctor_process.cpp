#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>

#include "analyzer/catalog_loader.hpp"
#include "analyzer/statement_trips.hpp"
#include "app/catalogs.hpp"
#include "app/descriptors.hpp"
#include "app/doctor.hpp"
#include "app/http_client.hpp"
#include "proxy/net/bind.hpp"

namespace onetrip {
namespace {

constexpr std::chrono::seconds patience{5};

/// limits.clients is 0.
void check_any_number(std::uint64_t allowed, const Config& config, Checks& checks) {
  const std::uint64_t enough = clients_for(allowed, config);
  const std::string text =
      std::to_string(allowed) + " open files are allowed, enough for " + counted(enough, "client") +
      (config.proxies.size() > 1 ? " of each [[proxy]]" : "") + "; limits.clients sets no limit";
  if (enough != 0) return checks.ok("open files", text);
  checks.warn("open files", text, "raise the hard limit (ulimit -Hn, LimitNOFILE=)");
}

void check_descriptors(const Config& config, Checks& checks) {
  const std::uint64_t wanted = descriptors_for(config);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (wanted == 0) return check_any_number(limit.rlim_max, config, checks);
  const std::string text = std::to_string(limit.rlim_max) + " open files are allowed, " +
                           std::to_string(wanted) + " are needed for limits.clients";
  if (limit.rlim_max >= wanted) return checks.ok("open files", text);
  checks.warn("open files", text,
              "raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower limits.clients");
}

void check_free(const std::string& subject, const Endpoint& endpoint, Checks& checks) {
  try {
    bind(endpoint);
    checks.ok(subject, "it can be listened on");
  } catch (const std::runtime_error& error) {
    const std::string why = error.what();
    const bool elsewhere = why.find("Cannot assign requested address") != std::string::npos;
    checks.fail(subject, why,
                elsewhere ? "use an address of this machine"
                          : "end what holds it, or choose another address");
  }
}

void check_ports(const Config& config, Checks& checks) {
  for (const Config::Pair& pair : config.proxies) {
    for (const std::string& address : pair.listen)
      check_free("listening on " + address, std::get<Endpoint>(parse_endpoint(address, 6532)),
                 checks);
  }
  if (config.admin.listen == "off") return;
  check_free("admin " + config.admin.listen,
             std::get<Endpoint>(parse_endpoint(config.admin.listen, 9188)), checks);
}

/// What the running one says of itself; false when the answer is no status.
bool tell_status(const std::string& body, Checks& checks) {
  namespace json = boost::json;
  try {
    const json::value status = json::parse(body);
    const json::value& connections = status.at("connections");
    const std::string traffic = json::serialize(connections.at("total")) + " connections came, " +
                                json::serialize(connections.at("open")) + " are open, " +
                                json::serialize(status.at("statements").at("total")) +
                                " statements were looked at";
    // An older one has sentences only, under another name.
    const json::value* details = status.as_object().if_contains("not_checked_details");
    const json::array unchecked = details == nullptr ? json::array() : details->as_array();
    checks.ok("traffic", traffic);
    for (const json::value& one : unchecked)
      checks.warn("traffic", one.at("message").as_string().c_str(),
                  one.at("fix").as_string().c_str());
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// True when something answers on the admin port.
bool check_running(const Config& config, Checks& checks) {
  if (config.admin.listen == "off") return false;
  const auto where = std::get<Endpoint>(parse_endpoint(config.admin.listen, 9188));
  std::string token, error;
  read_token(config.admin.token_file, token);
  const auto answer = http_get(where, "/api/v1/status", token, patience, error);
  if (!answer) return false;
  const std::string subject = "admin " + where.text();
  if (answer->status == 401) {
    checks.fail(subject, "the onetrip that runs there demands another token",
                "set admin.token_file to the file that it was started with");
  } else if (answer->status != 200 || !tell_status(answer->body, checks)) {
    checks.fail(subject, "something answers there that is no onetrip",
                "end it, or choose another address by admin.listen");
  }
  return true;
}

/// The one that the catalog login is tried with.
std::string database_of(const UpstreamUrl& upstream, const Environment& environment) {
  if (!upstream.database.empty()) return upstream.database;
  const std::string named = variable(environment, "PGDATABASE");
  return named.empty() ? "postgres" : named;
}

bool has_failed(const Checks& checks, const std::string& subject) {
  return std::any_of(checks.all().begin(), checks.all().end(), [&](const Check& check) {
    return check.verdict == Check::Verdict::fail && check.subject == subject;
  });
}

/// libpq's words, and OpenSSL's for what a server answers behind the handshake of TLS 1.3.
bool is_about_our_certificate(const std::string& why) {
  constexpr std::array about{"valid client certificate", "alert unknown ca", "alert certificate",
                             "alert bad certificate", "alert unsupported certificate"};
  return std::any_of(about.begin(), about.end(),
                     [&](const char* words) { return why.find(words) != std::string::npos; });
}

std::string catalog_fix(const std::string& why) {
  if (is_about_our_certificate(why)) return client_certificate_fix;
  if (why.find("no password supplied") != std::string::npos)
    return "give it one by PGPASSWORD, ~/.pgpass, catalog.password_command, or the upstream's URL";
  return "set catalog.dsn to a login that may connect, or catalog.file";
}

void check_catalog_of(const Config& config, const Config::Pair& pair,
                      const Environment& environment, Checks& checks) {
  const auto upstream = std::get<UpstreamUrl>(parse_upstream(pair.upstream));
  const std::string where = upstream.endpoint.text(),
                    subject = config.proxies.size() == 1 ? "catalog" : "catalog at " + where,
                    database = database_of(upstream, environment);
  SessionFacts session;
  session.upstream = where;
  try {
    const auto tables =
        load_catalog(catalog_settings(config, pair), database, session).tables.size();
    const std::string text =
        "the login may read it; " + std::to_string(tables) + " tables are in database " + database;
    if (tables != 0) return checks.ok(subject, text);
    checks.warn(subject, text, "is that the application's database? Name it in the URL");
  } catch (const std::exception& error) {
    const std::string why = error.what();
    checks.warn(
        subject,
        "it cannot be read, so findings rest on names and are not proven by foreign keys: " + why,
        has_failed(checks, "upstream " + where) ? "mend the upstream first" : catalog_fix(why));
  }
}

}  // namespace

void check_catalog(const Config& config, const Environment& environment, Checks& checks) {
  if (!config.catalog.file.empty())
    return checks.ok("catalog", "it is read from " + config.catalog.file);
  for (const Config::Pair& pair : config.proxies)
    check_catalog_of(config, pair, environment, checks);
}

void check_process(const Config& config, Checks& checks) {
  check_descriptors(config, checks);
  if (check_running(config, checks)) return;
  check_ports(config, checks);
  checks.warn("traffic", "no onetrip runs with this configuration, so nothing is known of it",
              "`onetrip run`, and doctor again");
}

}  // namespace onetrip
