#include "proxy/session/requests.hpp"

#include <array>

#include "proxy/session/bind_reader.hpp"

namespace onetrip {

namespace {

namespace type = frontend::type;

constexpr std::uint32_t longest_name = 4096;
constexpr std::uint32_t longest_bind = std::uint32_t{256} << 10U;  // 65,535 formats and two names
constexpr std::size_t longest_tail = std::size_t{128} << 10U;
constexpr std::size_t longest_text = std::size_t{1} << 20U;  // that is held in one piece
constexpr std::string_view setting_prefix = "onetrip.";

/// What only a session of replication may say, in a Query: it is no SQL. SHOW is both.
bool is_replication_command(std::string_view text) {
  constexpr std::array<std::string_view, 9> commands{
      "IDENTIFY_SYSTEM",         "START_REPLICATION",     "BASE_BACKUP",
      "CREATE_REPLICATION_SLOT", "DROP_REPLICATION_SLOT", "ALTER_REPLICATION_SLOT",
      "READ_REPLICATION_SLOT",   "TIMELINE_HISTORY",      "UPLOAD_MANIFEST"};
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size()));
  const auto same = [](char c, char upper) { return c == upper || (c ^ 0x20) == upper; };
  for (const std::string_view command : commands) {
    const std::string_view word = text.substr(0, command.size());
    if (std::equal(word.begin(), word.end(), command.begin(), command.end(), same)) return true;
  }
  return false;
}

std::uint32_t text_kept(const Limits& limits) {
  return static_cast<std::uint32_t>(std::min(limits.text_bytes, longest_text)) + longest_name;
}

/// None if it is answered by nothing, and ends nothing.
Operation::Kind kind_of(char message_type) {
  using Kind = Operation::Kind;
  switch (message_type) {
    case type::query:
      return Kind::query;
    case type::parse:
      return Kind::parse;
    case type::bind:
      return Kind::bind;
    case type::describe:
      return Kind::describe_portal;
    case type::execute:
      return Kind::execute;
    case type::close:
      return Kind::close_portal;
    case type::sync:
      return Kind::sync;
    case type::function_call:
      return Kind::function_call;
    case type::copy_done:
    case type::copy_fail:
      return Kind::copy_done;
    default:
      return Kind::nothing;
  }
}

}  // namespace

/// A Query or Parse beyond the limit: the front of its text, and a hash of the whole.
struct Requests::LongText {
  LongText(char message_type, const ValueHasher& hasher) : type(message_type), hash(hasher) {}

  char type;
  std::string name;
  std::string text;
  std::string types;  // behind the text: what Parse declares
  PiecewiseHash hash;
  std::size_t text_size = 0;  // of the whole
  bool ended = false;

  void add(std::string_view bytes, std::size_t text_limit) {
    if (!ended) {
      const std::string_view part = bytes.substr(0, bytes.find('\0'));
      hash.add(part);
      text_size += part.size();
      text += part.substr(0, text_limit - std::min(text_limit, text.size()));
      ended = part.size() < bytes.size();
      bytes.remove_prefix(std::min(part.size() + 1, bytes.size()));
    }
    types += bytes.substr(0, longest_tail - std::min(longest_tail, types.size()));
  }
};

/// A Bind beyond the limit. It owns what its reader views.
struct Requests::LongBind {
  LongBind(Bytes kept, const Session& session)
      : head_bytes(head_of(kept)),
        statement(session.statements.find(read_head().statement)),
        reader(read_head(), own_types(session), session.hasher, parameters) {}

  std::string head_bytes;
  std::string declared;
  StatementRef statement;
  ExecutionPool::Parameters parameters;
  std::string tail;
  BindReader reader;

  void add(Bytes bytes) {
    const std::string_view behind = as_text(reader.feed(bytes));
    tail += behind.substr(0, longest_tail - std::min(longest_tail, tail.size()));
  }

