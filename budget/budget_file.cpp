#include <algorithm>
#include <array>
#include <iterator>

#include "analyzer/sinks/safe_text.hpp"
#include "budget/budget.hpp"
#include "budget/figure.hpp"
#include "budget/limit_text.hpp"
#include "budget/nearest.hpp"
#include "budget/toml.hpp"

namespace onetrip {
namespace {

constexpr std::int64_t format_version = 1;
constexpr std::array<std::string_view, 1> editions{"2027"};
constexpr Severity severities[] = {Severity::info, Severity::warning, Severity::error};
constexpr Confidence confidences[] = {Confidence::proven, Confidence::likely, Confidence::possible};

template <class Owner>
struct TextKey {
  std::string_view name;
  std::string Owner::*field;
};
constexpr std::array<TextKey<BudgetMatch>, 4> match_keys{
    {{"label", &BudgetMatch::label},
     {"name", &BudgetMatch::name},
     {"application", &BudgetMatch::application},
     {"database", &BudgetMatch::database}}};
constexpr std::array<TextKey<BudgetAllow>, 4> allow_keys{
    {{"cause", &BudgetAllow::cause},
     {"finding", &BudgetAllow::finding},
     {"fingerprint", &BudgetAllow::fingerprint},
     {"rule", &BudgetAllow::rule}}};

using Names = std::vector<std::string>;

template <class Keys>
Names names_of(const Keys& keys) {
  Names names;
  for (const auto& key : keys) names.emplace_back(key.name);
  return names;
}

template <class Keys>
auto find_key(const Keys& keys, std::string_view name) {
  return std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.name == name; });
}

