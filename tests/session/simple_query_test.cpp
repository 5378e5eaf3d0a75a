#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::chrono_literals;
using frontend::query;

TEST_CASE("a simple Query is told with its times, rows and key cells") {
  const std::string description = id_and_name(), rows = row("1", "ann") + row("2", "bob");
  const Told told = Scenario()
                        .at(1ms)
                        .client(query("select id, name from author"))
                        .at(3ms)
                        .server(description + row("1", "ann"))
                        .at(4ms)
                        .server(row("2", "bob") + tag("SELECT 2") + ready())
                        .told();
  const Execution one = told.execution();
  CHECK(one.sequence == 1);
  CHECK(one.protocol == Protocol::simple);
  CHECK(one.outcome == Outcome::completed);
  CHECK(one.text == "select id, name from author");
  CHECK(one.text_hash == test_hasher().bytes(one.text));
  CHECK(one.sent == 1ms);
  CHECK(one.begun == 1ms);
  CHECK(one.first_answer == 3ms);
  CHECK(one.complete == 4ms);
  CHECK(one.command == "SELECT");
  CHECK(one.rows == 2);
  CHECK(one.columns == 2);
  CHECK(one.bytes == description.size() + rows.size() + tag("SELECT 2").size());
  REQUIRE(one.key_columns.size() == 2);
  CHECK(one.key_columns[0].name == "id");
  CHECK(one.key_columns[0].table_oid == 16400);
  CHECK(one.key_columns[0].attribute == 1);
  CHECK(one.key_columns[1].position == 1);
  CHECK(one.cells == std::vector{test_hasher().integer(1), test_hasher().text(25, "ann"),
                                 test_hasher().integer(2), test_hasher().text(25, "bob")});
  // The first row came with the first answer.
  REQUIRE(one.marks.size() == 1);
  CHECK(one.marks[0].row == 1);
  CHECK(one.marks[0].time == 4ms);
  CHECK_FALSE(one.pipelined);
}

TEST_CASE("rows that come later than their description are marked from the first one on") {
  const Execution one = Scenario()
                            .at(1ms)
                            .client(query("select id, name from author"))
                            .at(2ms)
                            .server(id_and_name())
                            .at(5ms)
                            .server(row("1", "ann") + row("2", "bob") + tag("SELECT 2") + ready())
                            .told()
                            .execution();
  CHECK(one.first_answer == 2ms);
  REQUIRE(one.marks.size() == 1);
  CHECK(one.marks[0].row == 0);
  CHECK(one.marks[0].time == 5ms);
}

TEST_CASE("one Query may hold many statements: several results, one ReadyForQuery",
          "[trap:many-statements]") {
  const Told told =
      Scenario()
          .client(query("insert into a values (1); select id from a; update a set b = 1"))
          .server(tag("INSERT 0 1") + id_and_name() + row("1", "x") + tag("SELECT 1") +
                  tag("UPDATE 3") + ready())
          .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 3);
  CHECK(all[0].rows == 1);
  CHECK(all[1].command == "SELECT");
  CHECK(all[1].text.empty());
  CHECK(all[1].text_hash == all[0].text_hash);
  CHECK(all[1].cells.size() == 2);
  CHECK(all[2].command == "UPDATE");
  CHECK(all[2].rows == 3);
  CHECK(all[2].cells.empty());
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(all[i].ordinal == i);
    CHECK(all[i].sequence == i + 1);
    CHECK(all[i].pipelined == (i != 0));
  }
}

