#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/buckets.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/label_cap.hpp"
#include "analyzer/window_sink.hpp"

namespace onetrip {

/// Counts for metrics: the windows that showed a finding, when a cause was first seen, what was
/// wasted, and how large and long requests are, by label and application. Bounded. Worker thread.
class FindingCounts final : public FindingSink, public WindowSink {
 public:
  using Request = LabelPairCap::Pair;                           ///< label, application
  using Key = std::tuple<std::string, Severity, Request>;       ///< rule, severity, …
  using Cause = std::tuple<std::string, std::string, Request>;  ///< rule, cause, …
  using Waste = std::pair<std::string, Request>;                ///< rule, …

  static constexpr std::size_t most_causes = 1000;

  struct Requests {
    /// The latest window of a bucket.
    struct Example {
      std::string window;  ///< id; empty: none yet
      double seconds = 0;
    };
    Buckets statements{statement_bounds()}, seconds{duration_bounds()};
    std::vector<Example> examples{duration_bounds().size() + 1};  ///< by bucket of seconds
  };

  explicit FindingCounts(std::size_t label_values) : names_(label_values) {}

  void finding(const Finding& finding, News news) override;
  void judged(const Window&, std::span<const Finding>) override {}
  void closed(const Window& window, std::span<const Finding> findings) override;

  const std::map<Key, std::uint64_t>& counts() const { return counts_; }
  /// Unix seconds of the first window that showed it; of the first most_causes.
  const std::map<Cause, double>& first_seen() const { return first_seen_; }
  const std::map<Waste, double>& wasted_seconds() const { return wasted_; }
  const std::map<Request, Requests>& requests() const { return requests_; }
  std::uint64_t collapsed() const { return names_.collapsed(); }

 private:
  LabelPairCap names_;
  std::map<Key, std::uint64_t> counts_;
  std::map<Cause, double> first_seen_;
  std::map<Waste, double> wasted_;
  std::map<Request, Requests> requests_;
};

}  // namespace onetrip
