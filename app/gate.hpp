#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/options.hpp"
#include "app/report_plan.hpp"
#include "app/witness_arrays.hpp"
#include "budget/baseline.hpp"
#include "budget/budget.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

constexpr const char* default_budget_file = "onetrip-budget.toml";
constexpr const char* default_baseline_file = "onetrip-baseline.json";

/// What records are judged by, and how the verdict is told. Main thread.
class Gate {
 public:
  /// Reads budget and baseline and looks at where reports are to go, so that a fault is told before
  /// anything runs; then the exit code.
  static std::variant<Gate, Exit> open(const Options& options, const Environment& environment,
                                       TextPlace text);

  struct Outcome {
    bool broken = false;   ///< a budget is
    bool written = false;  ///< every report; what was not is said
    Exit code() const { return broken ? Exit::broken : (written ? Exit::fine : Exit::unable); }
  };
  /// Asked for a page only.
  using AskWitness = std::function<Witness(const WantedRequests& wanted)>;
  Outcome judge(const Record& record, const AskWitness& ask = {}) const;  ///< and tells

 private:
  Gate() = default;
  ReportContext context() const;
  bool write(const WantedReport& report, const Verdict& verdict, ReportContext& context) const;
  bool coloured(WantedReport::Place place) const;

  Budget budget_;
  std::optional<Baseline> baseline_;
  std::string baseline_file_, project_;
  ReportPlan plan_;
  bool no_color_ = false;
};

/// The files put together; none when one cannot be read, which was said.
std::optional<Record> read_records(const std::vector<std::string>& files);

/// None when it cannot be read, which was said.
std::optional<Baseline> read_baseline(const std::string& file);

/// False when it could not be written, which was said.
bool write_or_say(const std::string& file, std::string_view content);

}  // namespace onetrip
