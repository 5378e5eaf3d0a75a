#include "analyzer/statement_depth.hpp"

#include <algorithm>
#include <vector>

#include "analyzer/scan.hpp"

namespace onetrip {
namespace {

struct Group {
  bool is_case = false;     // CASE … END
  std::size_t sets = 0;     // of the whole group
  std::size_t chain = 0;    // of the segment being read
  std::size_t nested = 0;   // deepest group in that segment
  std::size_t deepest = 0;  // segment so far

  void end_segment() {
    deepest = std::max(deepest, chain + nested);
    chain = nested = 0;
  }
  std::size_t depth() {
    end_segment();
    return sets + deepest;
  }
};

enum class Part { none, chain, set, separator, open, close, open_case, close_case };

Part part_of_word(WordCode code) {
  switch (code) {
    case word_code("and"):
    case word_code("or"):
      return Part::separator;
    case word_code("case"):
      return Part::open_case;
    case word_code("end"):
      return Part::close_case;
    case word_code("union"):
    case word_code("intersect"):
    case word_code("except"):
    case word_code("join"):
    case word_code("select"):
    case word_code("values"):
    case word_code("between"):
      return Part::set;
    case word_code("not"):
    case word_code("is"):
    case word_code("isnull"):
    case word_code("notnull"):
    case word_code("like"):
    case word_code("ilike"):
    case word_code("similar"):
    case word_code("in"):
    case word_code("at"):
    case word_code("collate"):
    case word_code("operator"):
    case word_code("any"):
    case word_code("all"):
    case word_code("some"):
    case word_code("overlaps"):
    case word_code("escape"):
    case word_code("explain"):
    case word_code("prepare"):
    case word_code("declare"):
    case word_code("create"):
    case word_code("tablesample"):
    case word_code("setof"):
    case word_code("else"):
      return Part::chain;
    default:
      return Part::none;
  }
}

Part part_of(std::string_view sql, const Token& token) {
  switch (token.kind) {
    case TokenKind::word:
      return part_of_word(word_code(sql, token));
    case TokenKind::op:
      return Part::chain;
    case TokenKind::punctuation:
      if (token.first == '(' || token.first == '[') return Part::open;
      if (token.first == ')' || token.first == ']') return Part::close;
      return token.first == ',' || token.first == ';' ? Part::separator : Part::none;
    default:
      return Part::none;
  }
}

/// The groups that are open, innermost last.
class Groups {
 public:
  void add(Part part) {
    switch (part) {
      case Part::none:
        return;
      case Part::chain:
        ++open_.back().chain;
        return;
      case Part::set:
        ++open_.back().sets;
        return;
      case Part::separator:
        return open_.back().end_segment();
      case Part::open:
        open_.emplace_back();
        return;
      case Part::open_case:
        open_.emplace_back().is_case = true;
        return;
      case Part::close_case:
        if (open_.back().is_case) close();
        return;
      case Part::close:
        while (open_.back().is_case) close();
        if (open_.size() > 1) close();
        return;
    }
  }

  std::size_t depth() {
    while (open_.size() > 1) close();
    return open_.back().depth();
  }

 private:
  void close() {
    const std::size_t depth = open_.back().depth() + 1;
    open_.pop_back();
    open_.back().nested = std::max(open_.back().nested, depth);
  }

  std::vector<Group> open_{1};
};

}  // namespace

std::size_t depth_bound(std::string_view sql) {
  Groups groups;
  Scanner scanner(sql);
  bool after_dot = false;  // a keyword there is a name: `x.or + x.or` is one chain
  for (Token token; scanner.next(token);) {
    if (!after_dot) groups.add(part_of(sql, token));
    after_dot = token.is('.');
  }
  return groups.depth();
}

}  // namespace onetrip
