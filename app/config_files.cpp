#include <stdexcept>

#include "analyzer/catalog.hpp"
#include "analyzer/catalog_loader.hpp"
#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/tls_settings.hpp"
#include "budget/budget.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

class FileChecker {
 public:
  explicit FileChecker(const LoadedConfig& loaded) : loaded_(loaded) {}

  std::vector<ConfigError> check() {
    const Config& config = loaded_.config;
    attempt("budget", [&] { read_budget(config.budget); });
    attempt("catalog.file", [&] { read_catalog(config.catalog.file); });
    attempt("catalog.dsn", [&] { catalog_conninfo(config.catalog.dsn, "", {}); });
    attempt("admin.token_file", [&] { check_token(config.admin.token_file); });
    attempt("listen.tls.certificate", [&] {
      const TlsListenConfig tls = listen_tls(config.listen_tls);
      if (tls.mode != TlsListenConfig::Mode::off) TlsContext::for_clients(tls);
    });
    for (std::size_t i = 0; i < config.proxies.size(); ++i) {
      attempt("proxy[" + std::to_string(i) + "].upstream",
              [&] { read_upstream(config.proxies[i].upstream); });
    }
    return std::move(errors_);
  }

 private:
  template <class Act>
  void attempt(const std::string& key, Act act) {
    try {
      act();
    } catch (const std::runtime_error& error) {
      const auto origin = loaded_.origins.find(key);
      errors_.push_back({origin == loaded_.origins.end() ? "" : origin->second, error.what()});
    }
  }

  void read_budget(const std::string& name) {
    if (name.empty()) return;
    std::string text;
    if (!read_file(name, text)) throw std::runtime_error("cannot read budget " + name);
    const auto parsed = parse_budget(text, name, rule_names());
    if (const auto* errors = std::get_if<std::vector<BudgetError>>(&parsed))
      for (const BudgetError& error : *errors) errors_.push_back({"", error.text()});
  }

  static void read_catalog(const std::string& name) {
    if (name.empty()) return;
    std::string text;
    if (!read_file(name, text)) throw std::runtime_error("cannot read catalog.file " + name);
    try {
      catalog_from_json(text);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("catalog.file " + name + ": " + error.what());
    }
  }

  static void check_token(const std::string& name) {
    std::string token;
    if (!read_token(name, token)) throw std::runtime_error("cannot read admin.token_file " + name);
    if (!name.empty() && token.empty())
      throw std::runtime_error("admin.token_file " + name + " is empty: write a token into it");
  }

  void read_upstream(const std::string& written) const {
    const auto parsed = parse_upstream(written);
    const auto* upstream = std::get_if<UpstreamUrl>(&parsed);
    if (upstream == nullptr) return;
    const auto tls = upstream_tls(loaded_.config.upstream_tls, *upstream);
    const auto* config = std::get_if<TlsUpstreamConfig>(&tls);
    if (config != nullptr && config->mode != TlsUpstreamConfig::Mode::disable)
      TlsContext::for_upstream(*config);
  }

  const LoadedConfig& loaded_;
  std::vector<ConfigError> errors_;
};

}  // namespace

std::vector<ConfigError> check_files(const LoadedConfig& loaded) {
  return FileChecker(loaded).check();
}

}  // namespace onetrip
