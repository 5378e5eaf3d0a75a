#include <algorithm>
#include <charconv>

#include "app/config_keys.hpp"
#include "budget/nearest.hpp"
#include "budget/quantity.hpp"

namespace onetrip {
namespace {

using Kind = ConfigKey::Kind;
using Error = std::optional<std::string>;

Error wrong(const ConfigKey& key) {
  return "`" + key.path + "` takes " + expectation(key);
}

std::string shown(const ConfigKey& key, std::int64_t value) {
  if (key.kind == Kind::duration) return format_duration(Time(value));
  return key.kind == Kind::size ? format_size(value) : std::to_string(value);
}

Error out_of_range(const ConfigKey& key, std::int64_t value) {
  if (value >= key.least && value <= key.most) return std::nullopt;
  return "`" + key.path + "` is " + shown(key, value) + ", but must lie between " +
         shown(key, key.least) + " and " + shown(key, key.most);
}

template <class Value>
void put(const ConfigKey& key, Config& config, Value value) {
  *std::get<Value*>(key.field(config)) = std::move(value);
}

Error put_number(const ConfigKey& key, std::int64_t value, Config& config) {
  if (Error error = out_of_range(key, value)) return error;
  if (key.kind == Kind::duration) {
    put(key, config, Time(value));
  } else {
    put(key, config, value);
  }
  return std::nullopt;
}

Error assign_duration(const ConfigKey& key, const RawValue& value, Config& config) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wrong(key);
  if (key.may_be_off && *text == "off") {
    put(key, config, Time(0));
    return std::nullopt;
  }
  const auto duration = parse_duration(*text);
  return duration ? put_number(key, duration->count(), config) : wrong(key);
}

Error assign_size(const ConfigKey& key, const RawValue& value, Config& config) {
  if (const auto* bytes = std::get_if<std::int64_t>(&value)) return put_number(key, *bytes, config);
  const auto* text = std::get_if<std::string>(&value);
  const auto size = text != nullptr ? parse_size(*text) : std::nullopt;
  return size ? put_number(key, *size, config) : wrong(key);
}

Error assign_choice(const ConfigKey& key, const std::string& text, Config& config) {
  if (std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end()) {
    return *wrong(key) + ", not \"" + text + "\"." + did_you_mean(text, key.choices);
  }
  put(key, config, text);
  return std::nullopt;
}

Error assign_share(const ConfigKey& key, const RawValue& value, Config& config) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  if (whole == nullptr && number == nullptr) return wrong(key);
  const double share = whole != nullptr ? static_cast<double>(*whole) : *number;
  if (!(share >= 0 && share <= 1)) return wrong(key);  // neither is what is no number
  put(key, config, share);
  return std::nullopt;
}

/// All of `text`, or none.
template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number number{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

Error assign_string(const ConfigKey& key, const RawValue& value, Config& config) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wrong(key);
  if (key.kind == Kind::choice) return assign_choice(key, *text, config);
  put(key, config, *text);
  return std::nullopt;
}

Error assign_list(const ConfigKey& key, const RawValue& value, Config& config) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    if (key.kind == Kind::listen && list->empty()) return wrong(key);
    put(key, config, *list);
    return std::nullopt;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || key.kind != Kind::listen) return wrong(key);
  put(key, config, std::vector<std::string>{*text});
  return std::nullopt;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size() && !text.empty();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    std::string piece = text.substr(from, comma - from);
    piece.erase(0, piece.find_first_not_of(' '));
    piece.erase(piece.find_last_not_of(' ') + 1);
    if (!piece.empty()) out.push_back(std::move(piece));
    from = comma + 1;
  }
  return out;
}

}  // namespace

std::string expectation(const ConfigKey& key) {
  switch (key.kind) {
    case Kind::flag:
      return "true or false";
    case Kind::count:
      return "a whole number";
    case Kind::share:
      return "a number from 0 to 1";
    case Kind::size:
      return "a size such as \"16MiB\"";
    case Kind::duration:
      return key.may_be_off ? "a duration such as \"100ms\", or \"off\""
                            : "a duration such as \"100ms\"";
    case Kind::text:
    case Kind::secret:
      return "a text";
    case Kind::texts:
      return "a list of texts";
    case Kind::listen:
      return "an address such as \"127.0.0.1:6532\", or a list of them";
    case Kind::choice:
      break;
  }
  std::string out = "one of";
  for (const std::string& choice : key.choices) out += " \"" + choice + "\"";
  return out;
}

std::optional<std::string> assign(const ConfigKey& key, const RawValue& value, Config& config) {
  switch (key.kind) {
    case Kind::flag: {
      const bool* flag = std::get_if<bool>(&value);
      if (flag == nullptr) return wrong(key);
      put(key, config, *flag);
      return std::nullopt;
    }
    case Kind::count: {
      const auto* number = std::get_if<std::int64_t>(&value);
      return number != nullptr ? put_number(key, *number, config) : wrong(key);
    }
    case Kind::share:
      return assign_share(key, value, config);
    case Kind::size:
      return assign_size(key, value, config);
    case Kind::duration:
      return assign_duration(key, value, config);
    case Kind::text:
    case Kind::secret:
    case Kind::choice:
      return assign_string(key, value, config);
    case Kind::texts:
    case Kind::listen:
      return assign_list(key, value, config);
  }
  return wrong(key);
}

std::optional<std::string> assign_text(const ConfigKey& key, const std::string& text,
                                       Config& config) {
  if (key.kind == Kind::texts || key.kind == Kind::listen) return assign(key, split(text), config);
  if (key.kind == Kind::flag) {
    if (text != "true" && text != "false") return wrong(key);
    return assign(key, text == "true", config);
  }
  if (key.kind == Kind::share) {
    const auto share = number_of<double>(text);
    return share ? assign(key, *share, config) : wrong(key);
  }
  if (key.kind != Kind::count) return assign(key, text, config);
  const auto number = number_of<std::int64_t>(text);
  return number ? assign(key, *number, config) : wrong(key);
}

}  // namespace onetrip
