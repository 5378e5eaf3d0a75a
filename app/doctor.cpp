#include "app/doctor.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

constexpr std::size_t longest = 2000;

const char* word(Check::Verdict verdict) {
  switch (verdict) {
    case Check::Verdict::ok:
      return "ok";
    case Check::Verdict::warning:
      return "warning";
    case Check::Verdict::fail:
      break;
  }
  return "fail";
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// Errors of the configuration as checks. True when there were none.
bool check_configuration_of(const LoadedConfig& loaded, Checks& checks) {
  for (const ConfigError& error : loaded.errors)
    checks.fail("configuration", error.text(), "correct it; `onetrip config check` looks again");
  if (loaded.errors.empty()) checks.ok("configuration", "it and its files can be used");
  return loaded.errors.empty();
}

void check_all(const Config& config, const Environment& environment, Checks& checks) {
  for (const Config::Pair& pair : config.proxies)
    check_upstream(config, std::get<UpstreamUrl>(parse_upstream(pair.upstream)), checks);
  check_listening(config, checks);
  check_catalog(config, environment, checks);
  check_process(config, checks);
}

}  // namespace

void Checks::add(Check check) {
  for (std::string* text : {&check.subject, &check.text, &check.fix})
    *text = one_line(*text, longest);
  all_.push_back(std::move(check));
}

void Checks::ok(std::string subject, std::string text) {
  add({Check::Verdict::ok, std::move(subject), std::move(text), ""});
}

void Checks::warn(std::string subject, std::string text, std::string fix) {
  add({Check::Verdict::warning, std::move(subject), std::move(text), std::move(fix)});
}

void Checks::fail(std::string subject, std::string text, std::string fix) {
  add({Check::Verdict::fail, std::move(subject), std::move(text), std::move(fix)});
}

bool Checks::failed() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const Check& check) { return check.verdict == Check::Verdict::fail; });
}

std::string doctor_text(const Checks& checks) {
  std::string out;
  for (const Check& check : checks.all()) {
    out += padded(word(check.verdict), 9) + check.subject + ": " + check.text;
    out += check.fix.empty() ? ".\n" : ". To mend it: " + check.fix + ".\n";
  }
  return out;
}

std::string doctor_json(const Checks& checks) {
  boost::json::array list;
  for (const Check& check : checks.all()) {
    boost::json::object one{
        {"status", word(check.verdict)}, {"check", check.subject}, {"message", check.text}};
    one["fix"] = check.fix.empty() ? boost::json::value(nullptr) : boost::json::value(check.fix);
    list.push_back(std::move(one));
  }
  return to_json_text(boost::json::object{{"schema_version", 1}, {"checks", list}}) + "\n";
}

Exit examine(const Options& options, const Environment& environment) {
  LoadedConfig loaded = load_for(options, environment);
  if (loaded.errors.empty()) loaded.errors = check_files(loaded);
  Checks checks;
  const bool usable = check_configuration_of(loaded, checks);
  if (usable) check_all(loaded.config, environment, checks);
  std::cout << (options.json ? doctor_json(checks) : doctor_text(checks));
  if (!usable) return Exit::usage;
  return checks.failed() ? Exit::unable : Exit::fine;
}

}  // namespace onetrip
