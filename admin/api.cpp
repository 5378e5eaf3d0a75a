#include "admin/api.hpp"

#include <boost/json.hpp>
#include <set>

#include "analyzer/sinks/json_text.hpp"

namespace onetrip {
namespace {

/// The path's part that `{}` stands for; none when the path does not fit.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  const std::size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos) {
    return pattern == path ? std::optional<std::string>("") : std::nullopt;
  }
  const std::string_view prefix = pattern.substr(0, hole);
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
  return std::string(path.substr(prefix.size()));
}

bool takes(std::string_view names, const std::string& name) {
  const std::size_t at = names.find(name + " ");
  return !name.empty() && at != std::string_view::npos && (at == 0 || names[at - 1] == ' ');
}

bool is_probe(std::string_view path) {
  return path == "/healthz" || path == "/readyz";
}

AdminResponse not_allowed(const std::set<std::string>& methods) {
  std::string allow;
  for (const std::string& method : methods) allow += (allow.empty() ? "" : ", ") + method;
  AdminResponse response = admin_error(405, "method_not_allowed", "this path takes " + allow);
  response.allow = allow;
  return response;
}

}  // namespace

AdminApi::AdminApi(AdminGuard guard, AdminBackend backend)
    : guard_(std::move(guard)), backend_(std::move(backend)) {}

const std::vector<AdminApi::Route>& AdminApi::routes() {
  static const std::vector<Route> all{
      {"GET", "/", "", &AdminApi::page},
      {"GET", "/healthz", "", &AdminApi::health},
      {"GET", "/readyz", "", &AdminApi::ready},
      {"GET", "/metrics", "", &AdminApi::metrics},
      {"GET", "/api/v1/status", "", &AdminApi::status},
      {"GET", "/api/v1/findings", "rule label window severity cause limit ", &AdminApi::findings},
      {"GET", "/api/v1/findings/{}", "", &AdminApi::finding},
      {"GET", "/api/v1/windows", "label name limit ", &AdminApi::windows},
      {"GET", "/api/v1/windows/{}", "", &AdminApi::window},
      {"GET", "/api/v1/statements", "by sort limit ", &AdminApi::statements},
      {"GET", "/api/v1/statements/{}", "limit ", &AdminApi::statement},
      {"GET", "/api/v1/coverage", "", &AdminApi::coverage},
      {"GET", "/api/v1/events", "", &AdminApi::events},
      {"POST", "/api/v1/windows", "", &AdminApi::open_window},
      {"DELETE", "/api/v1/windows/{}", "", &AdminApi::close_window},
      {"POST", "/api/v1/flush", "", &AdminApi::flush},
      {"POST", "/api/v1/reset", "", &AdminApi::reset},
      {"POST", "/api/v1/analysis", "", &AdminApi::analysis},
      {"POST", "/api/v1/quitquitquit", "", &AdminApi::quit},
  };
  return all;
}

void AdminApi::handle(const AdminRequest& request, AdminReply reply) const {
  const std::optional<RequestTarget> target = parse_target(request.target);
  if (!target) {
    return reply(admin_error(400, "bad_request", "the request's target could not be understood"));
  }
  if (auto refusal = refuse(request, target->path)) return reply(std::move(*refusal));
  dispatch(request, *target, std::move(reply));
}

/// The page holds nothing that was seen: a browser gets it without a token, asks for that, and
/// shows it with each question.
std::optional<AdminResponse> AdminApi::refuse(const AdminRequest& request,
                                              const std::string& path) const {
  if (is_probe(path)) return std::nullopt;
  return path == "/" ? guard_.refuse_site(request) : guard_.refuse(request);
}

void AdminApi::dispatch(const AdminRequest& request, const RequestTarget& target,
                        AdminReply reply) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::set<std::string> methods;
  for (const Route& route : routes()) {
    std::optional<std::string> argument = match(route.path, target.path);
    if (!argument) continue;
    if (route.method == method) return call(route, request, target, *argument, std::move(reply));
    methods.emplace(route.method);
    if (route.method == "GET") methods.emplace("HEAD");
  }
  if (!methods.empty()) return reply(not_allowed(methods));
  reply(admin_error(404, "not_found", "no such path; the API begins at /api/v1/status"));
}

void AdminApi::call(const Route& route, const AdminRequest& request, const RequestTarget& target,
                    std::string argument, AdminReply reply) const {
  for (const auto& [name, value] : target.parameters) {
    if (takes(route.parameters, name)) continue;
    std::string list(route.parameters.substr(0, route.parameters.find_last_not_of(' ') + 1));
    return reply(admin_error(400, "bad_request",
                             "unknown parameter `" + name + "`; this path takes " +
                                 (list.empty() ? "none" : "these: " + list)));
  }
  const std::string& type = request.content_type;
  if (!request.body.empty() && type.substr(0, type.find(';')) != "application/json") {
    return reply(admin_error(415, "unsupported_media_type", "a body must be application/json"));
  }
  (this->*route.handler)({std::move(argument), target.parameters, request.body, request.accept,
                          request.accept_encoding, request.if_none_match},
                         std::move(reply));
}

void AdminApi::flush_then(Question then) const {
  backend_.ask([this, then = std::move(then)](Engine& engine, Time now) {
    if (engine.flush(now)) return then(engine, now);
    backend_.later([this, then] { flush_then(then); });
  });
}

void AdminApi::settle_then(Engine& engine, Time now, Question then) const {
  if (engine.settle(now)) return then(engine, now);
  backend_.later([this, then = std::move(then)] {
    backend_.ask(
        [this, then](Engine& later, Time then_now) { settle_then(later, then_now, then); });
  });
}

}  // namespace onetrip
