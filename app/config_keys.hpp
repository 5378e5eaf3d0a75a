#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/config.hpp"

namespace onetrip {

/// A value as a source wrote it, before it is known to fit.
using RawValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// One key of the configuration: everything that parsing, printing, the environment and the schema
/// need to know of it.
struct ConfigKey {
  enum class Kind : std::uint8_t {
    flag,      ///< true or false
    count,     ///< a whole number
    share,     ///< a number from 0 to 1
    size,      ///< "16MiB", or a number of bytes
    duration,  ///< "100ms"
    text,
    secret,  ///< text that may hold a password
    choice,  ///< one of `choices`
    texts,   ///< a list of texts
    listen,  ///< an address, or a list of them
  };
  using Field =
      std::variant<bool*, std::int64_t*, double*, Time*, std::string*, std::vector<std::string>*>;
  /// When another value takes effect.
  enum class Change : std::uint8_t { restart, reload };

  std::string path;  ///< "window.idle_gap"
  Kind kind = Kind::text;
  std::string about;
  std::function<Field(Config&)> field;
  std::int64_t least = 0, most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> choices;
  bool may_be_off = false;  ///< a duration that takes "off", kept as zero
  Change change = Change::restart;

  /// Empty: the key stands at the top of the file.
  std::string section() const {
    const std::size_t dot = path.rfind('.');
    return dot == std::string::npos ? "" : path.substr(0, dot);
  }
  std::string name() const { return path.substr(path.rfind('.') + 1); }
};

/// Every key but those of [[proxy]], in the order in which they are printed.
const std::vector<ConfigKey>& config_keys();
/// The keys of the pair `index` of [[proxy]]; paths are "proxy.listen" whatever the index.
std::vector<ConfigKey> pair_keys(std::size_t index);

/// The keys of entry `index` of [[rules.<rule>.labels]]; paths are "rules.<rule>.labels.match"
/// whatever the index.
std::vector<ConfigKey> label_keys(const std::string& rule, std::size_t index);
/// What the values of such an entry are called: "rules.<rule>.labels[0].".
std::string label_place(const std::string& rule, std::size_t index);

/// Paths of all keys and their sections: what a mistyped one is compared with.
std::vector<std::string> config_names();

/// Puts `value` where it belongs; a sentence when it does not fit, and then nothing is changed.
std::optional<std::string> assign(const ConfigKey& key, const RawValue& value, Config& config);
/// The same from text alone (environment, flags): lists are separated by commas.
std::optional<std::string> assign_text(const ConfigKey& key, const std::string& text,
                                       Config& config);

/// The value as print_config writes it: TOML, secrets masked.
std::string value_text(const ConfigKey& key, Config& config);

/// "a duration such as \"100ms\"": what the key takes.
std::string expectation(const ConfigKey& key);

}  // namespace onetrip
