#include "analyzer/catalog_loader.hpp"

#include <libpq-fe.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "analyzer/catalog_reader.hpp"
#include "analyzer/password_command.hpp"

namespace onetrip {

namespace {

using Keywords = std::map<std::string, std::string>;

Keywords parse(const std::string& dsn) {
  Keywords keywords;
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(dsn.c_str(), &error);
  if (!options) {
    const std::string why = error ? error : "out of memory";
    PQfreemem(error);
    throw std::runtime_error("catalog.dsn is not understood: " +
                             why.substr(0, why.find_last_not_of('\n') + 1));
  }
  for (const PQconninfoOption* option = options; option->keyword; ++option) {
    if (option->val) keywords[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  return keywords;
}

std::string quoted(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string join(const Keywords& keywords) {
  std::string joined;
  for (const auto& [keyword, value] : keywords) {
    if (!joined.empty()) joined += ' ';
    joined += keyword + "=" + quoted(value);
  }
  return joined;
}

bool names_host(const Keywords& keywords) {
  return keywords.count("host") || keywords.count("hostaddr") || keywords.count("service");
}

// As traffic goes, so goes the catalog, and with the same checks of the certificate; but a login
// that names its own host knows its own TLS, too.
void add_place(Keywords& keywords, const std::string& place) {
  if (!names_host(keywords)) keywords.merge(parse(place));
}

// host:port, [host]:port, /folder or /folder/.s.PGSQL.port
void add_upstream(Keywords& keywords, std::string_view upstream) {
  if (upstream.empty() || names_host(keywords)) return;
  static constexpr std::string_view socket = "/.s.PGSQL.";
  std::string_view host = upstream, port;
  if (upstream.front() == '/') {
    const std::size_t file = upstream.rfind(socket);
    host = upstream.substr(0, file);
    if (file != std::string_view::npos) port = upstream.substr(file + socket.size());
  } else if (const std::size_t colon = upstream.rfind(':'); colon != std::string_view::npos) {
    host = upstream.substr(0, colon);
    port = upstream.substr(colon + 1);
  }
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  keywords["host"] = host;
  if (!port.empty()) keywords["port"] = port;
}

Keywords keywords_for(const std::string& dsn, const std::string& place, const std::string& database,
                      const SessionFacts& session) {
  Keywords keywords = parse(dsn);
  add_place(keywords, place);
  add_upstream(keywords, session.upstream);
  keywords["dbname"] = database;
  if (!keywords.count("user") && !keywords.count("service") && !std::getenv("PGUSER") &&
      !session.user.empty()) {
    keywords["user"] = session.user;
  }
  keywords["application_name"] = "onetrip catalog";
  keywords.try_emplace("connect_timeout", "3");
  return keywords;
}

}  // namespace

std::string catalog_conninfo(const std::string& dsn, const std::string& database,
                             const SessionFacts& session, const std::string& place) {
  Keywords keywords = keywords_for(dsn, place, database, session);
  keywords.erase("password");
  return join(keywords);
}

std::string catalog_login(const CatalogLoader::Settings& settings, const std::string& database,
                          const SessionFacts& session) {
  Keywords keywords = keywords_for(settings.dsn, settings.place, database, session);
  if (!settings.password_command.empty())
    keywords["password"] = run_password_command(settings.password_command);
  return join(keywords);
}

Catalog::Snapshot load_catalog(const CatalogLoader::Settings& settings, const std::string& database,
                               const SessionFacts& session, const std::stop_token& stop) {
  return read_catalog(catalog_login(settings, database, session), stop);
}

struct CatalogLoader::Impl {
  struct Request {
    std::string database;
    SessionFacts session;
  };

  void run();
  void load(const Request& request);

  Settings settings;
  Loaded loaded;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Request> requests;   // under mutex
  std::set<std::string> pending;  // under mutex: asked for and not answered
  bool stopping = false;          // under mutex
  std::stop_source stop;
  std::thread thread;
};

void CatalogLoader::Impl::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [this] { return stopping || !requests.empty(); });
    if (stopping) return;
    const Request request = std::move(requests.front());
    requests.pop_front();
    lock.unlock();
    load(request);
    lock.lock();
  }
}

void CatalogLoader::Impl::load(const Request& request) {
  CatalogPtr catalog;
  std::string why;
  try {
    catalog = std::make_shared<const Catalog>(
        load_catalog(settings, request.database, request.session, stop.get_token()));
  } catch (const std::exception& error) {
    why = error.what();
  }
  {
    // Before it is told, since the answer may be asked for again at once.
    const std::lock_guard lock(mutex);
    pending.erase(request.database);
  }
  loaded(request.database, std::move(catalog), why);
}

CatalogLoader::CatalogLoader(Settings settings, Loaded loaded) : impl_(std::make_unique<Impl>()) {
  impl_->settings = std::move(settings);
  impl_->loaded = std::move(loaded);
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

CatalogLoader::~CatalogLoader() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->stop.request_stop();
  impl_->changed.notify_one();
  impl_->thread.join();
}

bool CatalogLoader::request(const std::string& database, const SessionFacts& session) {
  if (!impl_->settings.on || database.empty()) return false;
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->pending.insert(database).second) return true;
    impl_->requests.push_back({database, session});
  }
  impl_->changed.notify_one();
  return true;
}

}  // namespace onetrip