TEST_CASE("an error drops the rest of a Query of many statements", "[trap:error-drops-the-rest]") {
  const Told told = Scenario()
                        .client(query("select 1; select 1/0; select 3"))
                        .server(tag("SELECT 1") + failed("22012") + ready())
                        .client(query("select 4"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 3);
  CHECK(all[1].outcome == Outcome::failed);
  CHECK(std::string(all[1].sqlstate.begin(), all[1].sqlstate.end()) == "22012");
  CHECK(all[1].ordinal == 1);
  CHECK(all[2].text == "select 4");
  CHECK(all[2].ordinal == 0);
}

TEST_CASE("an empty Query is answered by EmptyQueryResponse", "[trap:empty-query]") {
  const Told told = Scenario().client(query(" ; ")).server(empty_query_response() + ready()).told();
  CHECK(told.execution().outcome == Outcome::empty);
  CHECK(told.execution().text == " ; ");
}

TEST_CASE("an error in the middle of rows keeps what came") {
  const Told told = Scenario()
                        .client(query("select 1/(3-id) as id from a"))
                        .server(id_and_name() + row("1", "x") + failed("22012") + ready())
                        .told();
  CHECK(told.execution().outcome == Outcome::failed);
  CHECK(told.execution().rows == 1);
  CHECK(told.execution().cells.size() == 2);
}

TEST_CASE("transaction status before a statement is that of the last ReadyForQuery") {
  const auto all = Scenario()
                       .client(query("begin"))
                       .server(tag("BEGIN") + ready('T'))
                       .client(query("select nonsense"))
                       .server(failed() + ready('E'))
                       .client(query("rollback"))
                       .server(tag("ROLLBACK") + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 3);
  CHECK(all[0].status_before == TransactionStatus::idle);
  CHECK(all[1].status_before == TransactionStatus::open);
  CHECK(all[2].status_before == TransactionStatus::failed);
}

TEST_CASE("NoticeResponse and NotificationResponse come anywhere, between DataRows too",
          "[trap:messages-at-any-time]") {
  const std::string notice = backend::message('N', std::string("SNOTICE\0\0", 9));
  const std::string notification = backend::message('A', std::string("\0\0\0\1ch\0pay\0", 11));
  const Told told = Scenario()
                        .server(notification)
                        .client(query("select id, name from a"))
                        .server(notice + id_and_name() + notification + row("1", "x") + notice +
                                row("2", "y") + notification + tag("SELECT 2") + notice + ready())
                        .told();
  CHECK(told.execution().rows == 2);
  CHECK(told.execution().cells.size() == 4);
  CHECK(told.others() == "opened");
}

TEST_CASE("COPY out and in are executions with the rows of their tag") {
  const std::string data = backend::message('d', "1\tx\n");
  const std::string done = backend::message('c', "");
  const auto all =
      Scenario()
          .client(query("copy a to stdout"))
          .server(backend::message('H', "...") + data + data + done + tag("COPY 2") + ready())
          .client(query("copy a from stdin"))
          .server(backend::message('G', "..."))
          .client(data + data + data + done)
          .server(tag("COPY 3") + ready())
          .told()
          .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].command == "COPY");
  CHECK(all[0].rows == 2);
  CHECK(all[0].bytes > 2 * data.size());
  CHECK(all[1].rows == 3);
}

TEST_CASE("COPY in the middle of a Query of many statements", "[trap:copy-in-a-query]") {
  const std::string data = frontend::message('d', "1\n") + frontend::message('c', "");
  const auto all = Scenario()
                       .client(query("select 1; copy a from stdin; copy b from stdin; select 2"))
                       .server(tag("SELECT 1") + backend::message('G', "..."))
                       .client(data)
                       .server(tag("COPY 1") + backend::message('G', "..."))
                       .client(data)
                       .server(tag("COPY 1") + tag("SELECT 1") + ready())
                       .client(query("select 3"))
                       .server(tag("SELECT 1") + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 5);
  CHECK(all[2].command == "COPY");
  CHECK(all[2].ordinal == 2);
  CHECK(all[4].text == "select 3");
}