 private:
  static std::string_view head_of(Bytes kept) {
    return as_text(kept.first(kept.size() - frontend::BindHead::read(kept).rest.size()));
  }
  frontend::BindHead read_head() const { return frontend::BindHead::read(as_bytes(head_bytes)); }
  ParameterTypes own_types(const Session& session) {
    ParameterTypes types =
        ParameterTypes::of(read_head().statement, session.pipeline, session.statements);
    declared = as_text(types.declared);
    types.declared = as_bytes(declared);
    return types;
  }
};

Requests::Requests(Session& session) : session_(session) {}
Requests::~Requests() = default;

Wish Requests::wish(MessageHeader header) {
  untold_ = session_.paused;
  if (session_.sight == Session::Sight::counting) {
    uncounted_ = !count(header.type);
    return {longest_name, Wish::Rest::skip};
  }
  if (session_.pipeline.attention().skipping()) return {};
  if (untold_) return wish_untold(header.type);
  switch (header.type) {
    case type::query:
    case type::parse:
      return {text_kept(session_.limits), Wish::Rest::stream};
    case type::bind:
      return {longest_bind, Wish::Rest::stream};
    case type::describe:
    case type::close:
    case type::execute:
      return {longest_name, Wish::Rest::skip};
    default:
      return {};
  }
}

/// Names are followed, texts only of statements that have one: they may run when all is told again.
Wish Requests::wish_untold(char message_type) const {
  switch (message_type) {
    case type::parse:
      return {text_kept(session_.limits), Wish::Rest::stream};
    case type::bind:
    case type::describe:
    case type::close:
    case type::execute:
      return {longest_name, Wish::Rest::skip};
    default:
      return {};
  }
}

void Requests::prefix(MessageHeader header, Bytes kept) {
  if (session_.sight != Session::Sight::full) return;
  if (header.type == type::bind) {
    long_bind_ = std::make_unique<LongBind>(kept, session_);
    long_bind_->add(frontend::BindHead::read(kept).rest);
    return;
  }
  long_text_ = std::make_unique<LongText>(header.type, session_.hasher);
  Cursor cursor(kept);
  if (header.type == type::parse) long_text_->name = cursor.string();
  long_text_->add(as_text(cursor.rest()), session_.limits.text_bytes);
}

void Requests::piece(MessageHeader, Bytes bytes) {
  if (long_bind_) long_bind_->add(bytes);
  if (long_text_) long_text_->add(as_text(bytes), session_.limits.text_bytes);
}

bool Requests::message(MessageHeader header, Bytes body) {
  if (session_.sight == Session::Sight::counting) {
    forget_name(header.type, body);
    return !uncounted_;
  }
  if (!long_text_ && !long_bind_) return whole_message(header.type, body);
  end_long_message();
  forget();
  return true;
}

void Requests::end_long_message() {
  if (long_bind_) {
    Operation operation = long_bind_->reader.operation(as_bytes(long_bind_->tail));
    return add(operation);
  }
  Operation operation;
  operation.kind =
      long_text_->type == type::query ? Operation::Kind::query : Operation::Kind::parse;
  operation.name = long_text_->name;
  operation.untold = untold_;
  Cursor cursor(as_bytes(long_text_->types));
  cursor.skip(sizeof(std::uint16_t));
  operation.codes = cursor.rest();
  operation.truncated = long_text_->text_size > session_.limits.text_bytes;
  add_text(operation, long_text_->text, long_text_->hash.value());
}

bool Requests::whole_message(char message_type, Bytes body) {
  using Kind = Operation::Kind;
  switch (message_type) {
    case type::query:
      query(body);
      return true;
    case type::parse:
      parse(body);
      return true;
    case type::bind:
      bind(body);
      return true;
    case type::describe: {
      const auto target = frontend::Target::read(body);
      add(target.kind == 'S' ? Kind::describe_statement : Kind::describe_portal, target.name);
      return true;
    }
    case type::close: {
      const auto target = frontend::Target::read(body);
      add(target.kind == 'S' ? Kind::close_statement : Kind::close_portal, target.name);
      return true;
    }
    case type::execute:
      add(Kind::execute, Cursor(body).string());
      return true;
    case type::sync:
      add(Kind::sync);
      return true;
    case type::function_call:
      add(Kind::function_call);
      return true;
    case type::copy_done:
    case type::copy_fail:
      add(Kind::copy_done);
      return true;
    case type::flush:
    case type::copy_data:
    case type::password:
    case type::terminate:
      return true;
    default:
      return false;
  }
}

