#include "app/completion.hpp"

#include <CLI/CLI.hpp>
#include <functional>

#include "budget/report.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

using Words = std::vector<std::string>;

/// What may stand somewhere: files, some words, or what nobody can guess.
struct Value {
  bool file = false;
  Words words;
};

struct Flag {
  Words names;  ///< "--budget"; with their dashes
  std::string about;
  bool takes = false;  ///< a value
  bool many = false;   ///< values after one name: --windows a b
  bool again = false;  ///< it may be said more than once
  Value value;
};

/// A place in the tree: a verb, or a word before verbs.
struct Place {
  std::string path;  ///< "onetrip baseline update"
  std::string about;
  std::vector<Flag> flags;
  Value rest;                 ///< of words without a flag
  std::vector<Place> inside;  ///< its verbs

  std::string name() const { return path.substr(path.rfind(' ') + 1); }
};

template <class Names>
Words words_of(const Names& names) {
  return Words(names.begin(), names.end());
}

/// The type tells: FILE, FORMAT, RULE, or TEXT:{these,alone}.
Value value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type == "FILE") return {true, {}};
  if (type == "FORMAT") return {false, words_of(report_formats())};
  if (type == "RULE") return {false, words_of(rule_names())};
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return {false, CLI::detail::split(type.substr(open + 1, close - open - 1), ',')};
}

Flag flag_of(const CLI::Option& option) {
  Flag flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  flag.about = option.get_description();
  flag.takes = option.get_items_expected_max() > 0;
  flag.many = option.get_items_expected_max() > 1;
  flag.again = flag.many || option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  flag.value = value_of(option);
  return flag;
}

Place place_of(CLI::App& app, const std::string& path) {
  Place place{path, app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      place.rest = value_of(*option);
    } else {
      place.flags.push_back(flag_of(*option));
    }
  }
  for (CLI::App* verb : app.get_subcommands({}))
    place.inside.push_back(place_of(*verb, path + " " + verb->get_name()));
  return place;
}

void for_each(const Place& place, const std::function<void(const Place&)>& visit) {
  visit(place);
  for (const Place& one : place.inside) for_each(one, visit);
}

std::string joined(const Words& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : between).append(word);
  return out;
}

/// Between single quotes, in which each shell has its own way to write one.
std::string quoted(const std::string& text, std::string_view quote) {
  std::string out = "'";
  for (const char c : text) c == '\'' ? out.append(quote) : out.append(1, c);
  return out + "'";
}

/// 'onetrip run' | 'onetrip config' | 'onetrip config check': all but the root.
std::string paths_below(const Place& root, std::string_view between) {
  Words out;
  for_each(root, [&](const Place& place) {
    if (&place != &root) out.push_back("'" + place.path + "'");
  });
  return joined(out, between);
}

// bash

/// Arms of a case over "PLACE FLAG", for the flags that `wanted` picks.
std::string bash_arms(const Place& root, const std::function<std::string(const Flag&)>& arm) {
  std::string out;
  for_each(root, [&](const Place& place) {
    for (const Flag& flag : place.flags) {
      const std::string does = arm(flag);
      for (const std::string& name : does.empty() ? Words{} : flag.names)
        out += "    '" + place.path + " " + name + "') " + does + " ;;\n";
    }
  });
  return out;
}

std::string bash_value(const Flag& flag) {
  if (!flag.takes) return "";
  if (flag.value.file) return "_onetrip_files; return";
  return "_onetrip_words '" + joined(flag.value.words, " ") + "'; return";
}

std::string bash_places(const Place& root) {
  std::string out;
  for_each(root, [&](const Place& place) {
    Words flags, words = place.rest.words;
    for (const Flag& flag : place.flags)
      flags.insert(flags.end(), flag.names.begin(), flag.names.end());
    for (const Place& verb : place.inside) words.push_back(verb.name());
    out += "    '" + place.path + "') flags='" + joined(flags, " ") + "' words='" +
           joined(words, " ") + "'" + (place.rest.file ? " files=yes" : "") + " ;;\n";
  });
  return out;
}

std::string bash_script(const Place& root) {
  return R"(# What bash completes after `onetrip`, as `onetrip completion bash` writes it.
_onetrip_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
_onetrip_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}
_onetrip() {
  local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]}
  local at=onetrip last='' flags='' words='' files='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -- ]]; then  # a COMMAND and its words
      if ((i + 1 < COMP_CWORD)); then _onetrip_files; else
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
      fi
      return
    fi
    [[ $word == -* ]] && last=$word
    case "$at $word" in
    )" + paths_below(root, " | ") +
         R"() at+=" $word" ;;
    esac
  done
  # bash takes --flag=value apart.
  [[ $current == = ]] && current=''
  if [[ $flag == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
    [[ $flag == -* ]] || { _onetrip_files; return; }  # FORMAT=PATH
  fi
  case "$at $last" in
)" +
         bash_arms(root,
                   [](const Flag& flag) {
                     return flag.many ? "[[ $current == -* ]] || flag=$last" : "";
                   }) +
         R"(  esac
  case "$at $flag" in
)" + bash_arms(root, bash_value) +
         R"(  esac
  case $at in
)" + bash_places(root) +
         R"(  esac
  if [[ $current == -* ]]; then _onetrip_words "$flags"
  elif [[ $files ]]; then _onetrip_files
  else _onetrip_words "${words:-$flags}"
  fi
}
complete -F _onetrip onetrip
)";
}

