#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/wire/cursor.hpp"

/// Messages that the client sends after its startup packet (manual, 55.7): their types, views of
/// those that are read, and builders that make whole messages, for tests and tools. A view lives as
/// long as the body it was read from.
namespace onetrip::frontend {

namespace type {
inline constexpr char bind = 'B', close = 'C', copy_data = 'd', copy_done = 'c', copy_fail = 'f',
                      describe = 'D', execute = 'E', flush = 'H', function_call = 'F', parse = 'P',
                      password =
                          'p',  ///< PasswordMessage, SASL and GSS responses: never look inside
    query = 'Q', sync = 'S', terminate = 'X';
}  // namespace type

/// name:String query:String count:Int16 type_oid:Int32*
struct Parse {
  std::string_view name;
  std::string_view query;
  Bytes types;  ///< count times four bytes, network byte order

  static Parse read(Bytes body);
};

/// The front of a Bind; its parameter values follow, each length:Int32 (-1 is NULL) and its bytes,
/// then the result formats.
///
///   body = portal:String statement:String count:Int16 format:Int16*
///          count:Int16 { length:Int32 value }* count:Int16 format:Int16*
struct BindHead {
  std::string_view portal;
  std::string_view statement;
  Bytes formats;  ///< of the parameters, two bytes each: none, one for all, or each
  std::uint16_t parameters = 0;
  Bytes rest;           ///< from the first parameter's length on
  bool failed = false;  ///< the front is not complete or not well-formed

  static BindHead read(Bytes body);
};

/// Describe and Close: kind:Byte1 ('S' statement, 'P' portal) name:String
struct Target {
  char kind = 0;
  std::string_view name;

  static Target read(Bytes body);
};

// Whole messages, header included.

struct Value {
  std::string bytes;
  std::int16_t format = 0;
  bool null = false;
};

std::string message(char type, std::string_view body);
std::string query(std::string_view text);
std::string parse(std::string_view name, std::string_view text,
                  const std::vector<std::uint32_t>& types = {});
std::string bind(std::string_view portal, std::string_view statement,
                 const std::vector<Value>& values = {},
                 const std::vector<std::int16_t>& result_formats = {});
std::string describe(char kind, std::string_view name);
std::string close(char kind, std::string_view name);
std::string execute(std::string_view portal, std::uint32_t max_rows = 0);
std::string sync();
std::string flush();
std::string terminate();

}  // namespace onetrip::frontend
