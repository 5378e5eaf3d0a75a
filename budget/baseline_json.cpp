#include <algorithm>
#include <boost/json.hpp>

#include "analyzer/sinks/json_text.hpp"
#include "analyzer/sinks/safe_text.hpp"
#include "budget/baseline.hpp"

namespace onetrip {

// {
//   "onetrip_baseline": 1,
//   "causes": {
//     "5c6ffbdd40d95560": {
//       "rule": "n-plus-one",
//       "title": "SELECT author: book.author_id → author.id",
//       "labels": {
//         "GET /books": 50
//       }
//     }
//   },
//   "labels": {
//     "GET /books": {"statements": 51, "repeats": 50, "rows": 100, "bytes": 5120}
//   },
//   "sums": {
//     "tests/test_books.py::test_list": {"statements": 55, "repeats": 0, "rows": 104, "bytes":
//     5300}
//   }
// }

namespace {

namespace json = boost::json;

constexpr std::uint64_t format_version = 1;
constexpr std::string_view version_key = "onetrip_baseline";

std::string quoted(const std::string& text) {
  return to_json_text(json::string(text));
}

/// { key: value, … }, each on a line of its own; `write` gives the value.
template <class Map, class Write>
std::string lines(const Map& map, const std::string& indent, Write write) {
  if (map.empty()) return "{}";
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& [key, value] : map) {
    text += separator + indent + "  " + quoted(key) + ": " + write(value);
    separator = ",\n";
  }
  return text + "\n" + indent + "}";
}

std::string cause_text(const Baseline::Cause& cause) {
  const auto count = [](std::uint64_t number) { return std::to_string(number); };
  return "{\n      \"rule\": " + quoted(cause.rule) + ",\n      \"title\": " + quoted(cause.title) +
         ",\n      \"labels\": " + lines(cause.labels, "      ", count) + "\n    }";
}

std::string label_text(const Baseline::Label& label) {
  return to_json_text(json::object{{"statements", label.statements},
                                   {"repeats", label.repeats},
                                   {"rows", label.rows},
                                   {"bytes", label.bytes}});
}

/// Reads a tree of values; the first fault is kept, and what is read after it means nothing.
class Reader {
 public:
  const std::string& fault() const { return fault_; }

  Baseline baseline(const json::value& root) {
    Baseline out;
    const json::object& object = object_of(root, "the file");
    check_version(object);
    for (const auto& [key, value] : object) {
      if (key == "causes") {
        for (const auto& [name, cause] : object_of(value, "causes"))
          out.causes[std::string(name)] = cause_of(cause, "causes." + std::string(name));
      } else if (key == "labels") {
        out.labels = labels_of(value, "labels");
      } else if (key == "sums") {
        out.sums = labels_of(value, "sums");
      } else if (key != version_key) {
        unknown(key, "");
      }
    }
    for (const char* key : {"causes", "labels", "sums"})
      if (!object.contains(key)) refuse(std::string(key) + " is missing");
    return out;
  }

 private:
  void refuse(const std::string& what) {
    constexpr std::size_t longest = 300;
    if (fault_.empty()) fault_ = one_line(what, longest);
  }

  void unknown(std::string_view key, const std::string& where) {
    refuse("unknown key " + quoted(std::string(key)) + (where.empty() ? "" : " in " + where));
  }

  void check_version(const json::object& object) {
    const json::value* version = object.if_contains(version_key);
    if (version == nullptr)
      return refuse("is no baseline: it does not say \"onetrip_baseline\": 1");
    const std::uint64_t number = number_of(*version, std::string(version_key));
    if (number > format_version) {
      refuse("is of version " + std::to_string(number) +
             ", and this onetrip knows version 1: upgrade onetrip");
    } else if (number < format_version) {
      refuse("onetrip_baseline must be 1");
    }
  }

  const json::object& object_of(const json::value& value, const std::string& where) {
    static const json::object none;
    const json::object* object = value.if_object();
    if (object == nullptr) refuse(where + " must be an object");
    return object != nullptr ? *object : none;
  }

  std::uint64_t number_of(const json::value& value, const std::string& where) {
    if (const std::uint64_t* number = value.if_uint64()) return *number;
    const std::int64_t* number = value.if_int64();
    if (number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
    refuse(where + " must be a whole number");
    return 0;
  }

  std::string text_of(const json::value& value, const std::string& where) {
    const json::string* text = value.if_string();
    if (text == nullptr) refuse(where + " must be a text");
    return text != nullptr ? std::string(*text) : "";
  }

  Baseline::Cause cause_of(const json::value& value, const std::string& where) {
    Baseline::Cause cause;
    for (const auto& [key, part] : object_of(value, where)) {
      if (key == "rule") {
        cause.rule = text_of(part, where + ".rule");
      } else if (key == "title") {
        cause.title = text_of(part, where + ".title");
      } else if (key == "labels") {
        for (const auto& [label, count] : object_of(part, where + ".labels"))
          cause.labels[std::string(label)] =
              number_of(count, where + ".labels." + std::string(label));
      } else {
        unknown(key, where);
      }
    }
    if (cause.rule.empty()) refuse(where + " does not say its rule");
    if (cause.labels.empty()) refuse(where + " has no labels");
    return cause;
  }

  std::map<std::string, Baseline::Label> labels_of(const json::value& value,
                                                   const std::string& where) {
    std::map<std::string, Baseline::Label> labels;
    for (const auto& [name, label] : object_of(value, where))
      labels[std::string(name)] = label_of(label, where + "." + std::string(name));
    return labels;
  }

  Baseline::Label label_of(const json::value& value, const std::string& where) {
    Baseline::Label label;
    for (const auto& [key, part] : object_of(value, where)) {
      const std::uint64_t number = number_of(part, where + "." + std::string(key));
      if (key == "statements") {
        label.statements = number;
      } else if (key == "repeats") {
        label.repeats = number;
      } else if (key == "rows") {
        label.rows = number;
      } else if (key == "bytes") {
        label.bytes = number;
      } else {
        unknown(key, where);
      }
    }
    return label;
  }

  std::string fault_;
};

BudgetError no_json(std::string_view text, std::size_t read, const std::string& file,
                    const std::string& why) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(read, text.size()));
  const auto line = static_cast<unsigned>(1 + std::count(text.begin(), end, '\n'));
  const bool conflict = text.find("\n<<<<<<< ") != std::string_view::npos;
  return {file, line, 0,
          conflict ? "holds a conflict that git left: keep the lines of both sides, each once"
                   : "is no JSON (" + why +
                         "): restore it, or remove it and write it anew with `onetrip "
                         "baseline update`"};
}

}  // namespace

std::string baseline_text(const Baseline& baseline) {
  return "{\n  \"onetrip_baseline\": " + std::to_string(format_version) +
         ",\n  \"causes\": " + lines(baseline.causes, "  ", cause_text) +
         ",\n  \"labels\": " + lines(baseline.labels, "  ", label_text) +
         ",\n  \"sums\": " + lines(baseline.sums, "  ", label_text) + "\n}\n";
}

std::variant<Baseline, BudgetError> parse_baseline(std::string_view text, const std::string& file) {
  json::error_code error;
  json::parser parser;
  const std::size_t read = parser.write_some({text.data(), text.size()}, error);
  if (error) return no_json(text, read, file, error.message());
  if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    return no_json(text, read, file, "it goes on after its end");
  Reader reader;
  Baseline baseline = reader.baseline(parser.release());
  if (!reader.fault().empty()) return BudgetError{file, 0, 0, reader.fault()};
  return baseline;
}

}  // namespace onetrip
