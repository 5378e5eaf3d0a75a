#include "analyzer/advice_names.hpp"

#include <cctype>

#include "analyzer/sql_words.hpp"

namespace onetrip {
namespace {

char lower_byte(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string capital(std::string word) {
  if (!word.empty()) word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

bool ends_like_plural(std::string_view word) {
  return word.size() > 2 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") &&
         !word.ends_with("is");
}

}  // namespace

NameWords words_of_name(std::string_view name) {
  NameWords words(1);
  bool lower_before = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool border = c == '_' || (lower_before && std::isupper(byte) != 0);
    if (border && !words.back().empty()) words.emplace_back();
    if (c != '_') words.back() += lower_byte(c);
    lower_before = std::islower(byte) != 0 || std::isdigit(byte) != 0;
  }
  if (words.size() > 1 && words.back().empty()) words.pop_back();
  return words;
}

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += lower_byte(c);
  return result;
}

std::string singular(std::string word) {
  if (!ends_like_plural(word)) return word;
  if (word.ends_with("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
  for (const std::string_view tail : {"sses", "xes", "ches", "shes"})
    if (word.ends_with(tail)) return word.substr(0, word.size() - 2);
  return word.substr(0, word.size() - 1);
}

std::string plural(std::string word) {
  if (word.empty() || ends_like_plural(word)) return word;
  const char last = word.back();
  const char before = word.size() > 1 ? word[word.size() - 2] : ' ';
  constexpr std::string_view vowels = "aeiou";
  if (last == 'y' && vowels.find(before) == std::string_view::npos)
    return word.substr(0, word.size() - 1) + "ies";
  const bool hissing = last == 's' || last == 'x' || word.ends_with("ch") || word.ends_with("sh");
  return word + (hissing ? "es" : "s");
}

bool is_plural(std::string_view name) {
  return ends_like_plural(words_of_name(name).back());
}

std::string snake(const NameWords& words) {
  return join(words, "_");
}

std::string pascal(const NameWords& words) {
  std::string result;
  for (const std::string& word : words) result += capital(word);
  return result;
}

std::string camel(const NameWords& words) {
  std::string result = pascal(words);
  if (!result.empty()) result[0] = lower_byte(result[0]);
  return result;
}

std::string model_name(std::string_view table) {
  NameWords words = words_of_name(table);
  words.back() = singular(words.back());
  return pascal(words);
}

//   SELECT function ( * | [[schema .] table .] column ) …
Aggregate read_aggregate(const Statement& statement) {
  const std::vector<SqlWord> words = sql_words(statement.normalized);
  if (words.size() < 6 || !words[0].is("select") || words[1].kind != SqlWord::Kind::word) return {};
  if (!words[2].is("(")) return {};
  Aggregate aggregate{words[1].name(), words[3].is("*") && words[4].is(")"), {}};
  std::size_t i = 3;
  while (i + 2 < words.size() && words[i].is_name() && words[i + 1].is(".")) i += 2;
  if (words[i].is_name() && i + 1 < words.size() && words[i + 1].is(")"))
    aggregate.column = words[i].name();
  return aggregate;
}

bool is_primary_key(const Origin& origin, const Catalog* catalog) {
  if (catalog == nullptr || !origin.column) return false;
  const Catalog::Table* table = catalog->table(origin.column->table);
  return table != nullptr && !table->unique_keys.empty() &&
         table->unique_keys.front() == std::vector{origin.column->attribute};
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string result;
  for (const std::string& part : parts) {
    if (!result.empty()) result += between;
    result += part;
  }
  return result;
}

}  // namespace onetrip
