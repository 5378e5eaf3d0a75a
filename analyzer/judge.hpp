#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/engine.hpp"

namespace onetrip {

/// The loop around the rules: settings, identity and the window's own facts are written once, here.
class Judge {
 public:
  /// `settings`: by the rule's name.
  Judge(std::vector<std::unique_ptr<Rule>> rules, std::map<std::string, RuleSettings> settings);

  struct Judgement {
    std::vector<Finding> findings;
    bool asked_for_catalog = false;  ///< another one may say something else
  };
  Judgement judge(const Window& window, const Catalog* catalog,
                  const LabelHistory* history = nullptr) const;

 private:
  /// A rule with what was set for it. Most windows are innocent, and many rules look at each: what
  /// can be known before is.
  struct Seat {
    std::unique_ptr<Rule> rule;
    RuleSettings settings;
    bool off = false;  ///< where no label says otherwise
  };

  void ask(const Seat& seat, const LinkedWindow& linked, std::vector<Finding>& findings) const;
  void drop_yielding(std::vector<Finding>& findings) const;

  std::vector<Seat> seats_;
};

}  // namespace onetrip
