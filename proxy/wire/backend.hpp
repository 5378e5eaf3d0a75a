#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/wire/cursor.hpp"

/// Messages that the server sends (manual, 55.7): their types, views of those that are read, and
/// builders that make whole messages, for tests and for our own answers.
namespace onetrip::backend {

namespace type {
inline constexpr char authentication = 'R', backend_key_data = 'K', bind_complete = '2',
                      close_complete = '3', command_complete = 'C', copy_both_response = 'W',
                      copy_data = 'd', copy_done = 'c', copy_in_response = 'G',
                      copy_out_response = 'H', data_row = 'D', empty_query_response = 'I',
                      error_response = 'E', function_call_response = 'V',
                      negotiate_protocol_version = 'v', no_data = 'n', notice_response = 'N',
                      notification_response = 'A', parameter_description = 't',
                      parameter_status = 'S', parse_complete = '1', portal_suspended = 's',
                      ready_for_query = 'Z', row_description = 'T';
}  // namespace type

/// A field of RowDescription.
///
///   field = name:String table_oid:Int32 attribute:Int16 type_oid:Int32 size:Int16
///           modifier:Int32 format:Int16
struct Field {
  std::string_view name;
  std::uint32_t table_oid = 0;
  std::int16_t attribute = 0;
  std::uint32_t type_oid = 0;
  std::int16_t format = 0;  ///< 0 text, 1 binary; 0 also where it is not known yet
};

/// RowDescription, field by field.
///
///   body = count:Int16 field*
class RowDescription {
 public:
  explicit RowDescription(Bytes body) : cursor_(body), fields_(cursor_.u16()) {}
  std::uint16_t fields() const { return fields_; }
  /// The next field; call it fields() times. Empty ones once the body is too short.
  Field next();
  bool failed() const { return cursor_.failed(); }

 private:
  Cursor cursor_;
  std::uint16_t fields_;
};

/// ErrorResponse and NoticeResponse.
///
///   body = { code:Byte1 value:String }* zero:Byte1
struct ErrorResponse {
  std::string_view severity;  ///< not translated (V), else as the server's language has it (S)
  std::string_view sqlstate;
  std::string_view message;

  static ErrorResponse read(Bytes body);
  bool is_fatal() const { return severity == "FATAL" || severity == "PANIC"; }
};

/// CommandComplete's tag without its counts, and its last count: "INSERT 0 5" is INSERT, 5.
struct CommandTag {
  std::string_view command;
  std::uint64_t count = 0;

  static CommandTag read(Bytes body);
};

/// name:String value:String
struct ParameterStatus {
  std::string_view name;
  std::string_view value;

  static ParameterStatus read(Bytes body);
};

// Whole messages, header included.

std::string message(char type, std::string_view body);
std::string authentication_ok();
std::string backend_key_data(std::uint32_t process_id, std::string_view secret_key);
std::string parameter_status(std::string_view name, std::string_view value);
std::string ready_for_query(char status);
std::string row_description(const std::vector<Field>& fields);
/// Values are bytes in the format that the description told.
std::string data_row(const std::vector<std::string_view>& values);
/// A value whose data() is null is NULL.
inline constexpr std::string_view null_value{};
std::string parameter_description(const std::vector<std::uint32_t>& types);
std::string command_complete(std::string_view tag);
/// As a server would say it; severity "FATAL" ends the session, so close after it.
std::string error_response(std::string_view severity, std::string_view sqlstate,
                           std::string_view text);

}  // namespace onetrip::backend
