#include "budget/baseline.hpp"

#include <filesystem>
#include <iostream>

#include "analyzer/sinks/safe_text.hpp"
#include "analyzer/statement_trips.hpp"
#include "app/gate.hpp"
#include "app/say.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

/// What a verb of `baseline` works on.
struct Work {
  std::string file;
  Baseline old;
  Record record;
};

/// A baseline that nobody named and that is not there is an empty one.
std::variant<Work, Exit> read(const Options& options) {
  Work work;
  work.file = options.baseline.empty() ? default_baseline_file : options.baseline;
  std::error_code ignored;
  if (std::filesystem::exists(work.file, ignored)) {
    auto old = read_baseline(work.file);
    if (!old) return Exit::usage;
    work.old = std::move(*old);
  }
  auto record = read_records(options.windows);
  if (!record) return Exit::unable;
  work.record = std::move(*record);
  return work;
}

void print(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << printable(line) << "\n";
}

Exit write(const Work& work, const Baseline& now) {
  const std::vector<std::string> lines = differences(work.old, now);
  if (!write_or_say(work.file, baseline_text(now))) return Exit::unable;
  print(lines);
  say(work.file + ": " + counted(now.causes.size(), "cause") + ", " +
      counted(now.labels.size(), "label") + "; " +
      (lines.empty() ? "nothing changed" : counted(lines.size(), "change")));
  return Exit::fine;
}

}  // namespace

Exit update_baseline(const Options& options) {
  const auto work = read(options);
  if (const auto* exit = std::get_if<Exit>(&work)) return *exit;
  const auto& [file, old, record] = std::get<Work>(work);
  return write(std::get<Work>(work), updated(old, record));
}

Exit compare_baseline(const Options& options) {
  const auto work = read(options);
  if (const auto* exit = std::get_if<Exit>(&work)) return *exit;
  const auto& [file, old, record] = std::get<Work>(work);
  print(differences(old, updated(old, record)));
  return Exit::fine;
}

Exit prune_baseline(const Options& options) {
  const auto work = read(options);
  if (const auto* exit = std::get_if<Exit>(&work)) return *exit;
  const auto& [file, old, record] = std::get<Work>(work);
  if (!record.full) {
    say("these recordings are a part of a suite, which cannot tell what is gone: record all of it, "
        "with a COMMAND that ends well");
    return Exit::usage;
  }
  return write(std::get<Work>(work), pruned(old, record));
}

}  // namespace onetrip
