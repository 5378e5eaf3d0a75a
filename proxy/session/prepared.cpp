#include "proxy/session/prepared.hpp"

#include "proxy/wire/wipe.hpp"

namespace onetrip {

namespace {

constexpr std::size_t map_entry = 64;  // list and map nodes, about
constexpr std::size_t largest_reused = 4096;

}  // namespace

std::size_t PreparedStatement::footprint() const {
  std::size_t size = sizeof *this + name.capacity() + text.capacity();
  size += parameter_types.capacity() * sizeof(std::uint32_t);
  size += shape.keys.capacity() * sizeof(ResultColumn);
  for (const ResultColumn& key : shape.keys) size += key.name.capacity();
  return size;
}

void PreparedStatement::describe_parameters(Bytes body) {
  passes_on = name.empty() && (passes_on || parameter_types.empty());
  parameter_types.clear();
  Cursor cursor(body);
  cursor.skip(sizeof(std::uint16_t));
  while (cursor.left() >= sizeof(std::uint32_t)) parameter_types.push_back(cursor.u32());
}

StatementRef PreparedStatements::find(std::string_view name) const {
  if (name.empty()) return unnamed_;
  if (latest_ && latest_->name == name) return latest_;
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  return latest_ = *found->second;
}

const PreparedStatement* PreparedStatements::peek(std::string_view name) const {
  return find(name).get();
}

const PreparedStatement* PreparedStatements::still_described(const Operation& parse) const {
  const bool same = parse.name.empty() && unnamed_ && unnamed_->text_hash == parse.text_hash;
  return same && unnamed_->passes_on && parse.codes.empty() ? unnamed_.get() : nullptr;
}

StatementRef PreparedStatements::blank(std::string_view name) {
  if (!name.empty() || !unnamed_.is_only_one() || unnamed_->text.capacity() > largest_reused) {
    return StatementRef::make();
  }
  StatementRef statement = std::move(unnamed_);
  wipe(statement->text);
  statement->parameter_types.clear();
  statement->passes_on = false;
  statement->shape.known = false;
  statement->shape.keys.clear();
  return statement;
}

void PreparedStatements::commit(StatementRef statement) {
  if (statement->name.empty()) {
    unnamed_ = std::move(statement);
    return;
  }
  close(statement->name);
  statement->text.shrink_to_fit();
  const auto place = oldest_first_.insert(oldest_first_.end(), statement);
  by_name_.emplace(statement->name, place);
  statement->counted_ = 1;
  ++bytes_;
  recount(*statement);
}

void PreparedStatements::recount(PreparedStatement& statement) {
  if (statement.counted_ == 0) return;
  bytes_ -= statement.counted_;
  statement.counted_ = statement.footprint() + map_entry;
  bytes_ += statement.counted_;
  keep_limit();
}

void PreparedStatements::close(std::string_view name) {
  if (name.empty()) {
    unnamed_ = {};
    return;
  }
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) forget(found->second);
}

void PreparedStatements::close_all_named() {
  while (!oldest_first_.empty()) forget(oldest_first_.begin());
}

std::size_t PreparedStatements::footprint() const {
  return bytes_ + (unnamed_ ? unnamed_->footprint() : 0) + by_name_.bucket_count() * sizeof(void*);
}

void PreparedStatements::forget(Order::iterator place) {
  PreparedStatement& statement = **place;
  if (latest_.get() == &statement) latest_ = {};
  bytes_ -= statement.counted_;
  statement.counted_ = 0;
  by_name_.erase(statement.name);
  oldest_first_.erase(place);
}

/// The newest stays, whatever its size: it is what the client is about to run.
void PreparedStatements::keep_limit() {
  while (bytes_ > limit_ && oldest_first_.size() > 1) forget(oldest_first_.begin());
}

}  // namespace onetrip
