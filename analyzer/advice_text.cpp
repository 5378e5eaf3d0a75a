#include "analyzer/advice_text.hpp"

#include "analyzer/statement_text.hpp"

namespace onetrip {

ChildText::ChildText(const LoopCase& loop)
    : loop_(loop), text_(loop.child.normalized), words_(sql_words(text_)) {
  for (std::size_t i = 0; i < words_.size(); ++i)
    if (words_[i].kind == SqlWord::Kind::placeholder) slots_.push_back(i);
  if (can_be_rewritten()) find_spot();
}

bool ChildText::is_flat() const {
  const auto selects = std::count_if(words_.begin(), words_.end(),
                                     [](const SqlWord& word) { return word.is("select"); });
  const Statement& child = loop_.child;
  return selects == 1 && words_[0].is("select") && !child.grouped && !child.distinct &&
         !child.set_operation && !child.locking && !child.offset_slot && !has("having") &&
         !has("over");
}

/// A text may have been cut, a literal of some places cannot become a parameter, and `?` may be an
/// operator.
bool ChildText::can_be_rewritten() const {
  if (words_.size() < 4 || text_.size() >= longest_normalized) return false;
  for (const std::size_t i : slots_) {
    if (i == 0) return false;
    const SqlWord& before = words_[i - 1];
    const bool typed = before.is("interval") || before.is("date") || before.is("time") ||
                       before.is("timestamp") || before.is("by");
    const bool modifier = before.is("(") && i >= 3 && words_[i - 3].is("::");
    const bool is_operator = before.kind == SqlWord::Kind::quoted || before.is(")") ||
                             before.kind == SqlWord::Kind::placeholder;
    if (typed || modifier || is_operator) return false;
  }
  return true;
}

std::size_t ChildText::column_begin(std::size_t last) const {
  while (last >= 2 && words_[last - 1].is(".") && words_[last - 2].is_name()) last -= 2;
  return last;
}

//   column = $1     column IN ($1)     column = ANY ($1)
bool ChildText::match_before(std::size_t value) {
  std::size_t first = value, last = value;
  const bool in_parentheses = first > 0 && words_[first - 1].is("(") && last + 1 < words_.size() &&
                              words_[last + 1].is(")");
  bool any = false;
  if (in_parentheses) {
    any = first >= 3 && words_[first - 2].is("any") && words_[first - 3].is("=");
    const bool in = first >= 2 && words_[first - 2].is("in");
    if (!any && !in) return false;
    first -= any ? 3 : 2;
    ++last;
  } else {
    if (first == 0 || !words_[first - 1].is("=")) return false;
    --first;
  }
  if (first == 0 || !is_link_column(first - 1)) return false;
  const std::size_t begin = column_begin(first - 1);
  spot_ = Spot{words_[begin].begin, words_[last].end(), text_between(begin, first - 1), {}, value};
  if (!in_parentheses && last + 2 < words_.size() && words_[last + 1].is("::")) {
    spot_->cast = text_between(last + 1, last + 2);
    spot_->end = words_[last + 2].end();
  }
  return true;
}

//   $1 = column
bool ChildText::match_after(std::size_t value) {
  if (value + 2 >= words_.size() || !words_[value + 1].is("=")) return false;
  std::size_t last = value + 2;
  while (last + 2 < words_.size() && words_[last + 1].is(".")) last += 2;
  if (!is_link_column(last)) return false;
  spot_ = Spot{words_[value].begin, words_[last].end(), text_between(value + 2, last), {}, value};
  return true;
}

void ChildText::find_spot() {
  if (loop_.link.predicate >= loop_.child.predicates.size()) return;
  const std::size_t slot = loop_.child.predicates[loop_.link.predicate].slot;
  if (slot >= slots_.size()) return;
  if (match_before(slots_[slot])) return;
  match_after(slots_[slot]);
}

std::string ChildText::write(std::size_t begin, std::size_t end, const std::string& condition) {
  std::string out;
  std::size_t at = begin;
  const auto copy_to = [&](std::size_t place) {
    out += text_.substr(at, place - at);
    at = place;
  };
  for (const std::size_t i : slots_) {
    const SqlWord& word = words_[i];
    if (word.begin < begin || word.begin >= end) continue;
    if (i == spot_->placeholder) {
      copy_to(spot_->begin);
      out += condition;
      at = spot_->end;
      continue;
    }
    copy_to(word.begin);
    int number = next_number_;
    if (word.text.starts_with('$'))
      number = numbers_.try_emplace(std::string(word.text), number).first->second;
    if (number == next_number_) ++next_number_;
    out += "$" + std::to_string(number);
    at = word.end();
  }
  copy_to(end);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace onetrip
