#include "app/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace onetrip {
namespace {

constexpr std::uint16_t postgres_port = 5432;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), port);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

UrlError bad_port(std::string_view port) {
  return {"`" + std::string(port) + "` is no port: a number from 0 to 65535 is expected"};
}

/// Cuts `text` at the first `mark`; what follows it comes back, without the mark.
std::string_view cut_at(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + 1);
  text = text.substr(0, at);
  return rest;
}

/// As far as its letters tell; also with a zone: fe80::1%eth0.
bool is_ipv6(std::string_view host) {
  constexpr std::string_view letters = "0123456789abcdefABCDEF:.";
  const std::string_view address = host.substr(0, host.find('%'));
  return address.find(':') != std::string_view::npos &&
         address.find_first_not_of(letters) == std::string_view::npos &&
         host.find_first_of("/[]") == std::string_view::npos;
}

/// Empty counts: nothing was said.
bool is_numeric(std::string_view address) {
  return address.empty() || is_ipv6(address) ||
         address.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::variant<Endpoint, UrlError> directory_endpoint(std::string_view text, std::uint16_t port) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > text.rfind('/')) {
    const auto number = parse_port(text.substr(colon + 1));
    if (!number) return bad_port(text.substr(colon + 1));
    port = *number;
    text = text.substr(0, colon);
  }
  constexpr std::string_view socket_name = "/.s.PGSQL.";
  if (const std::size_t socket = text.rfind(socket_name); socket != std::string_view::npos) {
    const auto number = parse_port(text.substr(socket + socket_name.size()));
    if (!number) return bad_port(text.substr(socket + socket_name.size()));
    port = *number;
    text = text.substr(0, std::max<std::size_t>(socket, 1));
  }
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  Endpoint endpoint{"", "", port, std::string(text)};
  constexpr std::size_t longest_path = 107;  // sun_path, without its final zero
  if (endpoint.unix_path().size() > longest_path) {
    return UrlError{"the folder's name is too long for a Unix socket"};
  }
  return endpoint;
}

/// userinfo = user [ ":" password ]
bool read_user(std::string_view userinfo, UpstreamUrl& upstream) {
  const std::string_view password = cut_at(userinfo, ':');
  return percent_decode(userinfo, upstream.user) && percent_decode(password, upstream.password);
}

/// query = name "=" value *( "&" name "=" value )
std::optional<UrlError> read_query(std::string_view query, UpstreamUrl& upstream,
                                   std::string& host) {
  while (!query.empty()) {
    std::string_view pair = query;
    query = cut_at(pair, '&');
    std::string value;
    const std::string_view encoded = cut_at(pair, '=');
    if (!percent_decode(encoded, value))
      return UrlError{"a parameter of the URL has a broken % escape"};
    if (pair == "host") host = value;
    if (pair == "user") upstream.user = value;
    if (pair == "password") upstream.password = value;
    if (pair == "dbname") upstream.database = value;
    if (pair == "hostaddr") upstream.endpoint.hostaddr = value;
    if (pair == "sslmode") upstream.tls.mode = value;
    if (pair == "sslrootcert") upstream.tls.ca = value;
    if (pair == "sslcrl") upstream.tls.crl = value;
    if (pair == "sslcrldir") upstream.tls.crl_folder = value;
    if (pair == "sslcert") upstream.tls.certificate = value;
    if (pair == "sslkey") upstream.tls.key = value;
    if (pair == "ssl_min_protocol_version") upstream.tls.min_version = value;
    if (pair != "port") continue;
    const auto port = parse_port(value);
    if (!port) return bad_port(value);
    upstream.endpoint.port = *port;
  }
  return std::nullopt;
}

std::variant<Endpoint, UrlError> host_of(std::string_view authority) {
  std::string decoded;
  if (!percent_decode(authority, decoded)) return UrlError{"the URL's host has a broken % escape"};
  if (decoded.find(',') != std::string::npos) {
    return UrlError{"several hosts in one URL are not supported: give each its own [[proxy]]"};
  }
  if (decoded.empty() || decoded.starts_with(':')) decoded.insert(0, "localhost");
  return parse_endpoint(decoded, postgres_port);
}

