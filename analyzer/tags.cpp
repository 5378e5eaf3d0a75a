#include "analyzer/tags.hpp"

#include <algorithm>
#include <array>

#include "analyzer/comment.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest_key = 65;

bool is_hex(char byte) {
  const char lower = static_cast<char>(byte | 0x20);
  return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'f');
}
bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

//   version "-" trace-id "-" parent-id "-" flags     32 hex digits of trace id, not all zero
std::string trace_id_of(std::string_view traceparent) {
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-') return {};
  std::string id(traceparent.substr(3, 32));
  if (!std::all_of(id.begin(), id.end(), is_hex)) return {};
  if (id.find_first_not_of('0') == std::string::npos) return {};
  for (char& digit : id) digit = static_cast<char>(digit | 0x20);  // digits have that bit
  return id;
}

/// A route's pattern, `^books/(?P<id>\d+)/$` or `books/<int:id>/`, and no path that was asked for.
bool is_pattern(std::string_view route) {
  return route.find_first_of("<({^$*") != std::string_view::npos;
}

/// URLs lose what is behind the path: it holds what users typed.
std::string without_query(std::string url) {
  if (is_pattern(url.substr(0, url.find('?') + 1))) return url;
  const bool is_path = url.find('/') != std::string::npos;
  const std::size_t end = url.find_first_of(is_path ? "?#" : "?");  // books#index is no path
  return url.substr(0, end);  // anew: what is cut off would stay in memory behind a shorter string
}

/// `User.findMany:eyJ3…` of Prisma: the base64 after the colon holds the query.
std::string before_colon(std::string text) {
  text.resize(std::min(text.find(':'), text.size()));
  return text;
}

enum class Key : std::uint8_t {
  action,
  allow,
  application,
  callsite,
  controller,
  db_driver,
  file,
  framework,
  function,
  job,
  line,
  method,
  operation,
  prisma,
  request,
  route,
  test,
  traceparent,
  unknown
};

struct KnownKey {
  std::string_view name;
  Key key;
};

constexpr std::array known_keys{
    KnownKey{"action", Key::action},
    KnownKey{"app", Key::application},
    KnownKey{"app_name", Key::application},
    KnownKey{"application", Key::application},
    KnownKey{"application_name", Key::application},
    KnownKey{"callsite", Key::callsite},
    KnownKey{"controller", Key::controller},
    KnownKey{"correlation_id", Key::request},
    KnownKey{"db_driver", Key::db_driver},
    KnownKey{"ddps", Key::application},
    KnownKey{"driver", Key::db_driver},
    KnownKey{"endpoint_id", Key::route},
    KnownKey{"file", Key::file},
    KnownKey{"filepath", Key::file},
    KnownKey{"framework", Key::framework},
    KnownKey{"func", Key::function},
    KnownKey{"function", Key::function},
    KnownKey{"http_method", Key::method},
    KnownKey{"jid", Key::request},
    KnownKey{"job", Key::job},
    KnownKey{"job_class", Key::job},
    KnownKey{"job_id", Key::request},
    KnownKey{"line", Key::line},
    KnownKey{"method", Key::method},
    KnownKey{"onetrip", Key::allow},
    KnownKey{"operation_name", Key::operation},
    KnownKey{"path", Key::route},
    KnownKey{"prismaquery", Key::prisma},
    KnownKey{"request_id", Key::request},
    KnownKey{"requestid", Key::request},
    KnownKey{"route", Key::route},
    KnownKey{"service_name", Key::application},
    KnownKey{"source_location", Key::callsite},
    KnownKey{"test", Key::test},
    KnownKey{"trace_id", Key::request},
    KnownKey{"traceparent", Key::traceparent},
    KnownKey{"url", Key::route},
};

/// In lower case.
std::string lower_key(std::string_view key) {
  std::string lower(key);
  for (char& byte : lower) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
  }
  return lower;
}

Key key_of(std::string_view lower) {
  const auto found = std::lower_bound(
      known_keys.begin(), known_keys.end(), lower,
      [](const KnownKey& known, std::string_view name) { return known.name < name; });
  return found != known_keys.end() && found->name == lower ? found->key : Key::unknown;
}

void set(std::string& member, std::string value) {
  if (member.empty()) member = std::move(value);
}

