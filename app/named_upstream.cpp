#include "app/named_upstream.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "app/config_steps.hpp"
#include "app/database_url.hpp"

namespace onetrip {
namespace {

/// A server that the environment names.
struct Candidate {
  std::string name;  ///< of the variable
  std::string text;  ///< as parse_upstream takes it
  std::variant<UpstreamUrl, UrlError> parsed;

  const UpstreamUrl* upstream() const { return std::get_if<UpstreamUrl>(&parsed); }
};

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& text : list) out += (out.empty() ? "" : ", ") + text;
  return out;
}

bool same_host(const Endpoint& one, const Endpoint& other) {
  const auto equal = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return (one.is_local() && other.is_local()) ||
         std::equal(one.host.begin(), one.host.end(), other.host.begin(), other.host.end(), equal);
}

/// What `onetrip run` would take of PGHOST, PGHOSTADDR and PGPORT, with PGSSLMODE and its kin.
std::optional<Candidate> of_libpq(Environment environment) {
  environment.erase("DATABASE_URL");
  LoadedConfig loaded;
  borrow_upstream(environment, loaded);
  const std::string& text = loaded.config.proxies.front().upstream;
  if (text.empty()) return std::nullopt;
  return Candidate{loaded.origins["proxy[0].upstream"], text, parse_upstream(text)};
}

std::optional<Candidate> of_variable(const std::string& name, const Environment& environment) {
  const auto url = parse_database_url(variable(environment, name));
  if (!url) return std::nullopt;
  const std::string text = with_tls_of(environment, upstream_form(*url));
  return Candidate{name, text, parse_upstream(text)};
}

/// DATABASE_URL first: of several that say the same, it is the one that people know.
std::vector<Candidate> candidates(const Environment& environment) {
  std::vector<Candidate> out;
  if (auto found = of_variable("DATABASE_URL", environment)) out.push_back(std::move(*found));
  for (const auto& [name, value] : environment) {
    if (is_ours(name) || name == "DATABASE_URL") continue;
    if (auto found = of_variable(name, environment)) out.push_back(std::move(*found));
  }
  if (auto found = of_libpq(environment)) out.push_back(std::move(*found));
  return out;
}

std::variant<NamedUpstream, UpstreamError> agreed(const std::vector<Candidate>& all) {
  const Candidate* first = nullptr;
  bool differ = false;
  std::vector<std::string> names;
  for (const Candidate& one : all) {
    if (one.upstream() == nullptr) continue;
    if (first == nullptr) first = &one;
    differ = differ || !same_server(one.upstream()->endpoint, first->upstream()->endpoint);
    names.push_back(one.name + " (" + one.upstream()->endpoint.text() + ")");
  }
  if (differ) {
    return UpstreamError{"the environment names several servers: " + joined(names) +
                         ". Say which one is meant: --upstream URL, or --rewrite VAR"};
  }
  if (first == nullptr) {
    return UpstreamError{all.front().name + ": " + std::get<UrlError>(all.front().parsed).message +
                         ". Say which server is meant by --upstream"};
  }
  return NamedUpstream{first->text, first->name};
}

/// How much a mode demands.
int strictness(const std::string& mode) {
  constexpr std::array<std::string_view, 7> order{"disable", "allow",     "",           "prefer",
                                                  "require", "verify-ca", "verify-full"};
  return static_cast<int>(std::find(order.begin(), order.end(), mode) - order.begin());
}

bool says_nothing(const UpstreamUrl::Tls& tls) {
  return (tls.mode + tls.ca + tls.crl + tls.crl_folder + tls.certificate + tls.key +
          tls.min_version)
      .empty();
}

std::string parameter(const char* name, const std::string& value) {
  return value.empty() ? "" : std::string("&") + name + "=" + percent_encode(value);
}

/// "&name=value" for each that is said.
std::string tls_parameters(const UpstreamUrl::Tls& tls) {
  return parameter("sslmode", tls.mode) + parameter("sslrootcert", tls.ca) +
         parameter("sslcrl", tls.crl) + parameter("sslcrldir", tls.crl_folder) +
         parameter("sslcert", tls.certificate) + parameter("sslkey", tls.key) +
         parameter("ssl_min_protocol_version", tls.min_version);
}

/// Fit for user, password and host, which end at marks that a parameter may hold.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : percent_encode(text)) {
    if (c == '/' || c == ':') {
      out += c == '/' ? "%2F" : "%3A";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string written_out(const UpstreamUrl& upstream) {
  const Endpoint& endpoint = upstream.endpoint;
  std::string out = "postgresql://" + encoded(upstream.user);
  if (!upstream.password.empty()) out += ":" + encoded(upstream.password);
  if (!upstream.user.empty() || !upstream.password.empty()) out += "@";
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  out += endpoint.is_unix() ? encoded(endpoint.unix_dir)
                            : (is_ipv6 ? "[" + endpoint.host + "]" : encoded(endpoint.host));
  out += ":" + std::to_string(endpoint.port);
  if (!upstream.database.empty()) out += "/" + percent_encode(upstream.database);
  std::string query = parameter("hostaddr", endpoint.hostaddr) + tls_parameters(upstream.tls);
  if (!query.empty()) query.front() = '?';
  return out + query;
}

}  // namespace

bool same_server(const Endpoint& one, const Endpoint& other) {
  if (one.is_unix() != other.is_unix() || one.port != other.port) return false;
  return one.is_unix() ? one.unix_dir == other.unix_dir : same_host(one, other);
}

bool is_ours(const std::string& variable) {
  return variable.starts_with("ONETRIP_");
}

std::variant<NamedUpstream, UpstreamError> find_upstream(const Environment& environment,
                                                         const std::vector<std::string>& rewrite) {
  std::vector<Candidate> all;
  for (const std::string& name : rewrite) {
    if (!environment.contains(name)) return UpstreamError{"--rewrite " + name + ": it is not set"};
    if (auto found = of_variable(name, environment)) all.push_back(std::move(*found));
  }
  if (rewrite.empty()) all = candidates(environment);
  if (!all.empty()) return agreed(all);
  return UpstreamError{
      "no PostgreSQL is named: say which by --upstream postgres://HOST:PORT, by DATABASE_URL or "
      "PGHOST, or take a throwaway one by --ephemeral"};
}

std::string completed_upstream(const std::string& upstream, const Environment& environment) {
  const auto parsed = parse_upstream(upstream);
  if (!std::holds_alternative<UpstreamUrl>(parsed)) return upstream;
  UpstreamUrl out = std::get<UpstreamUrl>(parsed);
  const bool silent = says_nothing(out.tls);
  bool found = false;
  for (const Candidate& one : candidates(environment)) {
    const UpstreamUrl* own = one.upstream();
    if (own == nullptr || !same_server(own->endpoint, out.endpoint)) continue;
    const bool stricter = !found || strictness(own->tls.mode) > strictness(out.tls.mode);
    if (silent && stricter && !says_nothing(own->tls)) {
      out.tls = own->tls;
      found = true;
    }
    if (out.user.empty()) {
      out.user = own->user;
      out.password = own->password;
    }
    if (out.database.empty()) out.database = own->database;
  }
  return written_out(out);
}

}  // namespace onetrip
