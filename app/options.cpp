#include "app/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "app/completion.hpp"
#include "app/footers.hpp"
#include "app/version.hpp"
#include "budget/nearest.hpp"

namespace onetrip {
namespace {

/// The command line as CLI11 sees it. Unknown words are told by us, so CLI11 lets them through.
class CommandLine {
 public:
  CommandLine() {
    root_.set_help_flag("-h,--help", "Print this help");
    root_.set_version_flag("--version", "onetrip " + std::string(version));
    root_.footer(after_help);
    root_.require_subcommand(0, 1);
    root_.allow_extras();
    add_run();
    add_config();
    add_fingerprint();
    add_catalog();
    add_explain();
    add_analyze();
    add_status();
    add_top();
    add_doctor();
    add_exec();
    add_check();
    add_baseline();
    add_report();
    add_diff();
    add_completion();
    verb("version", Verb::show_text, "Print the version");
  }

  std::variant<Options, UsageError> parse(std::vector<std::string> arguments) {
    take_command(arguments);
    for (const std::string& word : arguments)
      if (word.starts_with("--") && word.ends_with('=') &&
          word.find_first_of(" =") == word.size() - 1)
        return UsageError{"`" + word + "` names nothing after =."};
    std::reverse(arguments.begin(), arguments.end());
    try {
      root_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return text(chosen()->help(parents()));
    } catch (const CLI::CallForVersion&) {
      return text("onetrip " + std::string(version) + "\n");
    } catch (const CLI::ParseError& error) {
      return UsageError{std::string(error.what()) + see_help()};
    }
    return understood();
  }

 private:
  /// exec … "--" COMMAND; whatever stands there is not ours.
  void take_command(std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.front() != "exec") return;
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    if (dashes == arguments.end()) return;
    options_.exec.command.assign(dashes + 1, arguments.end());
    arguments.erase(dashes, arguments.end());
  }

  CLI::App* verb(const std::string& name, Verb value, const std::string& about,
                 CLI::App* of = nullptr) {
    CLI::App* made = (of != nullptr ? of : &root_)->add_subcommand(name, about);
    made->allow_extras();
    made->callback([this, value] { options_.verb = value; });
    return made;
  }

