#pragma once

namespace onetrip {

// What stands below the options in --help.

constexpr const char* after_help =
    "\nonetrip run postgres://db:5432 is enough to start: it listens on 127.0.0.1:6532, its API "
    "and\n"
    "metrics on 127.0.0.1:9188. Settings: defaults < onetrip.toml < ONETRIP_* environment < flags.";

constexpr const char* after_analyze =
    "\nSettings that make a log tell all it can:\n"
    "  log_destination = 'csvlog'             or 'jsonlog', since PostgreSQL 15\n"
    "  logging_collector = on\n"
    "  log_min_duration_statement = 0         every statement, with its duration and parameters\n"
    "A log holds no result rows: see docs/analyze.md for what that means.\n"
    "Exit codes: 0 done, 2 wrong usage or configuration, 75 the file could not be read.";

constexpr const char* after_exec =
    "\nonetrip exec [OPTIONS] -- COMMAND...\n\nThe proxy stands on a free port of 127.0.0.1. "
    "Variables that hold a postgres:// or\n"
    "jdbc:postgresql:// URL of the upstream lead there, PGHOST and PGPORT too; --env serves\n"
    "frameworks that take the parts, --listen 127.0.0.1:5432 those with settings in their code.\n"
    "Exit codes: COMMAND's own when it fails, 1 a budget is broken, 2 wrong usage or\n"
    "configuration, 75 nothing was seen or a report could not be written.";

constexpr const char* after_check =
    "\nExamples:\n"
    "  onetrip check --windows run.json\n"
    "  onetrip check --windows shard*.json --report junit=onetrip.xml\n"
    "Exit codes: 0 within budget, 1 a budget is broken, 2 wrong usage, or a budget or baseline "
    "that\n"
    "cannot be read, 75 a recording could not be read, or a report not be written.";

constexpr const char* after_baseline =
    "\nExamples:\n"
    "  onetrip exec --save run.json -- pytest\n"
    "  onetrip baseline diff --windows run.json\n"
    "  onetrip baseline update --windows run.json\n"
    "Exit codes: 0 done, whether anything changed or not, 2 wrong usage, or a baseline that "
    "cannot\n"
    "be read, 75 a recording could not be read, or the baseline not be written.";

constexpr const char* after_report =
    "\nExamples:\n"
    "  onetrip report --format html=report.html --windows run.json\n"
    "  onetrip report --format json --api http://127.0.0.1:9188\n"
    "Exit codes: 0 written, whatever stands in it, 2 wrong usage, or a budget or baseline that\n"
    "cannot be read, 75 nothing could be read or written.";

constexpr const char* after_diff =
    "\nA file is a recording of `onetrip exec --save`, or a report of `--report json`: which, it "
    "is\n"
    "seen by what is in it.\n"
    "Examples:\n"
    "  onetrip diff main.json branch.json\n"
    "  onetrip diff report-of-main.json run.json\n"
    "Exit codes: 0 compared, better or worse, 2 wrong usage, 75 a file could not be read.";

constexpr const char* after_completion =
    "\nExamples:\n"
    "  onetrip completion bash > /etc/bash_completion.d/onetrip\n"
    "  source <(onetrip completion bash)         for this shell alone; zsh likewise\n"
    "  onetrip completion zsh > ~/.zfunc/_onetrip          a folder of $fpath\n"
    "  onetrip completion fish > ~/.config/fish/completions/onetrip.fish\n"
    "Exit codes: 0 printed, 2 wrong usage.";

}  // namespace onetrip
