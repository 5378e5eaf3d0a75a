#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/event.hpp"

namespace onetrip {

/// A count or a size in bytes, a duration, or a share from 0 to 1.
using OptionValue = std::variant<std::int64_t, Time, double>;
using OptionValues = std::map<std::string, OptionValue>;

/// Something that users may set of a rule.
struct RuleOption {
  enum class Kind : std::uint8_t { count, size, duration, share };
  std::string name;
  Kind kind = Kind::count;
  OptionValue standard;  ///< what holds when nobody sets it
  std::string about;     ///< one sentence
};

/// What make_<rule> takes its thresholds from. Asking for one declares it, so that the rule's own
/// file is the only place that names it: the configuration and the rule's page follow.
class RuleOptions {
 public:
  /// `set`: by name, in the kind that is asked for; what is not in it has its standard value.
  explicit RuleOptions(OptionValues set = {}) : set_(std::move(set)) {}

  std::uint64_t count(std::string name, std::int64_t standard, std::string about) {
    return number(RuleOption::Kind::count, std::move(name), standard, std::move(about));
  }
  std::uint64_t size(std::string name, std::int64_t standard, std::string about) {
    return number(RuleOption::Kind::size, std::move(name), standard, std::move(about));
  }
  Time duration(std::string name, Time standard, std::string about) {
    return std::get<Time>(
        read({std::move(name), RuleOption::Kind::duration, standard, std::move(about)}));
  }
  double share(std::string name, double standard, std::string about) {
    return std::get<double>(
        read({std::move(name), RuleOption::Kind::share, standard, std::move(about)}));
  }

  const std::vector<RuleOption>& declared() const { return declared_; }

 private:
  std::uint64_t number(RuleOption::Kind kind, std::string name, std::int64_t standard,
                       std::string about) {
    return static_cast<std::uint64_t>(
        std::get<std::int64_t>(read({std::move(name), kind, standard, std::move(about)})));
  }
  const OptionValue& read(RuleOption option) {
    declared_.push_back(std::move(option));
    const auto found = set_.find(declared_.back().name);
    return found == set_.end() ? declared_.back().standard : found->second;
  }

  OptionValues set_;
  std::vector<RuleOption> declared_;
};

}  // namespace onetrip
