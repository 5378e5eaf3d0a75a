#include <catch2/catch.hpp>
#include <string>

#include "proxy/wire/backend.hpp"
#include "proxy/wire/frontend.hpp"

using namespace onetrip;

namespace {

constexpr std::size_t header = 5;

Bytes body(const std::string& message) {
  return as_bytes(message).subspan(header);
}

}  // namespace

TEST_CASE("a cursor that has failed gives nothing more") {
  Cursor cursor(as_bytes(std::string_view("\1\2\3", 3)));
  CHECK(cursor.u16() == 0x0102);
  CHECK(cursor.u16() == 0);
  CHECK(cursor.failed());
  CHECK(cursor.u8() == 0);
  CHECK(cursor.left() == 0);
}

TEST_CASE("a string without its end fails") {
  Cursor cursor(as_bytes("abc"));
  CHECK(cursor.string().empty());
  CHECK(cursor.failed());
}

TEST_CASE("Parse is read as built, and cut anywhere reads as nothing beyond") {
  const std::string whole = frontend::parse("s1", "select $1", {23, 25});
  const auto parse = frontend::Parse::read(body(whole));
  CHECK(parse.name == "s1");
  CHECK(parse.query == "select $1");
  CHECK(parse.types.size() == 8);
  for (std::size_t size = header; size < whole.size(); ++size) {
    CHECK(frontend::Parse::read(body(whole.substr(0, size))).types.empty());
  }
}

TEST_CASE("Bind's head ends where its values begin") {
  const std::string whole = frontend::bind("p", "s", {{"12", 0}, {"", 1, true}}, {1});
  const auto head = frontend::BindHead::read(body(whole));
  CHECK_FALSE(head.failed);
  CHECK(head.portal == "p");
  CHECK(head.statement == "s");
  CHECK(head.parameters == 2);
  CHECK(head.formats.size() == 4);
  CHECK(head.rest.size() == 4 + 2 + 4 + 2 + 2);
  const std::size_t head_size = whole.size() - head.rest.size();
  for (std::size_t size = header; size < head_size; ++size) {
    CHECK(frontend::BindHead::read(body(whole.substr(0, size))).failed);
  }
}

TEST_CASE("RowDescription gives its fields, and empty ones where it ends early") {
  const std::string whole =
      backend::row_description({{"id", 16400, 1, 23, 0}, {"name", 16400, 2, 25, 1}});
  backend::RowDescription description(body(whole));
  REQUIRE(description.fields() == 2);
  CHECK(description.next().name == "id");
  const auto second = description.next();
  CHECK(second.name == "name");
  CHECK(second.table_oid == 16400);
  CHECK(second.attribute == 2);
  CHECK(second.type_oid == 25);
  CHECK(second.format == 1);
  CHECK_FALSE(description.failed());
  CHECK(description.next().name.empty());
  CHECK(description.failed());
}

TEST_CASE("a command tag is told without its counts") {
  const auto read = [](std::string_view tag) {
    static std::string message;
    message = backend::command_complete(tag);
    return backend::CommandTag::read(body(message));
  };
  CHECK(read("SELECT 5").command == "SELECT");
  CHECK(read("SELECT 5").count == 5);
  CHECK(read("INSERT 0 7").command == "INSERT");
  CHECK(read("INSERT 0 7").count == 7);
  CHECK(read("CREATE TABLE").command == "CREATE TABLE");
  CHECK(read("CREATE TABLE").count == 0);
  CHECK(read("").command.empty());
}

TEST_CASE("our own FATAL reads as a server's") {
  const std::string message = backend::error_response("FATAL", "53300", "too many connections");
  CHECK(message[0] == 'E');
  const auto error = backend::ErrorResponse::read(body(message));
  CHECK(error.is_fatal());
  CHECK(error.sqlstate == "53300");
  CHECK(error.message == "too many connections");
  CHECK(message.back() == '\0');
}

TEST_CASE("an old server's error has only the severity in its language") {
  const std::string message = backend::message('E', std::string("SFATAL\0C57P01\0\0", 15));
  CHECK(backend::ErrorResponse::read(body(message)).is_fatal());
}