TEST_CASE("CopyData that comes late, after a server error, gets no answer",
          "[trap:late-copy-data]") {
  const std::string data = frontend::message('d', "1\n"), fail = frontend::message('f', "why\0");
  const Told told = Scenario()
                        .client(query("copy a from stdin"))
                        .server(backend::message('G', "..."))
                        .client(data)
                        .server(failed("22P02") + ready())
                        .client(data + data + fail)
                        .client(query("select 1"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.executions()[0].outcome == Outcome::failed);
  CHECK(told.executions()[1].text == "select 1");
  CHECK(told.others() == "opened");
}

TEST_CASE("CopyDone passes an error that comes before its ReadyForQuery", "[trap:late-copy-data]") {
  const Told told = Scenario()
                        .client(query("copy a from stdin"))
                        .server(backend::message('G', "...") + failed("22P02"))
                        .client(frontend::message('d', "1\n") + frontend::message('c', ""))
                        .server(ready())
                        .client(query("select 1"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  CHECK(told.executions().size() == 2);
  CHECK(told.others() == "opened");
}

TEST_CASE("a statement that rules rewrote may return several results") {
  // As INSERT does with ON INSERT DO ALSO SELECT …, twice.
  const std::string one_column = backend::row_description({{"id", 16400, 1, type_oid::int4, 0}});
  const Told told = Scenario()
                        .client(query("insert into a values (1); select id, name from a"))
                        .server(id_and_name() + row("1", "x") + row("2", "y") + one_column +
                                backend::data_row({"3"}) + id_and_name() + tag("INSERT 0 1") +
                                id_and_name() + row("4", "z") + tag("SELECT 1") + ready())
                        .told();
  CHECK(told.others() == "opened");
  const auto all = told.executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].command == "INSERT");
  CHECK(all[0].rows == 3);
  CHECK(all[0].key_columns.empty());
  CHECK(all[0].cells.empty());
  CHECK(all[1].cells.size() == 2);
}

TEST_CASE("of several results the one that has rows is known") {
  const Execution one = Scenario()
                            .client(query("insert into a values (1)"))
                            .server(backend::row_description({{"n", 0, 0, type_oid::int4, 0}}) +
                                    id_and_name() + row("1", "x") + tag("INSERT 0 1") + ready())
                            .told()
                            .execution();
  CHECK(one.rows == 1);
  CHECK(one.cells.size() == 2);
}

TEST_CASE("of very many PREPARE and DEALLOCATE in one Query names are forgotten") {
  std::string text, answers;
  for (int i = 0; i < 100; ++i) {
    text += "prepare p" + std::to_string(i) + " as select " + std::to_string(i) + ";";
    answers += tag("PREPARE");
  }
  const auto text_of = [&](const std::string& name) {
    return Scenario()
        .client(query(text))
        .server(answers + ready())
        .client(frontend::bind("", name) + frontend::execute("") + frontend::sync())
        .server(bind_complete() + tag("SELECT 1") + ready())
        .told_in_whole()
        .executions()
        .back()
        .text;
  };
  CHECK(text_of("p0").empty());
  CHECK(text_of("p99").empty());
}

TEST_CASE("behind CopyBothResponse all is forwarded blindly, and that is no blindness",
          "[trap:replication-mode]") {
  const Scenario scenario = Scenario()
                                .client(query("START_REPLICATION 0/0"))
                                .server(backend::message('W', "..."))
                                .client(frontend::message('d', "status") + "no message at all")
                                .server("nor this");
  CHECK(scenario.told().others() == "opened");
  CHECK(scenario.told().executions().empty());
  CHECK(scenario.blindness() == Blindness::none);
}

TEST_CASE("a function call is answered and is no execution", "[trap:function-call]") {
  const Told told = Scenario()
                        .client(frontend::message('F', "...."))
                        .server(backend::message('V', "....") + ready())
                        .client(query("select 1"))
                        .server(tag("SELECT 1") + ready())
                        .client(frontend::message('F', "...."))
                        .server(failed() + ready())
                        .told();
  CHECK(told.execution().text == "select 1");
  CHECK(told.others() == "opened");
}

TEST_CASE("a long text is cut, and hashed as a whole") {
  Limits limits;
  limits.text_bytes = 20;
  const auto run = [&](const std::string& text) {
    return Scenario()
        .with(limits)
        .client(query(text))
        .server(tag("SELECT 1") + ready())
        .told_in_whole()
        .execution();
  };
  const std::string text = "select 'twenty' as a, 1";
  CHECK(run(text).text == text.substr(0, 20));
  CHECK(run(text).truncated);
  CHECK(run(text).text_hash == test_hasher().bytes(text));
  CHECK_FALSE(run(text.substr(0, 20)).truncated);
  const std::string streamed = text + std::string(9000, '1');
  CHECK(run(streamed).text == text.substr(0, 20));
  CHECK(run(streamed).truncated);
  CHECK(run(streamed).text_hash == test_hasher().bytes(streamed));
}

TEST_CASE("a long text cut anywhere is the same text") {
  Limits limits;
  limits.text_bytes = 10;
  const std::string text = "select " + std::string(4200, '1');
  const Execution one = Scenario()
                            .with(limits)
                            .client(query(text))
                            .server(tag("SELECT 1") + ready())
                            .told()
                            .execution();
  CHECK(one.text_hash == test_hasher().bytes(text));
}
