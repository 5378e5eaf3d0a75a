#include "app/handover.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "app/database_url.hpp"
#include "app/named_upstream.hpp"

namespace onetrip {
namespace {

constexpr std::array<const char*, 11> tls_variables{"PGSSLROOTCERT",
                                                    "PGSSLCRL",
                                                    "PGSSLCRLDIR",
                                                    "PGSSLCERT",
                                                    "PGSSLKEY",
                                                    "PGSSLMINPROTOCOLVERSION",
                                                    "PGSSLMAXPROTOCOLVERSION",
                                                    "PGSSLNEGOTIATION",
                                                    "PGREQUIRESSL",
                                                    "PGCHANNELBINDING",
                                                    "PGGSSENCMODE"};

/// Changes one environment step by step; the first error holds.
class Writer {
 public:
  Writer(const Environment& environment, const HandoverPlan& plan)
      : plan_(plan), upstream_(std::get<UpstreamUrl>(parse_upstream(plan.upstream))) {
    out_.environment = environment;
    host_ = plan.proxy.host;
    if (host_.empty() || host_ == "*" || host_ == "0.0.0.0") host_ = "127.0.0.1";
    if (host_ == "::") host_ = "::1";
  }

  std::variant<Handover, HandoverError> write() {
    for (const std::string& name : plan_.rewrite) rewrite_named(name);
    rewrite_all();
    set_libpq();
    if (plan_.ephemeral) set_ephemeral();
    out_.environment["ONETRIP_API"] = plan_.api;
    for (const std::string& one : plan_.templates) set_template(one);
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  void fail(std::string message) {
    if (!error_) error_ = HandoverError{std::move(message)};
  }

  std::string sslmode() const { return plan_.encrypted ? "require" : "disable"; }
  std::string port() const { return std::to_string(plan_.proxy.port); }

  DatabaseUrl led(DatabaseUrl url) const {
    return led_to(std::move(url), host_, plan_.proxy.port, sslmode());
  }

  void put(const std::string& name, const DatabaseUrl& url) {
    out_.environment[name] = url.text();
    out_.rewritten.push_back(name);
    out_.said.push_back(name + " leads through onetrip: " + masked(url.text()));
  }

  bool is_rewritten(const std::string& name) const {
    return std::find(out_.rewritten.begin(), out_.rewritten.end(), name) != out_.rewritten.end();
  }

  void rewrite_named(const std::string& name) {
    if (plan_.ephemeral) {
      return fail("--rewrite " + name +
                  " keeps user and database, which the throwaway server does not know: "
                  "--env '" +
                  name + "={url}' sets it anew");
    }
    if (is_rewritten(name)) return;
    if (!out_.environment.contains(name)) return fail("--rewrite " + name + ": it is not set");
    const auto url = parse_database_url(variable(out_.environment, name));
    if (!url) {
      return fail("--rewrite " + name +
                  ": it holds no postgres:// or jdbc:postgresql:// URL. Where host and port stand "
                  "alone, --env NAME={host} and --env NAME={port} set them");
    }
    put(name, led(*url));
  }

  void rewrite_all() {
    const Environment before = out_.environment;
    for (const auto& [name, value] : before) {
      if (is_ours(name) || is_rewritten(name)) continue;
      if (plan_.ephemeral && name == "DATABASE_URL") continue;
      const auto url = parse_database_url(value);
      if (!url) continue;
      const auto parsed = parse_upstream(upstream_form(*url));
      const auto* own = std::get_if<UpstreamUrl>(&parsed);
      if (own != nullptr && same_server(own->endpoint, upstream_.endpoint)) {
        put(name, led(*url));
      } else {
        leave(name, own);
      }
    }
  }

  void leave(const std::string& name, const UpstreamUrl* own) {
    out_.said.push_back(
        name + " is left as it is: " +
        (own == nullptr ? "it cannot be read" : "it leads to " + own->endpoint.text()) +
        (plan_.ephemeral ? ". --env '" + name + "={url}' sets it anew"
                         : ". --rewrite " + name + " leads it through onetrip"));
  }

  void set_libpq() {
    out_.environment["PGHOST"] = host_;
    out_.environment["PGPORT"] = port();
    out_.said.push_back("PGHOST=" + host_ + " PGPORT=" + port() + " are set");
    if (out_.environment.erase("PGHOSTADDR") != 0) out_.said.emplace_back("PGHOSTADDR is unset");
    if (out_.environment.erase("PGSERVICE") != 0) {
      out_.said.emplace_back(
          "PGSERVICE is unset, since it names a server; user and database of the service are to "
          "be set by PGUSER and PGDATABASE");
    }
    set_libpq_tls();
  }

  /// Of the way to the proxy; what they said goes for its way to the server.
  void set_libpq_tls() {
    const std::string mode = variable(out_.environment, "PGSSLMODE");
    if ((!mode.empty() || plan_.encrypted) && mode != sslmode()) {
      out_.environment["PGSSLMODE"] = sslmode();
      out_.said.push_back("PGSSLMODE is " + sslmode() + " up to onetrip" +
                          (mode.empty() ? "" : "; it was " + mode));
    }
    for (const char* name : tls_variables) {
      if (out_.environment.erase(name) != 0)
        out_.said.push_back(std::string(name) + " is unset, up to onetrip it does not hold");
    }
  }

  /// The scheme and the parameters that the framework asked for stay.
  void set_ephemeral() {
    const auto had = parse_database_url(variable(out_.environment, "DATABASE_URL"));
    const DatabaseUrl url = belonging_to(had.value_or(DatabaseUrl{"postgresql://", "", "", "", {}}),
                                         upstream_.user, upstream_.database);
    put("DATABASE_URL", led(url));
    out_.environment["PGUSER"] = upstream_.user;
    out_.environment["PGDATABASE"] = upstream_.database;
    out_.environment.erase("PGPASSWORD");
    out_.said.push_back("PGUSER=" + upstream_.user + " PGDATABASE=" + upstream_.database +
                        " are set");
  }

  std::string url() const {
    const auto own = parse_database_url(plan_.upstream);
    return led(own.value_or(DatabaseUrl{"postgresql://", "", "", "", {}})).text();
  }

  std::optional<std::string> value_of(std::string_view placeholder) const {
    if (placeholder == "host") return host_;
    if (placeholder == "port") return port();
    if (placeholder == "url") return url();
    if (placeholder == "user") return upstream_.user;
    if (placeholder == "database") return upstream_.database;
    return std::nullopt;
  }

  /// template = *( "{" word "}" / any ); braces around anything but letters are text.
  void set_template(const std::string& one) {
    const std::size_t equals = one.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail("--env takes NAME=TEMPLATE, as in --env DB_HOST={host}, not `" + one + "`");
    const std::string name = one.substr(0, equals);
    std::string value;
    bool filled = false;
    for (std::size_t i = equals + 1; i < one.size(); ++i) {
      const std::string word = one[i] == '{' ? placeholder_at(one, i) : "";
      if (word.empty()) {
        value.push_back(one[i]);
        continue;
      }
      const auto known = value_of(word);
      if (!known) {
        return fail("--env " + name + ": {" + word +
                    "} is none of {host} {port} {url} {user} {database}");
      }
      value += *known;
      filled = true;
      i += word.size() + 1;
    }
    out_.environment[name] = value;
    // What was not made here may be a password.
    out_.said.push_back(name + (filled ? "=" + masked(value) : "") + " is set");
  }

  static std::string placeholder_at(const std::string& text, std::size_t brace) {
    const std::size_t close = text.find('}', brace);
    if (close == std::string::npos) return "";
    const std::string word = text.substr(brace + 1, close - brace - 1);
    const bool letters =
        std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
    return letters ? word : "";
  }

  const HandoverPlan& plan_;
  const UpstreamUrl upstream_;
  std::string host_;
  Handover out_;
  std::optional<HandoverError> error_;
};

}  // namespace

std::variant<Handover, HandoverError> hand_over(const Environment& environment,
                                                const HandoverPlan& plan) {
  return Writer(environment, plan).write();
}

}  // namespace onetrip
