#include "proxy/wire/backend.hpp"

#include <charconv>

#include "proxy/wire/build.hpp"

namespace onetrip::backend {

Field RowDescription::next() {
  Field field;
  field.name = cursor_.string();
  field.table_oid = cursor_.u32();
  field.attribute = cursor_.i16();
  field.type_oid = cursor_.u32();
  cursor_.skip(sizeof(std::int16_t) + sizeof(std::int32_t));
  field.format = cursor_.i16();
  return cursor_.failed() ? Field{} : field;
}

ErrorResponse ErrorResponse::read(Bytes body) {
  ErrorResponse error;
  std::string_view localized;
  Cursor cursor(body);
  while (const char code = static_cast<char>(cursor.u8())) {
    const std::string_view value = cursor.string();
    if (code == 'S') localized = value;
    if (code == 'V') error.severity = value;
    if (code == 'C') error.sqlstate = value;
    if (code == 'M') error.message = value;
  }
  if (error.severity.empty()) error.severity = localized;
  return error;
}

CommandTag CommandTag::read(Bytes body) {
  Cursor cursor(body);
  CommandTag tag{cursor.string()};
  for (bool is_last = true;; is_last = false) {
    const std::size_t end = tag.command.size();
    std::size_t digits = end;
    while (digits > 0 && tag.command[digits - 1] >= '0' && tag.command[digits - 1] <= '9') --digits;
    if (digits == end || digits == 0 || tag.command[digits - 1] != ' ') return tag;
    const char* const text = tag.command.data();
    if (is_last) std::from_chars(text + digits, text + end, tag.count);
    tag.command = tag.command.substr(0, digits - 1);
  }
}

ParameterStatus ParameterStatus::read(Bytes body) {
  Cursor cursor(body);
  ParameterStatus status;
  status.name = cursor.string();
  status.value = cursor.string();
  return status;
}

std::string message(char type, std::string_view body) {
  return build_message(type, body);
}

std::string authentication_ok() {
  std::string body;
  append(body, std::int32_t{0});
  return message(type::authentication, body);
}

std::string backend_key_data(std::uint32_t process_id, std::string_view secret_key) {
  std::string body;
  append(body, process_id);
  body += secret_key;
  return message(type::backend_key_data, body);
}

std::string parameter_status(std::string_view name, std::string_view value) {
  std::string body;
  append_string(body, name);
  append_string(body, value);
  return message(type::parameter_status, body);
}

std::string ready_for_query(char status) {
  return message(type::ready_for_query, {&status, 1});
}

std::string row_description(const std::vector<Field>& fields) {
  std::string body;
  append(body, static_cast<std::uint16_t>(fields.size()));
  for (const Field& field : fields) {
    append_string(body, field.name);
    append(body, field.table_oid);
    append(body, field.attribute);
    append(body, field.type_oid);
    append(body, std::int16_t{-1});  // size: varies
    append(body, std::int32_t{-1});  // modifier: none
    append(body, field.format);
  }
  return message(type::row_description, body);
}

std::string data_row(const std::vector<std::string_view>& values) {
  std::string body;
  append(body, static_cast<std::uint16_t>(values.size()));
  for (const std::string_view value : values) {
    append(body,
           value.data() == nullptr ? std::int32_t{-1} : static_cast<std::int32_t>(value.size()));
    body += value;
  }
  return message(type::data_row, body);
}

std::string parameter_description(const std::vector<std::uint32_t>& types) {
  std::string body;
  append(body, static_cast<std::uint16_t>(types.size()));
  for (const std::uint32_t type : types) append(body, type);
  return message(type::parameter_description, body);
}

std::string command_complete(std::string_view tag) {
  std::string body;
  append_string(body, tag);
  return message(type::command_complete, body);
}

std::string error_response(std::string_view severity, std::string_view sqlstate,
                           std::string_view text) {
  std::string body;
  for (const char code : {'S', 'V'}) {
    body += code;
    append_string(body, severity);
  }
  body += 'C';
  append_string(body, sqlstate);
  body += 'M';
  append_string(body, text);
  body += '\0';
  return message(type::error_response, body);
}

}  // namespace onetrip::backend
