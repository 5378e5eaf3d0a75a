#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "analyzer/log/csvlog.hpp"
#include "analyzer/log/jsonlog.hpp"
#include "analyzer/log/sql_events.hpp"
#include "analyzer/log/sql_reader.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "app/analyze_report.hpp"
#include "app/big_stack.hpp"
#include "app/catalogs.hpp"
#include "app/engine_setup.hpp"
#include "app/verbs.hpp"

namespace onetrip {
namespace {

constexpr std::size_t piece_size = 64U << 10;
constexpr Time tick_interval = std::chrono::milliseconds(10);

/// Shows each event to the engine, and lets the log's time pass.
class EngineSink final : public EventSink {
 public:
  explicit EngineSink(Engine& engine) : engine_(engine) {}

  void put(Event& event) override {
    if (event.kind == Event::Kind::session_opened) databases_.insert(event.facts.database);
    const Time now = event.time;
    engine_.take(event);
    if (now - ticked_ < tick_interval) return;
    ticked_ = now;
    engine_.tick(now);
  }

  const std::set<std::string>& databases() const { return databases_; }

 private:
  Engine& engine_;
  std::set<std::string> databases_;
  Time ticked_{};
};

/// Reads a file, or standard input, piece by piece.
class Input {
 public:
  explicit Input(const std::string& name) : stream_(name == "-" ? &std::cin : &file_) {
    if (name == "-") return;
    std::error_code unknown;
    if (std::filesystem::is_directory(name, unknown))
      throw std::runtime_error(name + " is a folder");
    file_.open(name, std::ios::binary);
    if (file_) return;
    const std::string why = std::generic_category().message(errno);
    throw std::runtime_error("cannot read " + name + ": " + why);
  }

  /// Empty at the end.
  std::string_view next() {
    stream_->read(memory_.get(), piece_size);
    if (stream_->bad()) throw std::runtime_error("reading failed before the end");
    return {memory_.get(), static_cast<std::size_t>(stream_->gcount())};
  }

 private:
  std::unique_ptr<char[]> memory_ = std::make_unique<char[]>(piece_size);
  std::ifstream file_;
  std::istream* stream_;
};

std::string packed(const std::string& program, const std::string& file) {
  return "it is compressed: " + program + " " + (file == "-" ? "FILE" : file) +
         " | onetrip analyze -";
}

/// What to do about a file that cannot be read; empty when it can.
std::string refusal(InputFormat format, const std::string& file) {
  switch (format) {
    case InputFormat::csvlog:
    case InputFormat::jsonlog:
    case InputFormat::sql:
      return "";
    case InputFormat::stderr_log:
      return "it is a log of lines (log_destination = 'stderr'), which cannot be read back without "
             "doubt: set log_destination = 'csvlog', or 'jsonlog' since PostgreSQL 15, and "
             "logging_collector = on";
    case InputFormat::gzip:
      return packed("zcat", file);
    case InputFormat::zstd:
      return packed("zstdcat", file);
    case InputFormat::xz:
      return packed("xzcat", file);
    case InputFormat::bzip2:
      return packed("bzcat", file);
    case InputFormat::binary:
      return "it is neither a log nor SQL text";
    case InputFormat::empty:
      return "it is empty";
  }
  return "";
}

InputFormat choose(const std::string& wanted, InputFormat seen) {
  const bool is_text = seen == InputFormat::csvlog || seen == InputFormat::jsonlog ||
                       seen == InputFormat::sql || seen == InputFormat::stderr_log;
  if (!is_text || wanted == "auto") return seen;
  if (wanted == "csvlog") return InputFormat::csvlog;
  return wanted == "jsonlog" ? InputFormat::jsonlog : InputFormat::sql;
}

CatalogPtr catalog_for(const Options& options, const Config& config) {
  if (!options.catalog.empty()) return read_catalog_file("--catalog", options.catalog);
  if (!config.catalog.file.empty()) return read_catalog_file("catalog.file", config.catalog.file);
  return nullptr;
}

/// One run over one file.
class Run {
 public:
  Run(const Options& options, const Config& config, CatalogPtr catalog)
      : options_(options),
        hasher_(random_key()),
        text_bytes_(static_cast<std::size_t>(config.limits.statement_text)),
        engine_(hasher_, engine_config(config, 0), configured_rules(config), nullptr, {}),
        sink_(engine_) {
    analysis_.file = options.argument == "-" ? "standard input" : options.argument;
    if (catalog == nullptr) return;
    analysis_.catalog = catalog->snapshot().database;
    engine_.catalog_ready({0, analysis_.catalog}, std::move(catalog));
  }

