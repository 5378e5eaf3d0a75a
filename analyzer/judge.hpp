#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"

namespace onetrip {

/// The loop around the rules: levels, identity and the window's own facts are written once, here.
class Judge {
 public:
  Judge(std::vector<std::unique_ptr<Rule>> rules, std::map<std::string, RuleLevels> levels)
      : rules_(std::move(rules)), levels_(std::move(levels)) {}

  void set_levels(std::map<std::string, RuleLevels> levels) { levels_ = std::move(levels); }

  std::vector<Finding> judge(const Window& window, const Catalog* catalog) const;

 private:
  std::vector<std::unique_ptr<Rule>> rules_;
  std::map<std::string, RuleLevels> levels_;
};

}  // namespace onetrip
