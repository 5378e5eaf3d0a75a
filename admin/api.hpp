#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/event_log.hpp"
#include "admin/guard.hpp"
#include "admin/message.hpp"
#include "admin/target.hpp"
#include "analyzer/engine.hpp"
#include "analyzer/sinks/history.hpp"
#include "analyzer/sinks/metrics.hpp"
#include "analyzer/sinks/vitals.hpp"

namespace onetrip {

/// What POST /analysis changes; what it does not name stays.
struct AnalysisSwitch {
  std::optional<bool> enabled;
  std::optional<double> sample;  ///< share of the new sessions that are looked at, 0 to 1
};

/// What the API asks of the process around it.
struct AdminBackend {
  /// Runs a question on the worker thread, after everything received before it (Worker::ask).
  std::function<void(std::function<void(Engine&, Time)>)> ask;
  std::function<Vitals()> vitals;  ///< any thread
  /// Worker thread.
  std::function<std::string(Engine&, const Vitals&, MetricsFormat)> metrics;
  std::function<void(const AnalysisSwitch&)> set_analysis;  ///< any thread
  std::vector<std::string> rules;                           ///< names of all rules
  std::function<std::shared_ptr<EventReader>()> listen;     ///< any thread; null: too many do
  /// What is kept of a statement, its newest minutes; any thread. Empty: no history is kept.
  std::function<void(const std::string& fingerprint, std::size_t most, History::Answer)> history;
  std::function<void()> quit;                        ///< any thread; empty: not allowed
  std::function<void(std::function<void()>)> later;  ///< some ms later, on the caller's own thread
};

/// The HTTP API without sockets: requests in, answers out, most of them from the worker
/// thread. Outlives every question that it asked.
class AdminApi {
 public:
  AdminApi(AdminGuard guard, AdminBackend backend);

  /// Any thread; never blocks.
  void handle(const AdminRequest& request, AdminReply reply) const;

 private:
  struct Call {
    std::string argument;  ///< what `{}` stands for in the route's path
    std::map<std::string, std::string> parameters;
    std::string body, accept, accept_encoding, if_none_match;
  };
  using Handler = void (AdminApi::*)(const Call&, AdminReply) const;
  struct Route {
    std::string_view method, path;
    std::string_view parameters;  ///< names that it takes, each with a blank after it
    Handler handler;
  };
  static const std::vector<Route>& routes();

  std::optional<AdminResponse> refuse(const AdminRequest& request, const std::string& path) const;
  void dispatch(const AdminRequest& request, const RequestTarget& target, AdminReply reply) const;
  void call(const Route& route, const AdminRequest& request, const RequestTarget& target,
            std::string argument, AdminReply reply) const;

  void page(const Call&, AdminReply reply) const;
  void health(const Call&, AdminReply reply) const;
  void ready(const Call&, AdminReply reply) const;
  void metrics(const Call&, AdminReply reply) const;
  void status(const Call&, AdminReply reply) const;
  void findings(const Call&, AdminReply reply) const;
  void finding(const Call&, AdminReply reply) const;
  void windows(const Call&, AdminReply reply) const;
  void window(const Call&, AdminReply reply) const;
  void statements(const Call&, AdminReply reply) const;
  void statement(const Call&, AdminReply reply) const;
  void coverage(const Call&, AdminReply reply) const;
  void events(const Call&, AdminReply reply) const;
  void open_window(const Call&, AdminReply reply) const;
  void close_window(const Call&, AdminReply reply) const;
  void flush(const Call&, AdminReply reply) const;
  void reset(const Call&, AdminReply reply) const;
  void analysis(const Call&, AdminReply reply) const;
  void quit(const Call&, AdminReply reply) const;

  using Question = std::function<void(Engine&, Time)>;
  /// Judges every open window, as often as it takes until no catalog is waited for; then `then`.
  void flush_then(Question then) const;
  /// The same for closed windows; worker thread.
  void settle_then(Engine& engine, Time now, Question then) const;

  AdminGuard guard_;
  AdminBackend backend_;
};

}  // namespace onetrip