  CLI::Option* flag_for(CLI::App* verb, const std::string& flag, const std::string& key,
                        const std::string& about) {
    return verb
        ->add_option_function<std::vector<std::string>>(
            flag,
            [this, key, flag](const std::vector<std::string>& values) {
              options_.flags.push_back({key, flag, values});
            },
            about)
        ->expected(1)
        ->allow_extra_args(false)  // each use takes one value: what follows is the upstream
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  /// A file's name. An empty one is a variable that was not set, and no wish for the default.
  static CLI::Option* add_file(CLI::App* verb, const std::string& flag, std::string& name,
                               const std::string& about) {
    return is_file(verb->add_option(flag, name, about));
  }
  static CLI::Option* is_file(CLI::Option* option) {
    return option->type_name("FILE")->check([](const std::string& name) {
      return name.empty() ? "wants the name of a file, and got an empty one" : std::string();
    });
  }

  void add_config_file(CLI::App* verb) {
    add_file(verb, "--config", options_.config_file, "(default: onetrip.toml if there is one)");
  }

  void add_token_file(CLI::App* verb, const std::string& about) {
    is_file(flag_for(verb, "--token-file", "admin.token_file", about));
  }

  void add_config_flags(CLI::App* verb) {
    add_config_file(verb);
    flag_for(verb, "--listen", "proxy.listen",
             "Where clients connect: ADDR:PORT or /dir; repeatable");
    flag_for(verb, "--upstream", "proxy.upstream",
             "PostgreSQL: postgres://HOST:PORT, HOST:PORT or /dir");
    flag_for(verb, "--admin", "admin.listen", "API and metrics: ADDR:PORT, or off");
    flag_for(verb, "--log-format", "log.format", "text, json or auto");
    verb->add_option_function<std::string>(
        "UPSTREAM",
        [this](const std::string& value) {
          options_.flags.push_back({"proxy.upstream", "UPSTREAM", {value}});
        },
        "The same as --upstream");
  }

  void add_run() {
    add_config_flags(verb("run", Verb::run, "Stand between clients and PostgreSQL"));
  }

  void add_config() {
    CLI::App* config = root_.add_subcommand("config", "Check or print the configuration");
    config->require_subcommand(0, 1);
    config->allow_extras();
    add_config_flags(verb("check", Verb::config_check, "Tell every fault with its place", config));
    add_config_flags(verb("print", Verb::config_print, "Print the effective values", config));
    verb("schema", Verb::config_schema, "Print the JSON Schema of onetrip.toml", config);
  }

  void add_fingerprint() {
    CLI::App* fingerprint =
        verb("fingerprint", Verb::fingerprint, "Print fingerprint, summary and facts of SQL");
    fingerprint->add_option("SQL", options_.argument,
                            "Statement, or - for standard input (default)");
    fingerprint->add_flag("--json", options_.json, "As JSON");
  }

  void add_catalog() {
    CLI::App* catalog = root_.add_subcommand("catalog", "Names and keys of a database");
    catalog->require_subcommand(0, 1);
    catalog->allow_extras();
    CLI::App* made =
        verb("export", Verb::catalog_export, "Write them to a file for catalog.file", catalog);
    made->add_option("--dsn", options_.dsn, "How to log in: URL or name=value pairs")->required();
    add_file(made, "-o,--output", options_.output, "(default: standard output)");
  }

  void add_explain() {
    CLI::App* explain = verb("explain", Verb::explain, "Print the page of a rule");
    explain->add_option("RULE", options_.argument, "Its name, as in a finding")->type_name("RULE");
  }

  void add_analyze() {
    CLI::App* analyze =
        verb("analyze", Verb::analyze, "Look for the same in a PostgreSQL log, or in SQL text");
    add_file(analyze, "FILE", options_.argument,
             "csvlog, jsonlog or SQL text; - for standard input")
        ->required();
    analyze->add_option("--format", options_.format, "What it is: auto, csvlog, jsonlog or sql")
        ->check(CLI::IsMember({"auto", "csvlog", "jsonlog", "sql"}))
        ->capture_default_str();
    add_file(analyze, "--catalog", options_.catalog, "Names and keys: of `onetrip catalog export`");
    analyze->add_flag("--json", options_.json, "As JSON");
    add_config_file(analyze);
    analyze->footer(after_analyze);
  }

  void add_admin_place(CLI::App* verb) {
    add_file(verb, "--config", options_.config_file, "That tells its admin address");
    verb->add_option("--api", options_.api,
                     "Its URL (default: ONETRIP_API, else the configuration)");
    flag_for(verb, "--admin", "admin.listen", "Its admin address");
    add_token_file(verb, "With its token");
  }

  void add_status() {
    CLI::App* status = verb("status", Verb::status, "Ask a running onetrip how it is");
    add_admin_place(status);
    status->add_flag("--wait", options_.wait, "Wait until it is ready");
    status->add_option("--timeout", options_.timeout, "How long to wait")->capture_default_str();
    status->add_flag("--json", options_.json, "As JSON");
  }

  void add_top() {
    CLI::App* top =
        verb("top", Verb::top, "Watch a running onetrip's findings and statements in the terminal");
    add_admin_place(top);
    top->add_option("--interval", options_.interval, "How often to look")->capture_default_str();
    top->add_flag("--once", options_.once, "Print the first of both once, for scripts");
  }

  void add_doctor() {
    CLI::App* doctor = verb("doctor", Verb::doctor,
                            "Look at everything that a session needs, and tell what mends it");
    add_config_flags(doctor);
    add_token_file(doctor, "With the running one's token");
    doctor->add_flag("--json", options_.json, "As JSON");
  }

  /// Each use takes one value.
  static CLI::Option* repeatable(CLI::App* verb, const std::string& flag,
                                 std::vector<std::string>& values, const std::string& about) {
    return verb->add_option(flag, values, about)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void add_judging(CLI::App* verb) {
    add_file(verb, "--budget", options_.budget,
             "What is allowed (default: onetrip-budget.toml if there is one)");
    add_file(verb, "--baseline", options_.baseline,
             "What was known (default: onetrip-baseline.json if there is one)");
  }

  void add_reports(CLI::App* verb) {
    repeatable(verb, "--report", options_.reports,
               "FORMAT or FORMAT=PATH, repeatable: text, json, markdown, junit, sarif, github, "
               "gitlab, html")
        ->type_name("FORMAT");
  }

  CLI::Option* add_recordings(CLI::App* verb) {
    return is_file(verb->add_option("--windows", options_.windows,
                                    "Of `onetrip exec --save`: runs and shards are put together"));
  }

  void add_exec() {
    CLI::App* exec =
        verb("exec", Verb::exec, "Run a COMMAND, and judge what it asked the database");
    flag_for(exec, "--upstream", "proxy.upstream",
             "PostgreSQL (default: what the environment names)");
    exec->add_flag("--ephemeral", options_.exec.ephemeral,
                   "A throwaway PostgreSQL, with DATABASE_URL, PGUSER and PGDATABASE set to it")
        ->excludes("--upstream");
    flag_for(exec, "--listen", "proxy.listen", "ADDR:PORT (default: a free port of 127.0.0.1)");
    repeatable(exec, "--env", options_.exec.templates,
               "NAME=TEMPLATE with {host} {port} {url} {user} {database}, repeatable");
    repeatable(exec, "--rewrite", options_.exec.rewrite,
               "A variable whose URL is to lead through onetrip, repeatable");
    add_judging(exec);
    add_reports(exec);
    add_file(exec, "--save", options_.exec.save, "For the recording: `check` judges it again");
    exec->add_flag("--allow-empty", options_.exec.allow_empty,
                   "It is fine when no request was seen");
    exec->add_flag("--partial", options_.exec.partial,
                   "COMMAND is a part of the suite: what it does not show is not gone");
    add_config_file(exec);
    exec->footer(after_exec);
  }

  void add_check() {
    CLI::App* check = verb("check", Verb::check, "Judge recordings again");
    add_recordings(check)->required();
    add_judging(check);
    add_reports(check);
    check->footer(after_check);
  }

  void add_baseline() {
    CLI::App* baseline = root_.add_subcommand("baseline", "What was known when looking began");
    baseline->require_subcommand(0, 1);
    baseline->allow_extras();
    const auto add = [&](const char* name, Verb value, const char* about) {
      CLI::App* made = verb(name, value, about, baseline);
      add_recordings(made)->required();
      add_file(made, "--baseline", options_.baseline, "(default: onetrip-baseline.json)");
      made->footer(after_baseline);
    };
    baseline->footer(after_baseline);
    add("update", Verb::baseline_update, "Write what the recordings show");
    add("diff", Verb::baseline_diff, "Print what update would change");
    add("prune", Verb::baseline_prune, "Take out what the recordings no longer show");
  }

  void add_report() {
    CLI::App* report = verb("report", Verb::report,
                            "Print a report of recordings, or of a running "
                            "onetrip");
    repeatable(report, "--format", options_.reports, "FORMAT or FORMAT=PATH, as --report of exec")
        ->type_name("FORMAT")
        ->required();
    add_recordings(report);
    report->add_option("--api", options_.api, "URL of a running onetrip")->excludes("--windows");
    add_token_file(report, "With its token");
    add_judging(report);
    report->footer(after_report);
  }

  void add_diff() {
    CLI::App* diff = verb("diff", Verb::diff, "Compare two recordings or reports, label by label");
    is_file(diff->add_option("FILES", options_.windows, "BASE and HEAD"))->required()->expected(2);
    diff->footer(after_diff);
  }

  void add_completion() {
    CLI::App* completion =
        verb("completion", Verb::show_text, "Print what a shell completes after onetrip");
    completion->add_option("SHELL", options_.argument, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember(completed_shells()));
    completion->footer(after_completion);
  }

  CLI::App* chosen() {
    CLI::App* at = &root_;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return at;
  }

  /// "onetrip config", for `onetrip config check`; empty for the program itself.
  std::string parents() {
    std::string out;
    for (CLI::App* at = chosen()->get_parent(); at != nullptr; at = at->get_parent()) {
      out = at->get_name() + (out.empty() ? "" : " ") + out;
    }
    return out;
  }

  std::string see_help() {
    std::string name;
    for (CLI::App* at = chosen(); at != &root_; at = at->get_parent())
      name = at->get_name() + " " + name;
    return "\nSee `onetrip " + name + "--help`.";
  }

  static Options text(std::string text) {
    Options options;
    options.text = std::move(text);
    return options;
  }

  std::variant<Options, UsageError> understood() {
    CLI::App* verb = chosen();
    for (CLI::App* at = verb; at != nullptr; at = at->get_parent()) {
      if (const auto rest = at->remaining(); !rest.empty()) return unknown(*verb, rest.front());
    }
    if (verb == &root_) return text(root_.help());
    if (!verb->get_subcommands({}).empty()) {
      return UsageError{"onetrip " + verb->get_name() + " wants one more word." + see_help()};
    }
    if (options_.verb == Verb::exec && options_.exec.command.empty()) {
      return UsageError{"exec wants a COMMAND after --, as in `onetrip exec -- pytest`." +
                        see_help()};
    }
    if (verb->get_name() == "completion") return text(completion_script(options_.argument, root_));
    if (verb->get_name() == "version") return text("onetrip " + std::string(version) + "\n");
    return options_;
  }

  UsageError unknown(CLI::App& verb, const std::string& word) {
    std::vector<std::string> names;
    if (word.starts_with("-")) {
      for (const CLI::Option* option : verb.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      }
      const std::string flag = word.substr(0, word.find('='));
      return {"unknown flag `" + flag + "`." + did_you_mean(flag, names) + see_help()};
    }
    for (const CLI::App* sub : verb.get_subcommands({})) names.push_back(sub->get_name());
    if (names.empty()) return {"`" + word + "` is one word too many." + see_help()};
    return {"unknown command `" + word + "`." + did_you_mean(word, names) + see_help()};
  }

  Options options_;
  CLI::App root_{
      "Stands between an application and PostgreSQL and tells which statements should have "
      "been one trip.",
      "onetrip"};
};

}  // namespace

std::variant<Options, UsageError> parse_options(const std::vector<std::string>& arguments) {
  return CommandLine().parse(arguments);
}

}  // namespace onetrip
