#pragma once

#include "app/environment.hpp"
#include "app/options.hpp"

namespace onetrip {

/// One function per command. Each prints what it has to say and gives the exit code.
Exit run_proxy(const Options& options, const Environment& environment);
Exit check_configuration(const Options& options, const Environment& environment);
Exit print_configuration(const Options& options, const Environment& environment);
Exit print_fingerprint(const Options& options);
Exit export_catalog(const Options& options);
Exit analyze(const Options& options, const Environment& environment);
Exit explain_rule(const Options& options);
Exit examine(const Options& options, const Environment& environment);
Exit exec_command(const Options& options, const Environment& environment);
Exit check_recordings(const Options& options, const Environment& environment);
Exit update_baseline(const Options& options);
Exit compare_baseline(const Options& options);
Exit prune_baseline(const Options& options);
Exit write_reports(const Options& options, const Environment& environment);
Exit compare_runs(const Options& options);
Exit print_status(const Options& options, const Environment& environment);
Exit watch_top(const Options& options, const Environment& environment);

}  // namespace onetrip