void Requests::query(Bytes body) {
  const std::string_view text = Cursor(body).string();
  Operation operation;
  operation.kind = Operation::Kind::query;
  operation.untold = untold_ || (session_.replication && is_replication_command(text));
  if (operation.untold) return add(operation);
  add_text(operation, text, session_.hasher.bytes(text));
}

void Requests::parse(Bytes body) {
  const auto parse = frontend::Parse::read(body);
  Operation operation;
  operation.kind = Operation::Kind::parse;
  operation.name = parse.name;
  operation.untold = untold_;
  if (operation.untold && parse.name.empty()) return add(operation);
  operation.codes = parse.types;
  add_text(operation, parse.query, session_.hasher.bytes(parse.query));
}

void Requests::bind(Bytes body) {
  if (session_.pipeline.attention().skipping()) return;
  const auto head = frontend::BindHead::read(body);
  const auto types = ParameterTypes::of(head.statement, session_.pipeline, session_.statements);
  if (untold_) {
    Operation operation;
    operation.kind = Operation::Kind::bind;
    operation.name = head.portal;
    operation.text = head.statement;
    operation.untold = true;
    return add(operation);
  }
  ExecutionPool::Parameters& parameters = session_.pool.scratch();
  BindReader reader(head, types, session_.hasher, parameters);
  const Bytes tail = reader.feed(head.rest);
  Operation operation = reader.operation(tail);
  add(operation);
  parameters.clear();
}

void Requests::add_text(Operation& operation, std::string_view text, std::uint64_t hash) {
  const std::size_t limit = session_.limits.text_bytes;
  operation.text = text.substr(0, limit);
  operation.truncated = operation.truncated || text.size() > limit;
  operation.text_hash = hash;
  operation.names_setting = operation.kind == Operation::Kind::parse &&
                            operation.text.find(setting_prefix) != std::string_view::npos;
  add(operation);
}

void Requests::add(Operation::Kind kind, std::string_view name) {
  Operation operation;
  operation.kind = kind;
  operation.name = name;
  operation.untold = untold_;
  add(operation);
}

void Requests::add(Operation& operation) {
  operation.sent = session_.now;
  operation.pipelined = session_.pipeline.executions() != 0;
  if (!session_.pipeline.push(operation)) overflow(operation);
}

/// Nothing that is in flight can be told any more, but its end can.
void Requests::overflow(const Operation& operation) {
  session_.sight = Session::Sight::counting;
  Pipeline& pipeline = session_.pipeline;
  pipeline.for_each([this](const Operation& one) {
    forget_name(one);
    session_.countdown.add(one.kind);
  });
  forget_name(operation);
  session_.countdown.add(operation.kind);
  session_.countdown.begin(pipeline.attention());
  pipeline.clear();
  overflowed_ = true;
}

/// Counted when the header is seen: answers may come before the body is complete.
bool Requests::count(char message_type) {
  return session_.countdown.add(kind_of(message_type));
}

/// A name that may stand for another statement from now on.
void Requests::forget_name(const Operation& operation) {
  using Kind = Operation::Kind;
  const bool changes = operation.kind == Kind::parse || operation.kind == Kind::close_statement;
  if (changes) session_.statements.close(operation.name);
}

void Requests::forget_name(char message_type, Bytes body) {
  if (message_type == type::parse) session_.statements.close(Cursor(body).string());
  if (message_type != type::close) return;
  const auto target = frontend::Target::read(body);
  if (target.kind == 'S') session_.statements.close(target.name);
}

void Requests::forget() {
  long_text_.reset();
  long_bind_.reset();
}

std::size_t Requests::footprint() const {
  std::size_t size = 0;
  if (long_text_) size += sizeof(LongText) + long_text_->text.capacity();
  if (long_bind_) size += sizeof(LongBind) + long_bind_->head_bytes.capacity();
  return size;
}

}  // namespace onetrip