std::variant<UpstreamUrl, UrlError> parse_url(std::string_view rest) {
  UpstreamUrl upstream;
  upstream.is_url = true;
  const std::string_view query = cut_at(rest, '?');
  const std::string_view path = cut_at(rest, '/');
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    if (!read_user(rest.substr(0, at), upstream))
      return UrlError{"user or password has a broken % escape"};
    rest.remove_prefix(at + 1);
  }
  if (!percent_decode(path, upstream.database))
    return UrlError{"the database's name has a broken % escape"};

  std::variant<Endpoint, UrlError> endpoint = host_of(rest);
  if (auto* error = std::get_if<UrlError>(&endpoint)) return *error;
  upstream.endpoint = std::get<Endpoint>(endpoint);

  std::string host;
  if (auto error = read_query(query, upstream, host)) return *error;
  if (!is_numeric(upstream.endpoint.hostaddr))
    return UrlError{"hostaddr is an IPv4 or IPv6 address, without brackets and port"};
  if (host.empty()) return upstream;
  endpoint = parse_endpoint(host, upstream.endpoint.port);
  if (auto* error = std::get_if<UrlError>(&endpoint)) return *error;
  std::swap(upstream.endpoint, std::get<Endpoint>(endpoint));
  upstream.endpoint.hostaddr = std::get<Endpoint>(endpoint).hostaddr;
  return upstream;
}

std::optional<std::string_view> after_scheme(std::string_view text) {
  for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return std::nullopt;
}

/// value = "'" *( "\" any / any but "'" ) "'" / *( any but "&" and blank )
void mask_value(std::string& text, std::size_t from) {
  std::size_t end = from;
  if (text[from] == '\'') {
    for (++end; end < text.size() && text[end] != '\''; ++end) {
      if (text[end] == '\\') ++end;
    }
    end = std::min(end + 1, text.size());
  } else {
    end = std::min(text.find_first_of("& ", from), text.size());
  }
  text.replace(from, end - from, "***");
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
  }
  return out;
}

bool percent_decode(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return true;
}

std::variant<Endpoint, UrlError> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return UrlError{"an address holds no blanks"};
  }
  if (text.empty()) return UrlError{"the address is empty"};
  if (text.starts_with('/')) return directory_endpoint(text, default_port);

  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return UrlError{"`[` without `]`"};
    host = text.substr(1, close - 1);
    if (!is_ipv6(host)) return UrlError{"brackets hold an IPv6 address"};
    port = text.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return UrlError{"only `:PORT` may follow `]`"};
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (text.rfind(':') != colon) return UrlError{"an IPv6 address needs brackets: [::1]:5432"};
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  Endpoint endpoint{std::string(host), "", default_port, ""};
  if (port.empty()) return endpoint;
  const auto number = parse_port(port.substr(1));
  if (!number) return bad_port(port.substr(1));
  endpoint.port = *number;
  return endpoint;
}

std::variant<UpstreamUrl, UrlError> parse_upstream(std::string_view text) {
  if (const auto rest = after_scheme(text)) return parse_url(*rest);
  if (text.find("://") != std::string_view::npos) {
    return UrlError{"only postgres:// and postgresql:// URLs are understood"};
  }
  std::variant<Endpoint, UrlError> endpoint = parse_endpoint(text, postgres_port);
  if (auto* error = std::get_if<UrlError>(&endpoint)) return *error;
  UpstreamUrl upstream;
  upstream.endpoint = std::get<Endpoint>(endpoint);
  return upstream;
}

std::string masked(std::string_view dsn) {
  std::string out(dsn);
  if (const std::size_t scheme = out.find("://"); scheme != std::string::npos) {
    // Up to the last @: a password that was not encoded may hold any of the URL's marks.
    const std::size_t begin = scheme + 3, at = out.rfind('@'), colon = out.find(':', begin);
    if (at != std::string::npos && colon < at) out.replace(colon + 1, at - colon - 1, "***");
  }
  constexpr std::string_view key = "password";
  for (std::size_t at = out.find(key); at != std::string::npos; at = out.find(key, at)) {
    at = out.find_first_not_of(' ', at + key.size());
    if (at == std::string::npos) return out;
    if (out[at] != '=') continue;
    at = out.find_first_not_of(' ', at + 1);
    if (at == std::string::npos) return out;
    mask_value(out, at);
  }
  return out;
}

}  // namespace onetrip
