#include "app/database_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace onetrip {
namespace {

constexpr std::array<std::string_view, 7> names{"postgres", "postgresql", "postgis",     "pgsql",
                                                "psql",     "timescale",  "timescalegis"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view name_of(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}

std::string_view value_of(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  return equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
}

/// Of "jdbc:postgresql" and "postgresql+asyncpg" that is "postgresql".
bool is_postgres(std::string_view scheme) {
  scheme = scheme.substr(0, scheme.find('+'));
  if (const std::size_t colon = scheme.rfind(':'); colon != std::string_view::npos)
    scheme.remove_prefix(colon + 1);
  return std::find(names.begin(), names.end(), scheme) != names.end();
}

bool is_place(std::string_view parameter) {
  const std::string_view name = name_of(parameter);
  return name == "host" || name == "hostaddr" || name == "port";
}

/// Of the connection between client and server, as every driver calls it.
bool is_tls(std::string_view parameter) {
  const std::string name = lower(name_of(parameter));
  return name.starts_with("ssl") || name == "requiressl" || name == "channel_binding" ||
         name == "channelbinding" || name == "gssencmode" || name == "direct_tls";
}

bool is_sslmode(std::string_view parameter) {
  return lower(name_of(parameter)) == "sslmode";
}

/// `ssl=…` in libpq's words; empty: it says nothing.
std::string sslmode_of_switch(std::string_view value, bool jdbc) {
  if (value == "false" || value == "0" || value == "off") return "";
  if (value.empty() || value == "true" || value == "1" || value == "on")
    return jdbc ? "verify-full" : "require";
  return std::string(value);
}

/// A parameter in libpq's words; empty: libpq knows none.
std::string in_libpq_words(const DatabaseUrl& url, std::string_view parameter) {
  const std::string name = lower(name_of(parameter));
  const std::string_view value = value_of(parameter);
  if (name == "sslmode")
    return "sslmode=" + (value == "no-verify" ? "require" : std::string(value));
  if (name == "sslrootcert" || name == "sslcert" || name == "sslkey" || name == "sslcrl")
    return name + "=" + std::string(value);
  if (name != "ssl") return std::string(parameter);
  if (std::any_of(url.parameters.begin(), url.parameters.end(), is_sslmode)) return "";
  const std::string mode = sslmode_of_switch(value, url.is_jdbc());
  return mode.empty() ? "" : "sslmode=" + mode;
}

}  // namespace

std::string DatabaseUrl::text() const {
  std::string out = scheme + userinfo + hosts + path;
  char mark = '?';
  for (const std::string& parameter : parameters) {
    out += mark + parameter;
    mark = '&';
  }
  return out;
}

std::optional<DatabaseUrl> parse_database_url(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || !is_postgres(text.substr(0, mark))) return std::nullopt;
  DatabaseUrl url;
  url.scheme = text.substr(0, mark + 3);
  std::string_view rest = text.substr(mark + 3);
  if (const std::size_t query = rest.find('?'); query != std::string_view::npos) {
    for (std::size_t from = query + 1; from <= rest.size();) {
      const std::size_t end = std::min(rest.find('&', from), rest.size());
      url.parameters.emplace_back(rest.substr(from, end - from));
      from = end + 1;
    }
    rest = rest.substr(0, query);
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  rest = rest.substr(0, slash);
  const std::size_t at = rest.rfind('@');
  const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
  url.userinfo = rest.substr(0, host);
  url.hosts = rest.substr(host);
  return url;
}

std::string upstream_form(const DatabaseUrl& url) {
  DatabaseUrl out = url;
  out.scheme = "postgres://";
  out.parameters.clear();
  for (const std::string& parameter : url.parameters) {
    std::string word = in_libpq_words(url, parameter);
    if (!word.empty()) out.parameters.push_back(std::move(word));
  }
  return out.text();
}

DatabaseUrl led_to(DatabaseUrl url, const std::string& host, std::uint16_t port,
                   const std::string& sslmode) {
  url.hosts = host.find(':') == std::string::npos ? host : "[" + host + "]";
  url.hosts += ":" + std::to_string(port);
  std::erase_if(url.parameters, [](const std::string& parameter) {
    return is_place(parameter) || (is_tls(parameter) && !is_sslmode(parameter));
  });
  for (std::string& parameter : url.parameters) {
    if (is_sslmode(parameter)) parameter = std::string(name_of(parameter)) + "=" + sslmode;
  }
  return url;
}

DatabaseUrl belonging_to(DatabaseUrl url, const std::string& user, const std::string& database) {
  std::erase_if(url.parameters, [](const std::string& parameter) {
    const std::string_view name = name_of(parameter);
    return name == "user" || name == "password" || name == "dbname";
  });
  url.path = "/" + database;
  url.userinfo = url.is_jdbc() ? "" : user + "@";
  if (url.is_jdbc()) url.parameters.push_back("user=" + user);
  return url;
}

}  // namespace onetrip