// zsh

std::string zsh_quoted(const std::string& text) {
  return quoted(text, "'\\''");
}

std::string zsh_value(const Value& value) {
  if (value.file) return ":FILE:_files";
  return ":VALUE:(" + joined(value.words, " ") + ")";
}

std::string zsh_flag(const Flag& flag, const std::string& name) {
  std::string about;
  for (const char c : flag.about) about.append(c == '[' || c == ']' ? "\\" : "").append(1, c);
  std::string spec = flag.again ? "*" : "";
  spec += name + (flag.takes && name.starts_with("--") ? "=" : "") + "[" + about + "]";
  if (flag.many) spec += ":*--*";
  return spec + (flag.takes ? zsh_value(flag.value) : "");
}

std::string zsh_place(const Place& place) {
  std::string out = "    ('" + place.path + "')\n";
  if (!place.inside.empty()) {
    out += "      verbs=(\n";
    for (const Place& verb : place.inside)
      out += "        " + zsh_quoted(verb.name() + ":" + verb.about) + "\n";
    out += "      )\n      _describe command verbs\n";
  }
  out += "      _arguments";
  for (const Flag& flag : place.flags)
    for (const std::string& name : flag.names)
      out += " \\\n        " + zsh_quoted(zsh_flag(flag, name));
  if (place.rest.file || !place.rest.words.empty())
    out += " \\\n        " + zsh_quoted("*" + zsh_value(place.rest));
  return out + "\n      ;;\n";
}

std::string zsh_script(const Place& root) {
  std::string places;
  for_each(root, [&](const Place& place) { places += zsh_place(place); });
  return R"(#compdef onetrip
# What zsh completes after `onetrip`, as `onetrip completion zsh` writes it.
_onetrip() {
  local at=onetrip
  local -a verbs
  local -i dashes=${words[(ie)--]}
  if (( dashes < CURRENT )); then  # a COMMAND and its words
    shift $dashes words
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  while (( CURRENT > 2 )); do
    case "$at ${words[2]}" in
      ()" +
         paths_below(root, "|") +
         R"()
        at+=" ${words[2]}"
        shift words
        (( CURRENT-- ))
        ;;
      (*) break ;;
    esac
  done
  case $at in
)" + places +
         R"(  esac
}
if [[ $funcstack[1] == _onetrip ]]; then _onetrip "$@"; else compdef _onetrip onetrip; fi
)";
}

// fish

std::string fish_value(const Value& value) {
  if (value.file) return " -r -F";
  return " -x" + (value.words.empty() ? "" : " -a '" + joined(value.words, " ") + "'");
}

std::string fish_place(const Place& place) {
  const std::string begin = "complete -c onetrip -n \"__onetrip_at '" + place.path + "'\"";
  const auto about = [](const std::string& text) { return " -d " + quoted(text, "\\'") + "\n"; };
  std::string out;
  for (const Place& verb : place.inside) out += begin + " -a " + verb.name() + about(verb.about);
  for (const Flag& flag : place.flags) {
    out += begin;
    for (const std::string& name : flag.names)
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    out += (flag.takes ? fish_value(flag.value) : "") + about(flag.about);
  }
  if (place.rest.file) out += begin + " -F\n";
  if (!place.rest.words.empty()) out += begin + " -a '" + joined(place.rest.words, " ") + "'\n";
  return out;
}

std::string fish_script(const Place& root) {
  std::string places;
  for_each(root, [&](const Place& place) { places += fish_place(place); });
  return R"(# What fish completes after `onetrip`, as `onetrip completion fish` writes it.
function __onetrip_at
    set -l at onetrip
    for word in (commandline -opc)[2..]
        if test "$word" = -- # a COMMAND and its words
            test "$argv[1]" = --
            return
        end
        switch "$at $word"
            case )" +
         paths_below(root, " ") +
         R"(
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c onetrip -f
complete -c onetrip -n "__onetrip_at --" -F
)" + places;
}

}  // namespace

const std::vector<std::string>& completed_shells() {
  static const std::vector<std::string> shells{"bash", "zsh", "fish"};
  return shells;
}

std::string completion_script(const std::string& shell, CLI::App& root) {
  const Place tree = place_of(root, root.get_name());
  if (shell == "bash") return bash_script(tree);
  return shell == "zsh" ? zsh_script(tree) : fish_script(tree);
}

}  // namespace onetrip
