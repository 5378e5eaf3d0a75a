#include "proxy/wire/frontend.hpp"

#include "proxy/wire/build.hpp"

namespace onetrip::frontend {

Parse Parse::read(Bytes body) {
  Cursor cursor(body);
  Parse parse;
  parse.name = cursor.string();
  parse.query = cursor.string();
  const std::size_t count = cursor.u16();
  parse.types = cursor.take(count * sizeof(std::uint32_t));
  return parse;
}

BindHead BindHead::read(Bytes body) {
  Cursor cursor(body);
  BindHead head;
  head.portal = cursor.string();
  head.statement = cursor.string();
  const std::size_t formats = cursor.u16();
  head.formats = cursor.take(formats * sizeof(std::int16_t));
  head.parameters = cursor.u16();
  head.rest = cursor.rest();
  head.failed = cursor.failed();
  return head;
}

Target Target::read(Bytes body) {
  Cursor cursor(body);
  Target target;
  target.kind = static_cast<char>(cursor.u8());
  target.name = cursor.string();
  return target;
}

std::string message(char type, std::string_view body) {
  return build_message(type, body);
}

std::string query(std::string_view text) {
  std::string body;
  append_string(body, text);
  return message(type::query, body);
}

std::string parse(std::string_view name, std::string_view text,
                  const std::vector<std::uint32_t>& types) {
  std::string body;
  append_string(body, name);
  append_string(body, text);
  append(body, static_cast<std::uint16_t>(types.size()));
  for (const std::uint32_t type : types) append(body, type);
  return message(type::parse, body);
}

std::string bind(std::string_view portal, std::string_view statement,
                 const std::vector<Value>& values,
                 const std::vector<std::int16_t>& result_formats) {
  std::string body;
  append_string(body, portal);
  append_string(body, statement);
  append(body, static_cast<std::uint16_t>(values.size()));
  for (const Value& value : values) append(body, value.format);
  append(body, static_cast<std::uint16_t>(values.size()));
  for (const Value& value : values) {
    append(body, value.null ? std::int32_t{-1} : static_cast<std::int32_t>(value.bytes.size()));
    if (!value.null) body += value.bytes;
  }
  append(body, static_cast<std::uint16_t>(result_formats.size()));
  for (const std::int16_t format : result_formats) append(body, format);
  return message(type::bind, body);
}

namespace {

std::string target(char type, char kind, std::string_view name) {
  std::string body(1, kind);
  append_string(body, name);
  return message(type, body);
}

}  // namespace

std::string describe(char kind, std::string_view name) {
  return target(type::describe, kind, name);
}

std::string close(char kind, std::string_view name) {
  return target(type::close, kind, name);
}

std::string execute(std::string_view portal, std::uint32_t max_rows) {
  std::string body;
  append_string(body, portal);
  append(body, max_rows);
  return message(type::execute, body);
}

std::string sync() {
  return message(type::sync, {});
}

std::string flush() {
  return message(type::flush, {});
}

std::string terminate() {
  return message(type::terminate, {});
}

}  // namespace onetrip::frontend