unsigned number_in(std::string_view digits) {
  unsigned number = 0;
  for (const char digit : digits.substr(0, 9)) {
    if (!is_digit(digit)) break;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return number;
}

//   path ":" line                     app/models/book.rb:18:in `authors'
//   path ":" line ":in " function     shop/views.py:41 in book_list
// The colon of a drive's letter is followed by no digit.
void set_location(const std::string& text, const std::string& key, Tags& tags) {
  if (!tags.file.empty() || text.empty()) return;
  tags.location_source = key;
  std::size_t colon = text.find(':');
  while (colon != std::string::npos && (colon + 1 >= text.size() || !is_digit(text[colon + 1]))) {
    colon = text.find(':', colon + 1);
  }
  tags.file = text.substr(0, colon);
  if (colon == std::string::npos) return;
  tags.line = number_in(std::string_view(text).substr(colon + 1));
  const std::size_t after = text.find_first_not_of("0123456789", colon + 1);
  if (after == std::string::npos) return;
  std::string_view function = std::string_view(text).substr(after);
  function.remove_prefix(std::min(function.find_first_not_of(": "), function.size()));
  if (function.starts_with("in ")) function.remove_prefix(3);
  function.remove_prefix(std::min(function.find_first_not_of("'`\" "), function.size()));
  function = function.substr(0, function.find_last_not_of("'`\" ") + 1);
  set(tags.function, std::string(function));
}

/// Marginalia's `line` has the path in it; Laravel's stands beside `file`.
void set_line(const std::string& value, const std::string& key, Tags& tags) {
  const bool bare = std::all_of(value.begin(), value.end(), is_digit);
  if (!bare) return set_location(value, key, tags);
  if (tags.line == 0) tags.line = number_in(value);
}

/// `GET` of one key and `/books` of another make one route.
void add_method(const std::string& method, Tags& tags) {
  if (method.empty() || tags.route.empty() || tags.route.find(' ') != std::string::npos) return;
  tags.route = method + " " + tags.route;
}

}  // namespace

bool Tags::empty() const {
  const std::array<const std::string*, 14> texts{
      &trace_id, &request_id, &application, &framework, &db_driver, &controller, &action,
      &route,    &job,        &test,        &operation, &file,      &function,   &allow};
  return std::all_of(texts.begin(), texts.end(), [](const auto* text) { return text->empty(); });
}

std::string Tags::label() const {
  if (!route.empty()) {
    if (is_pattern(route) || route.find('/') == std::string::npos) return route;
    const std::size_t path = route.find(' ') + 1;  // 0 without a method
    return route.substr(0, path) + fold_path(route.substr(path));
  }
  if (!controller.empty()) return action.empty() ? controller : controller + "#" + action;
  if (!job.empty()) return job;
  if (!test.empty()) return test;
  if (!operation.empty()) return operation;
  return action;
}

void parse_comment(std::string_view comment, Tags& tags) {
  std::string method;
  CommentReader reader(comment);
  for (CommentPair pair; reader.next(pair);) {
    if (pair.key.size() > longest_key || pair.value.empty()) continue;
    const std::string name = lower_key(pair.key);
    switch (key_of(name)) {
      case Key::action:
        set(tags.action, comment_value(pair));
        break;
      case Key::allow:
        set(tags.allow, comment_value(pair));
        break;
      case Key::application:
        set(tags.application, comment_value(pair));
        break;
      case Key::callsite:
        set_location(comment_value(pair), name, tags);
        break;
      case Key::controller:
        set(tags.controller, comment_value(pair));
        break;
      case Key::db_driver:
        set(tags.db_driver, comment_value(pair));
        break;
      case Key::file:
        set_location(comment_value(pair), name, tags);
        break;
      case Key::framework:
        set(tags.framework, comment_value(pair));
        break;
      case Key::function:
        set(tags.function, comment_value(pair));
        break;
      case Key::job:
        set(tags.job, comment_value(pair));
        break;
      case Key::line:
        set_line(comment_value(pair), name, tags);
        break;
      case Key::method:
        method = comment_value(pair);
        break;
      case Key::operation:
        set(tags.operation, comment_value(pair));
        break;
      case Key::prisma:
        set(tags.operation, before_colon(comment_value(pair)));
        break;
      case Key::request:
        set(tags.request_id, name + "=" + comment_value(pair));
        break;
      case Key::route:
        set(tags.route, without_query(comment_value(pair)));
        break;
      case Key::test:
        set(tags.test, comment_value(pair));
        break;
      case Key::traceparent:
        set(tags.trace_id, trace_id_of(pair.value));
        break;
      case Key::unknown:
        break;
    }
  }
  add_method(method, tags);
}

void read_comment(std::string_view comment, Tags& tags) {
  if (comment.starts_with("--")) return parse_comment(comment.substr(2), tags);
  if (comment.size() < 4 || comment[2] == '+') return;
  parse_comment(comment.substr(2, comment.size() - 4), tags);
}

namespace {

bool is_id(std::string_view part) {
  if (part.empty()) return false;
  if (std::all_of(part.begin(), part.end(), is_digit)) return true;
  const bool hex_and_hyphens =
      std::all_of(part.begin(), part.end(), [](char byte) { return is_hex(byte) || byte == '-'; });
  return hex_and_hyphens && part.size() >= 16 && std::any_of(part.begin(), part.end(), is_digit);
}

}  // namespace

std::string fold_path(std::string_view path) {
  path = path.substr(0, std::min(path.find('?'), path.find('#')));
  if (const std::size_t scheme = path.find("://"); scheme != std::string_view::npos) {
    const std::size_t slash = path.find('/', scheme + 3);
    path = slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
  }
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    out += is_id(part) ? ":id" : part;
    if (slash < path.size()) out.push_back('/');
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

}  // namespace onetrip