bool is_hex16(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// None: there is no such level; "off" is none of them.
std::optional<Severity> severity_of(std::string_view name) {
  for (const Severity severity : severities)
    if (to_string(severity) == name) return severity;
  return std::nullopt;
}

/// version, edition, [defaults], [[budget]]*, [[allow]]*
class BudgetReader {
 public:
  BudgetReader(std::string file, const std::vector<std::string_view>& rules)
      : rules_(rules.begin(), rules.end()) {
    budget_.file = std::move(file);
    budget_.rules = rules_;
  }

  void read(const toml::table& root) {
    if (!is_readable(root)) return;
    for (const auto& [key, node] : root) {
      if (key == "edition") {
        read_edition(node);
      } else if (key == "defaults") {
        read_defaults(node);
      } else if (key == "budget") {
        for (const toml::table* table : tables_in("budget", node)) read_budget(*table);
      } else if (key == "allow") {
        for (const toml::table* table : tables_in("allow", node)) read_allow(*table);
      } else if (key != "version") {
        unknown(key, "", {"version", "edition", "defaults", "budget", "allow"});
      }
    }
  }

  void fail(const toml::source_region& where, std::string message) {
    errors_.push_back({budget_.file, where.begin.line, where.begin.column, std::move(message)});
  }

  std::variant<Budget, std::vector<BudgetError>> take() {
    if (errors_.empty()) return std::move(budget_);
    std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(errors_);
  }

 private:
  /// Of a version that this program does not know nothing else is told: it may be right there.
  bool is_readable(const toml::table& root) {
    const toml::node* node = root.get("version");
    if (node == nullptr) {
      errors_.push_back(
          {budget_.file, 0, 0, "does not say its version: begin it with version = 1"});
      return true;
    }
    const auto* version = node->as_integer();
    if (version != nullptr && version->get() == format_version) return true;
    if (version != nullptr && version->get() > format_version) {
      fail(node->source(), "is of version " + std::to_string(version->get()) +
                               ", and this onetrip knows version 1: upgrade onetrip");
    } else {
      fail(node->source(), "`version` is 1");
    }
    return false;
  }

  void read_edition(const toml::node& node) {
    const auto* text = node.as_string();
    if (text != nullptr &&
        std::find(editions.begin(), editions.end(), text->get()) != editions.end()) {
      budget_.edition = text->get();
      return;
    }
    std::string known;
    for (const std::string_view edition : editions) known += " \"" + std::string(edition) + "\"";
    fail(node.source(), "`edition` is one that this onetrip knows:" + known);
  }

  void read_defaults(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fail(node.source(), "`defaults` is a section: write [defaults]");
    for (const auto& [key, value] : *table)
      if (!read_limits(key, value, budget_.defaults)) unknown(key, "[defaults]", limit_names());
  }

  void read_budget(const toml::table& table) {
    MatchedBudget& budget = budget_.budgets.emplace_back();
    budget.line = table.source().begin.line;
    for (const auto& [key, value] : table) {
      if (key == "match") {
        read_match(value, budget.match);
      } else if (!read_limits(key, value, budget.limits)) {
        Names names = limit_names();
        names.emplace_back("match");
        unknown(key, "[[budget]]", names);
      }
    }
    if (table.contains("match")) return;
    fail(table.source(),
         "[[budget]] does not say what it is for: set match, as in match = { label = "
         "\"GET /orders/*\" }; what is for all stands in [defaults]");
  }

  void read_allow(const toml::table& table) {
    BudgetAllow& allow = budget_.allows.emplace_back();
    allow.line = table.source().begin.line;
    for (const auto& [key, value] : table) {
      const auto which = find_key(allow_keys, key.str());
      if (which != allow_keys.end()) {
        read_text(which->name, value, allow.*which->field);
      } else if (key == "match") {
        read_match(value, allow.match);
      } else if (key == "reason") {
        read_text("reason", value, allow.reason);
      } else if (key == "expires") {
        read_expires(value, allow);
      } else {
        Names names = names_of(allow_keys);
        names.insert(names.end(), {"match", "reason", "expires"});
        unknown(key, "[[allow]]", names);
      }
    }
    check_allow(table, allow);
  }

  void check_allow(const toml::table& table, const BudgetAllow& allow) {
    const auto said = std::count_if(allow_keys.begin(), allow_keys.end(),
                                    [&](const auto& key) { return table.contains(key.name); });
    if (said != 1)
      fail(table.source(), "[[allow]] accepts one thing: set cause, finding, fingerprint or rule");
    if (!table.contains("reason"))
      fail(table.source(), "[[allow]] does not say why: set reason = \"…\"");
    if (!allow.cause.empty() && !is_hex16(allow.cause))
      fail(table.get("cause")->source(), "`cause` is 16 hex digits, as reports show it");
    if (!allow.finding.empty() && !is_hex16(allow.finding))
      fail(table.get("finding")->source(), "`finding` is 16 hex digits, as reports show its id");
    const std::string_view fingerprint = allow.fingerprint;
    if (!fingerprint.empty() &&
        !(fingerprint.starts_with("v1:") && is_hex16(fingerprint.substr(3))))
      fail(table.get("fingerprint")->source(), "`fingerprint` is v1: and 16 hex digits");
    const bool known = std::find(rules_.begin(), rules_.end(), allow.rule) != rules_.end();
    if (!allow.rule.empty() && !known)
      fail(table.get("rule")->source(),
           "there is no such rule." + did_you_mean(allow.rule, rules_));
  }

  void read_expires(const toml::node& node, BudgetAllow& allow) {
    const auto* date = node.as_date();
    if (date == nullptr)
      return fail(node.source(), "`expires` takes a date without quotes, as in 2027-01-31");
    const toml::date& day = date->get();
    allow.expires = std::chrono::year_month_day{
        std::chrono::year{day.year}, std::chrono::month{day.month}, std::chrono::day{day.day}};
  }

  void read_match(const toml::node& node, BudgetMatch& match) {
    const toml::table* table = node.as_table();
    if (table == nullptr || table->empty()) {
      return fail(node.source(),
                  "`match` is a table of globs, as in match = { label = \"GET /orders/*\" }");
    }
    for (const auto& [key, value] : *table) {
      const auto which = find_key(match_keys, key.str());
      if (which == match_keys.end()) {
        unknown(key, "match", names_of(match_keys));
      } else {
        read_text(which->name, value, match.*which->field);
      }
    }
  }

  void read_text(std::string_view name, const toml::node& node, std::string& text) {
    const auto* value = node.as_string();
    if (value == nullptr || value->get().find_first_not_of(" \t\r\n") == std::string::npos)
      return fail(node.source(), "`" + std::string(name) + "` takes a text that is not empty");
    text = value->get();
  }

  /// False: it is none of these keys.
  bool read_limits(const toml::key& key, const toml::node& node, BudgetLimits& limits) {
    const std::string name(key.str());
    const auto figure = std::find_if(figures().begin(), figures().end(),
                                     [&](const Figure& one) { return one.key == name; });
    if (figure != figures().end()) {
      limits.*figure->limit = read_limit(*figure, node);
    } else if (name == "level") {
      read_level(node, limits);
    } else if (std::find(rules_.begin(), rules_.end(), name) != rules_.end()) {
      read_rule(name, node, limits.rules[name]);
    } else {
      return false;
    }
    return true;
  }

  std::optional<Limit> read_limit(const Figure& figure, const toml::node& node) {
    std::optional<Limit> limit;
    if (const auto* number = node.as_integer()) limit = parse_limit(number->get(), figure.unit);
    if (const auto* text = node.as_string()) limit = parse_limit(text->get(), figure.unit);
    if (limit) {
      limit->line = node.source().begin.line;
    } else {
      fail(node.source(), "`" + std::string(figure.key) + "` takes " + limits_of(figure.unit));
    }
    return limit;
  }

  void read_level(const toml::node& node, BudgetLimits& limits) {
    const auto* text = node.as_string();
    limits.level = text != nullptr ? severity_of(text->get()) : std::nullopt;
    if (!limits.level) fail(node.source(), "`level` takes \"info\", \"warning\" or \"error\"");
  }

  void read_rule(const std::string& rule, const toml::node& node, RuleLevels& levels) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      const std::optional<Severity> level = rule_level(rule, node);
      for (const Confidence confidence : confidences) levels[confidence] = level;
      return;
    }
    for (const auto& [key, value] : *table) {
      const std::string_view word = key.str();  // a lambda of clang 14 takes no structured binding
      const auto confidence = std::find_if(std::begin(confidences), std::end(confidences),
                                           [&](Confidence one) { return to_string(one) == word; });
      if (confidence == std::end(confidences)) {
        unknown(key, rule, {"proven", "likely", "possible"});
      } else {
        levels[*confidence] = rule_level(std::string(key.str()), value);
      }
    }
  }

  std::optional<Severity> rule_level(const std::string& name, const toml::node& node) {
    const auto* text = node.as_string();
    const auto severity = text != nullptr ? severity_of(text->get()) : std::nullopt;
    if (!severity && (text == nullptr || text->get() != "off"))
      fail(node.source(), "`" + name + "` takes \"off\", \"info\", \"warning\" or \"error\"");
    return severity;
  }

  std::vector<const toml::table*> tables_in(const std::string& name, const toml::node& node) {
    const toml::array* list = node.as_array();
    std::vector<const toml::table*> tables;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
      if (const toml::table* table = (*list)[i].as_table()) tables.push_back(table);
    if (list == nullptr || tables.size() != list->size())
      fail(node.source(), "`" + name + "` is a list of tables: write [[" + name + "]]");
    return tables;
  }

  Names limit_names() const {
    Names names = rules_;
    for (const Figure& figure : figures()) names.emplace_back(figure.key);
    names.emplace_back("level");
    return names;
  }

  void unknown(const toml::key& key, const std::string& where, const Names& names) {
    constexpr std::size_t longest = 100;
    const std::string place = where.empty() ? "" : " in " + where;
    fail(key.source(), "unknown key `" + one_line(key.str(), longest) + "`" + place + "." +
                           did_you_mean(key.str(), names));
  }

  Names rules_;
  Budget budget_;
  std::vector<BudgetError> errors_;
};

}  // namespace

std::variant<Budget, std::vector<BudgetError>> parse_budget(
    std::string_view toml, const std::string& file, const std::vector<std::string_view>& rules) {
  BudgetReader reader(file, rules);
  try {
    reader.read(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    reader.fail(error.source(), std::string(error.description()));
  }
  return reader.take();
}

}  // namespace onetrip
