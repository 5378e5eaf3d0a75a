#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>

#include "admin/status.hpp"
#include "analyzer/catalog_loader.hpp"
#include "analyzer/catalog_reader.hpp"
#include "app/catalogs.hpp"
#include "app/child.hpp"
#include "app/descriptors.hpp"
#include "app/ephemeral.hpp"
#include "app/exec_setup.hpp"
#include "app/gate.hpp"
#include "app/handover.hpp"
#include "app/nothing_seen.hpp"
#include "app/say.hpp"
#include "app/service.hpp"
#include "app/url.hpp"
#include "app/verbs.hpp"
#include "app/whole_file.hpp"
#include "budget/record_json.hpp"

namespace onetrip {
namespace {

/// For what COMMAND left running: its statements of before are seen, its connections end.
constexpr std::chrono::milliseconds last_words{2'000};

/// As long as the true one is not there, to see whether it can be handed over.
constexpr const char* some_ephemeral = "postgresql://postgres@%2Ftmp:5432/test";

/// How many sessions the server has seen, as far as it tells.
std::optional<std::uint64_t> sessions_at(const Config& config) {
  const auto parsed = parse_upstream(config.proxies.front().upstream);
  const std::string& database = std::get<UpstreamUrl>(parsed).database;
  try {
    return count_sessions(catalog_login(catalog_settings(config, config.proxies.front()),
                                        database.empty() ? "postgres" : database, {}));
  } catch (const std::runtime_error&) {
    return std::nullopt;  // a login that cannot be had: it is for an explanation only
  }
}

Endpoint listening(const Service& service) {
  return std::get<Endpoint>(parse_endpoint(service.vitals().listen.front(), 0));
}

/// One run of COMMAND behind the proxy, from what is to be started to what was seen. Main thread.
class CommandRun {
 public:
  CommandRun(const Options& options, const Environment& environment, const Gate& gate)
      : options_(options), environment_(environment), gate_(gate) {}

  Exit run(const HeldSignals& signals, const Descriptors& descriptors) {
    if (!find_server() || !read_config()) return Exit::usage;
    LogStyle style = log_style(config_.log, environment_, ::isatty(STDERR_FILENO) != 0);
    set_up_log(config_.log, style);
    if (const std::string lack = allow_descriptors(config_); !lack.empty()) say(lack);
    Service service(
        config_, style, [] {}, Service::Findings::recorded);
    service.start();
    const Handover handover = std::get<Handover>(hand_over(environment_, plan_for(service)));
    for (const std::string& sentence : handover.said) say(sentence);
    for (const std::string& sentence : service.unreachable()) say(sentence);
    const auto sessions = options_.exec.ephemeral ? std::nullopt : sessions_at(config_);
    if (const int signal = signals.pending(); signal != 0) return Exit(128 + signal);

    const CommandEnd end =
        run_command(options_.exec.command, handover.environment, signals, descriptors);
    signals.release();
    if (!end.trouble.empty()) say(end.trouble);
    service.drain(last_words);
    return conclude(service, end, handover, sessions);
  }

 private:
  HandoverPlan plan() const {
    HandoverPlan out;
    out.upstream = upstream_.text;
    out.encrypted = config_.listen_tls.mode == "require";
    out.rewrite = options_.exec.rewrite;
    out.templates = options_.exec.templates;
    out.ephemeral = options_.exec.ephemeral;
    return out;
  }

  HandoverPlan plan_for(const Service& service) const {
    HandoverPlan out = plan();
    out.proxy = listening(service);
    out.api = "http://" + service.admin_address();
    return out;
  }

  /// Its faults are told before anything is started.
  bool find_server() {
    if (options_.exec.ephemeral) {
      upstream_ = {some_ephemeral, "--ephemeral"};
    } else {
      auto found = exec_upstream(options_, environment_);
      if (const auto* error = std::get_if<UpstreamError>(&found)) return refuse(error->message);
      upstream_ = std::get<NamedUpstream>(std::move(found));
    }
    const auto tried = hand_over(environment_, plan());
    if (const auto* error = std::get_if<HandoverError>(&tried)) return refuse(error->message);
    return true;
  }

  static bool refuse(const std::string& sentence) {
    say(sentence);
    return false;
  }

  bool read_config() {
    LoadedConfig loaded = exec_config(options_, environment_, upstream_);
    if (loaded.errors.empty()) loaded.errors = check_files(loaded);
    if (!print_errors(loaded)) return false;
    config_ = std::move(loaded.config);
    if (!options_.exec.ephemeral) return true;
    server_.emplace(environment_);
    upstream_.text = server_->upstream();
    config_.proxies.front().upstream = upstream_.text;
    say("a throwaway PostgreSQL of " + server_->programs() + " serves");
    return true;
  }

  Exit conclude(Service& service, const CommandEnd& end, const Handover& handover,
                const std::optional<std::uint64_t>& sessions) const {
    SeenOfRun seen{service.vitals(), service.counters(), handover.rewritten, std::nullopt};
    Record record = service.record();
    record.not_checked = not_looked_at(seen.vitals, seen.counters);
    for (std::string& one : windows_without_statements(record, seen.counters))
      record.not_checked.push_back(std::move(one));
    record.full = end.code == 0 && !options_.exec.partial;

    const bool saved = save(record);
    const Gate::Outcome outcome = gate_.judge(
        record, [&service](const WantedRequests& wanted) { return service.witness(wanted); });
    const bool empty = end.started && is_empty(record) && !options_.exec.allow_empty;
    if (empty) {
      seen.elsewhere = sessions_elsewhere(sessions);
      for (const std::string& sentence : why_nothing_was_seen(record, seen)) say(sentence);
    }
    if (end.code != 0)
      for (const std::string& sentence : service.unreachable()) say(sentence);
    if (end.code != 0) return Exit(end.code);
    if (empty) return Exit::unable;
    return outcome.code() == Exit::fine && !saved ? Exit::unable : outcome.code();
  }

  bool save(const Record& record) const {
    return options_.exec.save.empty() || write_or_say(options_.exec.save, record_text(record));
  }

  /// Less the one that asked at the beginning.
  std::optional<std::uint64_t> sessions_elsewhere(
      const std::optional<std::uint64_t>& before) const {
    const auto now = before ? sessions_at(config_) : std::nullopt;
    if (!now || *now < *before + 1) return std::nullopt;
    return *now - *before - 1;
  }

  const Options& options_;
  const Environment& environment_;
  const Gate& gate_;
  NamedUpstream upstream_;
  Config config_;
  std::optional<EphemeralPostgres> server_;
};

bool is_a_report(const std::string& file, const std::vector<std::string>& reports) {
  return std::any_of(reports.begin(), reports.end(), [&](const std::string& one) {
    const std::size_t equals = one.find('=');
    return equals != std::string::npos && one.substr(equals + 1) == file;
  });
}

}  // namespace

Exit exec_command(const Options& options, const Environment& environment) {
  const Descriptors descriptors = descriptors_now();
  const HeldSignals signals;
  const auto opened = Gate::open(options, environment, TextPlace::standard_error);
  if (const auto* exit = std::get_if<Exit>(&opened)) return *exit;
  const std::string& save = options.exec.save;
  if (is_a_report(save, options.reports)) {
    say("a report and the recording of --save would both go to " + save);
    return Exit::usage;
  }
  if (!save.empty()) check_writable(save);
  return CommandRun(options, environment, std::get<Gate>(opened)).run(signals, descriptors);
}

}  // namespace onetrip
