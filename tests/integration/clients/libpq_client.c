/* The integration tests' libpq client. Prints what it sees, one line per result; the tests compare these lines
 * direct and through the proxy, and the statements with what the proxy saw. Takes the server from PG* variables. */
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(PGconn *connection, const char *what) {
  fprintf(stderr, "%s: %s\n", what, PQerrorMessage(connection));
  exit(1);
}

static const char *sqlstate(const PGresult *result) {
  const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return code ? code : "-";
}

/* One line: the step, the status, the rows, the first row. A binary int4 is shown as a number. */
static void show(const char *step, PGresult *result) {
  printf("%s: %s %d %s", step, PQresStatus(PQresultStatus(result)), PQntuples(result), sqlstate(result));
  for (int column = 0; PQntuples(result) > 0 && column < PQnfields(result); column++) {
    const unsigned char *cell = (const unsigned char *)PQgetvalue(result, 0, column);
    if (PQgetisnull(result, 0, column))
      printf(" (null)");
    else if (PQfformat(result, column) == 1)
      printf(" 0x%02x%02x%02x%02x", cell[0], cell[1], cell[2], cell[3]);
    else
      printf(" %s", (const char *)cell);
  }
  printf("\n");
  PQclear(result);
}

static void show_all(const char *step, PGconn *connection) {
  for (PGresult *result; (result = PQgetResult(connection)) != NULL;) show(step, result);
}

static void simple(PGconn *connection) {
  show("simple", PQexec(connection, "SELECT id, name FROM author WHERE id = 7"));
  show("empty", PQexec(connection, ""));
  if (!PQsendQuery(connection, "SELECT id FROM author WHERE id < 4; SELECT nick FROM author WHERE id = 1; "
                               "UPDATE scratch SET id = 2"))
    stop(connection, "many");
  show_all("many", connection);
}

static void extended(PGconn *connection) {
  const char *id[] = {"9"};
  show("text", PQexecParams(connection, "SELECT id, name FROM author WHERE id = $1", 1, NULL, id, NULL, NULL, 0));
  const unsigned char nine[] = {0, 0, 0, 9};
  const char *bytes[] = {(const char *)nine};
  const int length[] = {4}, format[] = {1};
  show("binary", PQexecParams(connection, "SELECT id FROM author WHERE id = $1", 1, NULL, bytes, length, format, 1));
  const char *token[] = {"5d2b1c8e-0000-0000-0000-000000000000"};
  show("uuid", PQexecParams(connection, "SELECT id FROM author WHERE token = $1", 1, NULL, token, NULL, NULL, 0));
  const char *null[] = {NULL};
  show("null", PQexecParams(connection, "SELECT id FROM author WHERE name = $1", 1, NULL, null, NULL, NULL, 0));
}

static void prepared(PGconn *connection) {
  show("prepare", PQprepare(connection, "by_author", "SELECT id, title FROM book WHERE author_id = $1", 1, NULL));
  show("describe", PQdescribePrepared(connection, "by_author"));
  const char *ids[] = {"1", "2", "3"};
  for (int n = 0; n < 3; n++)
    show("execute", PQexecPrepared(connection, "by_author", 1, &ids[n], NULL, NULL, 0));
}

static void transaction(PGconn *connection) {
  show("begin", PQexec(connection, "BEGIN"));
  show("update", PQexec(connection, "UPDATE author SET nick = 'Two' WHERE id = 2"));
  show("error", PQexec(connection, "SELECT 1 / 0 AS never FROM author WHERE id = 1"));
  show("ignored", PQexec(connection, "SELECT id FROM author WHERE id = 2"));
  show("rollback", PQexec(connection, "ROLLBACK"));
}

static void copy(PGconn *connection) {
  PQclear(PQexec(connection, "COPY scratch FROM STDIN"));
  for (int n = 0; n < 1000; n++) {
    char line[64];
    int length = snprintf(line, sizeof line, "%d\tnote %d\n", n, n);
    if (PQputCopyData(connection, line, length) != 1) stop(connection, "copy in");
  }
  if (PQputCopyEnd(connection, NULL) != 1) stop(connection, "copy in");
  show_all("copy in", connection);
  PQclear(PQexec(connection, "COPY scratch TO STDOUT"));
  char *line;
  long lines = 0, bytes = 0;
  for (int length; (length = PQgetCopyData(connection, &line, 0)) > 0; lines++, bytes += length) PQfreemem(line);
  printf("copy out: %ld lines, %ld bytes\n", lines, bytes);
  show_all("copy out", connection);
  show("delete", PQexec(connection, "DELETE FROM scratch WHERE id < 1000"));
}

static void row_by_row(PGconn *connection) {
  if (!PQsendQuery(connection, "SELECT g, repeat('x', 100) FROM generate_series(1, 10000) AS g") ||
      !PQsetSingleRowMode(connection))
    stop(connection, "row by row");
  uint64_t sum = 0;
  int rows = 0;
  for (PGresult *result; (result = PQgetResult(connection)) != NULL; PQclear(result)) {
    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE) continue;
    sum += strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    rows++;
  }
  printf("row by row: %d rows, sum %llu\n", rows, (unsigned long long)sum);
}

/* Every result of one segment, up to its Sync. */
static void pipeline_segment(const char *step, PGconn *connection) {
  for (int ended = 0; !ended;) {
    PGresult *result = PQgetResult(connection);
    if (result == NULL) continue;
    ended = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    show(step, result);
  }
}

static void send_one(PGconn *connection, const char *sql, const char *value) {
  if (!PQsendQueryParams(connection, sql, 1, NULL, &value, NULL, NULL, 0)) stop(connection, sql);
}

/* Three segments sent before any answer is read; the second fails in its middle. */
static void pipelined(PGconn *connection) {
  if (!PQenterPipelineMode(connection)) stop(connection, "pipeline");
  send_one(connection, "SELECT id FROM author WHERE id = $1", "1");
  send_one(connection, "SELECT id FROM book WHERE author_id = $1", "1");
  if (!PQpipelineSync(connection)) stop(connection, "sync");
  send_one(connection, "SELECT name FROM author WHERE id = $1", "2");
  send_one(connection, "SELECT 1 / $1::int AS never FROM author WHERE id = 1", "0");
  send_one(connection, "SELECT title FROM book WHERE id = $1", "2");
  if (!PQpipelineSync(connection)) stop(connection, "sync");
  for (int n = 0; n < 3; n++) {
    const char *ids[] = {"1", "2", "3"};
    if (!PQsendQueryPrepared(connection, "by_author", 1, &ids[n], NULL, NULL, 0)) stop(connection, "prepared");
  }
  /* Else the server keeps these answers back until the Sync, and no one could tell which of them took long. */
  if (!PQsendFlushRequest(connection)) stop(connection, "flush");
  send_one(connection, "SELECT pg_sleep($1::float8 / 20)", "1");
  if (!PQpipelineSync(connection)) stop(connection, "sync");
  pipeline_segment("first segment", connection);
  pipeline_segment("second segment", connection);
  pipeline_segment("third segment", connection);
  if (!PQexitPipelineMode(connection)) stop(connection, "exit pipeline");
}

int main(void) {
  PGconn *connection = PQconnectdb("");
  if (PQstatus(connection) != CONNECTION_OK) stop(connection, "connect");
  simple(connection);
  extended(connection);
  prepared(connection);
  transaction(connection);
  row_by_row(connection);
  copy(connection);
  pipelined(connection);
  PQfinish(connection);
  return 0;
}
