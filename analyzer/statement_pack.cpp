#include "analyzer/statement_pack.hpp"

#include <cstring>
#include <string_view>
#include <type_traits>

#include "analyzer/fingerprint.hpp"

namespace onetrip {
namespace {

//   packed   = normalized, then all other members in the order of visit()
//   number   = seven bits a byte, lowest first; the top bit says that more follow
//   text     = size number, then where it stands in `normalized` plus one, or 0 and its bytes
//   list     = size number, then its elements         optional = 0, or its value plus one
//
// Writing and reading are one visit, so that neither can forget what the other has.

/// What most statements name stands in their text.
std::string_view within(const std::string& text, std::size_t at, std::size_t size) {
  return std::string_view(text).substr(at, size);
}

class Packer {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out.push_back(static_cast<unsigned char>(value | 0x80U));
    out.push_back(static_cast<unsigned char>(value));
  }
  void raw(std::string_view bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
  void whole(std::string& text) {
    number(text.size());
    raw(text);
    all_ = &text;
  }
  void one(std::string& text) {
    number(text.size());
    if (text.empty()) return;
    const std::size_t at = all_->find(text);
    number(at == std::string::npos ? 0 : at + 1);
    if (at == std::string::npos) raw(text);
  }
  void one(std::optional<std::uint16_t>& value) { number(value ? std::uint64_t{*value} + 1 : 0); }
  template <typename Number>
  requires(std::is_integral_v<Number> || std::is_enum_v<Number>) void one(Number& value) {
    number(static_cast<std::uint64_t>(value));
  }
  template <typename Part>
  bool has(std::optional<Part>& part) {
    number(part ? 1 : 0);
    return part.has_value();
  }
  template <typename List>
  void size(List& list) {
    number(list.size());
  }

  std::vector<unsigned char> out;

 private:
  const std::string* all_ = nullptr;
};

class Unpacker {
 public:
  explicit Unpacker(const unsigned char* bytes) : here_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const unsigned char byte = *here_++;
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
  }
  void whole(std::string& text) {
    read(text, number());
    all_ = &text;
  }
  void one(std::string& text) {
    const std::size_t size = number();
    if (size == 0) return;
    const std::size_t at = number();
    if (at == 0) return read(text, size);
    text = within(*all_, at - 1, size);
  }
  void one(std::optional<std::uint16_t>& value) {
    const std::uint64_t packed = number();
    if (packed > 0) value = static_cast<std::uint16_t>(packed - 1);
  }
  template <typename Number>
  requires(std::is_integral_v<Number> || std::is_enum_v<Number>) void one(Number& value) {
    value = static_cast<Number>(number());
  }
  template <typename Part>
  bool has(std::optional<Part>& part) {
    if (number() == 0) return false;
    part.emplace();
    return true;
  }
  template <typename List>
  void size(List& list) {
    list.resize(number());
  }

 private:
  void read(std::string& text, std::size_t size) {
    text.assign(reinterpret_cast<const char*>(here_), size);
    here_ += size;
  }

  const unsigned char* here_;
  const std::string* all_ = nullptr;
};

template <typename Way>
void visit(Way& way, ColumnUse& use) {
  way.one(use.table);
  way.one(use.column);
}

template <typename Way>
void visit(Way& way, TableUse& use) {
  way.one(use.schema);
  way.one(use.name);
  way.one(use.alias);
  way.one(use.written);
}

template <typename Way>
void visit(Way& way, Predicate& predicate) {
  way.one(predicate.op);
  visit(way, predicate.column);
  way.one(predicate.slot);
  way.one(predicate.row_comparison);
}

template <typename Way>
void visit(Way& way, JoinEdge& join) {
  visit(way, join.left);
  visit(way, join.right);
}

template <typename Way>
void visit(Way& way, OutputColumn& output) {
  way.one(output.name);
  if (way.has(output.origin)) visit(way, *output.origin);
  way.one(output.star);
}

template <typename Way>
void visit(Way& way, FromTable& table) {
  way.one(table.table);
  way.one(table.group);
}

template <typename Way>
void visit(Way& way, Pattern& pattern) {
  visit(way, pattern.column);
  way.one(pattern.slot);
}

template <typename Way>
void visit(Way& way, Assignment& assignment) {
  way.one(assignment.column);
  way.one(assignment.slot);
}

template <typename Way, typename List>
void visit_all(Way& way, List& list) {
  way.size(list);
  for (auto& element : list) visit(way, element);
}

template <typename Way>
void visit(Way& way, Statement& statement) {
  way.whole(statement.normalized);
  way.one(statement.id);
  way.one(statement.summary);
  way.one(statement.pg_fingerprint);
  way.one(statement.kind);
  way.one(statement.dialect);
  way.one(statement.unparsed_reason);
  visit_all(way, statement.tables);
  visit_all(way, statement.predicates);
  visit_all(way, statement.joins);
  visit_all(way, statement.outputs);
  visit_all(way, statement.from);
  visit_all(way, statement.patterns);
  visit_all(way, statement.assignments);
  way.one(statement.slots);
  way.one(statement.aggregate_function);
  way.one(statement.limit_slot);
  way.one(statement.offset_slot);
  for (bool* flag :
       {&statement.parsed, &statement.has_where, &statement.only_slot_equality,
        &statement.aggregate, &statement.grouped, &statement.distinct, &statement.ordered,
        &statement.locking, &statement.set_operation, &statement.multi_row_values,
        &statement.returning, &statement.data_modifying_cte, &statement.limited,
        &statement.random_order, &statement.skip_locked, &statement.impure, &statement.noise,
        &statement.pool_marker, &statement.set_up}) {
    way.one(*flag);
  }
}

}  // namespace

PackedStatement::PackedStatement(const Statement& statement) {
  Packer packer;
  Statement visited = statement;
  visit(packer, visited);
  size_ = packer.out.size();
  bytes_ = std::make_unique_for_overwrite<unsigned char[]>(size_);
  std::memcpy(bytes_.get(), packer.out.data(), size_);
}

Statement PackedStatement::unpack() const {
  Statement statement;
  Unpacker unpacker(bytes_.get());
  visit(unpacker, statement);
  statement.fingerprint = fingerprint_text(statement.id);
  return statement;
}

}  // namespace onetrip
