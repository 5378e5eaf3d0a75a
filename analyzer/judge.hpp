#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"

namespace onetrip {

/// The loop around the rules: settings, identity and the window's own facts are written once, here.
class Judge {
 public:
  Judge(std::vector<std::unique_ptr<Rule>> rules, std::map<std::string, RuleSettings> settings)
      : rules_(std::move(rules)), settings_(std::move(settings)) {}

  struct Judgement {
    std::vector<Finding> findings;
    bool asked_for_catalog = false;  ///< another one may say something else
  };
  Judgement judge(const Window& window, const Catalog* catalog,
                  const LabelHistory* history = nullptr) const;

 private:
  void drop_yielding(std::vector<Finding>& findings) const;

  std::vector<std::unique_ptr<Rule>> rules_;
  std::map<std::string, RuleSettings> settings_;
};

}  // namespace onetrip