  /// Throws std::runtime_error with a sentence when the file cannot be read.
  Analysis perform() {
    Input input(options_.argument);
    std::string_view piece = input.next();
    analysis_.format = choose(options_.format, format_of(piece));
    const std::string why = refusal(analysis_.format, options_.argument);
    if (!why.empty()) throw std::runtime_error(analysis_.file + ": " + why);
    if (analysis_.format == InputFormat::sql)
      read_sql(input, piece);
    else
      read_log(input, piece);
    engine_.shut_down(analysis_.log.last);
    analysis_.databases = sink_.databases();
    analysis_.engine = engine_.counters();
    analysis_.findings = engine_.findings({});
    if (analysis_.format == InputFormat::sql) forget_times();
    return std::move(analysis_);
  }

 private:
  static void feed(LogReader& reader, Input& input, std::string_view piece) {
    for (; !piece.empty(); piece = input.next()) reader.feed(piece);
    reader.end();
  }

  void read_log(Input& input, std::string_view piece) {
    LogEvents events(hasher_, sink_, text_bytes_);
    std::unique_ptr<LogReader> reader;
    if (analysis_.format == InputFormat::csvlog)
      reader = std::make_unique<CsvlogReader>(events);
    else
      reader = std::make_unique<JsonlogReader>(events);
    feed(*reader, input, piece);
    events.end();
    analysis_.log = events.counters();
    analysis_.faults = reader->faults();
  }

  void read_sql(Input& input, std::string_view piece) {
    SqlEvents events(hasher_, sink_, text_bytes_, analysis_.catalog);
    SqlReader reader([&](std::string_view sql) { events.statement(sql); });
    feed(reader, input, piece);
    events.end();
    analysis_.log.statements = events.statements();
    analysis_.log.sessions = 1;
    analysis_.faults = reader.faults();
  }

  void forget_times() {
    for (Finding& finding : analysis_.findings) {
      finding.seen.first.clear();
      finding.seen.last.clear();
    }
  }

  const Options& options_;
  const ValueHasher hasher_;
  const std::size_t text_bytes_;
  Engine engine_;
  EngineSink sink_;
  Analysis analysis_;
};

/// Why nothing came of it; empty when something did.
std::string nothing_understood(const Analysis& analysis) {
  if (analysis.log.statements == 0 && analysis.format != InputFormat::sql) {
    if (analysis.log.entries == 0) return "no entry of it could be read";
    return "it holds no statement: set log_min_duration_statement = 0, or log_statement = 'all'; "
           "only English messages are read (lc_messages = 'C')";
  }
  const auto syntax = analysis.engine.unparsable.find("syntax");
  const bool all =
      syntax != analysis.engine.unparsable.end() && syntax->second == analysis.log.statements;
  if (analysis.log.statements == 0 || all) return "nothing of it is SQL";
  return "";
}

/// The configuration of the proxy: what it forwards to says nothing here, and need not be there.
LoadedConfig load_without_upstream(Options options, const Environment& environment) {
  options.flags.push_back({"proxy.upstream", "analyze", {"127.0.0.1:5432"}});
  return load_for(options, environment);
}

}  // namespace

Exit analyze(const Options& options, const Environment& environment) {
  const LoadedConfig loaded = load_without_upstream(options, environment);
  if (!print_errors(loaded)) return Exit::usage;
  CatalogPtr catalog;
  try {
    catalog = catalog_for(options, loaded.config);
  } catch (const std::runtime_error& error) {
    std::cerr << "onetrip: " << printable(error.what()) << "\n";
    return Exit::usage;
  }
  Analysis analysis;
  std::string why;
  on_big_stack([&] {
    try {
      analysis = Run(options, loaded.config, catalog).perform();
      why = nothing_understood(analysis);
      if (!why.empty()) why = analysis.file + ": " + why;
    } catch (const std::runtime_error& error) {
      why = error.what();
    }
  });
  if (!why.empty()) {
    std::cerr << "onetrip: " << printable(why) << "\n";
    return Exit::unable;
  }
  const bool coloured = isatty(STDOUT_FILENO) != 0 && variable(environment, "NO_COLOR").empty();
  std::cout << (options.json ? analysis_json(analysis)
                             : analysis_text(analysis, coloured ? Colour::on : Colour::off));
  std::cout.flush();
  return std::cout ? Exit::fine : Exit::unable;
}

}  // namespace onetrip
