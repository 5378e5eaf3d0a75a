"use strict";
// node-postgres: simple and extended queries, named statements, portals in portions, pipelining by not waiting,
// COPY by its own messages, cancels, notices, notifications.
const { createHash } = require("crypto");
const fs = require("fs");
const { Client, Query } = require("pg");
const { Connection } = require("pg");

const DATA = fs.readFileSync(`${__dirname}/data.sql`, "utf8");
const VALUES = fs.readFileSync(`${__dirname}/values.sql`, "utf8");
const DOZING = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";

function show(...values) {
  for (const value of values) {
    const text = JSON.stringify(value) ?? "undefined";
    const hash = () => createHash("sha256").update(text).digest("hex");
    console.log(text.length > 2000 ? `${text.slice(0, 200)}... ${text.length} characters, sha256 ${hash()}` : text);
  }
}

async function connect(more = {}) {
  const { PGSSLMODE, PGSSLROOTCERT, PGCHANNELBINDING } = process.env;
  const ssl = PGSSLMODE === "disable" ? false : { ca: fs.readFileSync(PGSSLROOTCERT, "utf8") };
  const client = new Client({ ssl, enableChannelBinding: PGCHANNELBINDING === "require", ...more });
  await client.connect();
  return client;
}

async function failure(promise) {
  try {
    await promise;
    show("no error");
  } catch (error) {
    const { name, message, severity, code, detail, hint, position, where, schema, table, column, constraint, routine } = error;
    show({ name, message, severity, code, detail, hint, position, where, schema, table, column, constraint, routine });
  }
}

const shown = ({ command, rowCount, fields, rows }) => ({
  command, rowCount, rows, fields: fields.map(({ name, dataTypeID, format }) => [name, dataTypeID, format]),
});
const texts = { getTypeParser: () => (value) => (Buffer.isBuffer(value) ? value.toString("hex") : value) };

async function simple(client) {
  const made = await client.query(DATA);
  show(made.map(({ command, rowCount }) => [command, rowCount]));
  show((await client.query("SELECT 1 AS one; SELECT 2 AS two, 'x'; UPDATE log SET id = 1")).map(shown));
  show(shown(await client.query("")), shown(await client.query("SELECT")));
  show(shown(await client.query({ text: VALUES, rowMode: "array", types: texts })));
}

async function extended(client) {
  show(shown(await client.query("SELECT $1::int AS a, $2::text AS b, $3::bytea AS c, $4::int[] AS d, $5::json AS e",
    [1, "ü", Buffer.from([0, 255]), [1, null], { n: null }])));
  for (const binary of [false, true]) {
    show(shown(await client.query({ text: `${VALUES}, $1::int`, values: [1], binary, rowMode: "array", types: texts })));
  }
  const many = Array.from({ length: 1600 }, (_, n) => n);
  show(shown(await client.query({ text: `SELECT ${many.map((n) => `$${n + 1}::int`)}`, values: many, rowMode: "array" })));
  const more = Array.from({ length: 65535 }, (_, n) => n);
  show((await client.query(`SELECT count(*) FROM (VALUES ${more.map((n) => `($${n + 1}::int)`)}) AS v(n)`, more)).rows);
}

async function prepared(client) {
  for (const id of [1, 2, 3, 99]) {
    show((await client.query({ name: "by id", text: "SELECT owner, amount FROM account WHERE id = $1", values: [id] })).rows);
  }
  await failure(client.query({ name: "by id", text: "SELECT 'another text'", values: [] }));
  show((await client.query("SELECT name, statement FROM pg_prepared_statements")).rows);
  const star = { name: "star", text: "SELECT * FROM account WHERE id = $1", values: [1] };
  show((await client.query(star)).rows);
  await client.query("ALTER TABLE account ADD COLUMN more int");
  await failure(client.query(star));
  await client.query("ALTER TABLE account DROP COLUMN more");
  show((await client.query(star)).rows);
}

async function pipelined(client) {
  const asked = Array.from({ length: 500 }, (_, n) => client.query("SELECT $1::int * 2 AS double, repeat('x', $1) AS x", [n]));
  show((await Promise.all(asked)).map(({ rows }) => rows[0]));
  const mixed = ["SELECT 1 AS one", "SELECT 1 / 0", "SELEC", "INSERT INTO account VALUES (1, 'again', 1)", "SELECT 2 AS two"];
  const settled = await Promise.allSettled(mixed.flatMap((text) => [client.query(text), client.query(`${text} -- $1`)]));
  show(settled.map(({ value, reason }) => (value ? value.rows : [reason.code, reason.message])));
}

async function errors(client) {
  const failing = [["SELEC $1", [1]], ["SELECT no_column FROM account WHERE id = $1", [1]], ["SELECT 1 / $1::int", [0]],
    ["INSERT INTO account VALUES ($1, 'Eve', 1)", [1]], ["INSERT INTO account VALUES ($1, NULL, 1)", [9]],
    ["UPDATE account SET amount = $1", [-1]], ["SELECT $1::int", ["x"]], ["SELECT 1; SELECT $1", [1]], ["SELECT $1, $2", [1]]];
  for (const [text, values] of failing) await failure(client.query(text, values));
  await failure(client.query("INSERT INTO log VALUES (7, 'x'); SELECT 1 / 0; SELECT 3"));
  await client.query("BEGIN");
  await failure(client.query("SELECT 1 / 0"));
  await failure(client.query("SELECT 'in a failed transaction'"));
  show(shown(await client.query("COMMIT")));
}

async function transactions(client) {
  for (const text of ["BEGIN", "INSERT INTO log VALUES (100, 'kept')", "SAVEPOINT one", "INSERT INTO log VALUES (101, 'lost')",
    "ROLLBACK TO one", "RELEASE one", "COMMIT", "SELECT * FROM log WHERE id >= 100"]) {
    show(shown(await client.query(text)));
  }
}

/** A portal that is read in portions: Execute with a limit, PortalSuspended, Execute again. */
async function portions(client) {
  const query = new Query({ text: "SELECT n, 'row ' || n AS text FROM generate_series(1, $1) AS n", values: [1000], rows: 70 });
  const rows = [];
  client.query(query);
  await new Promise((resolve, reject) => {
    query.on("row", (row) => rows.push(row));
    query.on("end", resolve);
    query.on("error", reject);
  });
  show(rows);
}

async function notices(client) {
  const heard = [];
  client.on("notice", ({ severity, message, hint, code, routine }) => heard.push([severity, message, hint, code, routine]));
  await client.query("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$");
  await client.query("DROP TABLE IF EXISTS never_was");
  show(heard);
}

/** COPY by the messages of the driver's own connection, which has no COPY of its own. */
async function copies(client) {
  const run = (text, act) => new Promise((resolve) => {
    const seen = [];
    const submitted = {
      submit: (connection) => connection.query(text),
      handleCopyInResponse: (connection) => act(connection),
      handleCopyData: ({ chunk }) => seen.push(Buffer.from(chunk)), // the parser's buffer is used again
      handleRowDescription() {}, handleDataRow() {}, handleEmptyQuery() {},
      handleCommandComplete: ({ text: tag }) => seen.push(Buffer.from(tag)),
      handleError: (error) => resolve(Buffer.concat([...seen, Buffer.from(error.message)]).toString("latin1")),
      handleReadyForQuery: () => resolve(Buffer.concat(seen).toString("latin1")),
    };
    client.query(submitted);
  });
  const give = (...chunks) => (connection) => {
    for (const chunk of chunks) connection.sendCopyFromChunk(Buffer.from(chunk));
    connection.endCopyFrom();
  };
  show(await run("COPY log FROM STDIN", give(...Array.from({ length: 20000 }, (_, n) => `${n}\tline ${n}\n`))));
  show(await run("COPY log FROM STDIN", give("x\ty\n", ...Array(200).fill("1\tlate\n"))));
  show(await run("COPY log FROM STDIN", (connection) => connection.sendCopyFail("given up")));
  show(await run("COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT", give()));
  show(await run("COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT (FORMAT binary)", give()));
  show(await run("COPY (SELECT 1 / 0) TO STDOUT", give()));
}

async function big(client) {
  show((await client.query("SELECT n, md5(n::text), n * 1.5 AS x FROM generate_series(1, 50000) AS n")).rows);
  show((await client.query("SELECT repeat('x', 20000000) AS x, $1::text AS p", ["p".repeat(8000000)])).rows);
}

async function notifications(client, other) {
  const heard = [];
  const all = new Promise((resolve) => client.on("notification", ({ channel, payload, processId }) => {
    heard.push([channel, payload, processId === other.processID]);
    if (heard.length === 4) resolve();
  }));
  await client.query("LISTEN news");
  for (const payload of ["", "one", "ümläut", "x".repeat(7000)]) await other.query("SELECT pg_notify('news', $1)", [payload]);
  await all;
  show(heard);
}

async function cancels(client, other) {
  for (const [text, values] of [["SELECT pg_sleep(60)"], ["SELECT pg_sleep($1)", [60]], ["SELECT 1; SELECT pg_sleep(60)"]]) {
    const asked = failure(client.query(text, values));
    while (!(await other.query(DOZING, [client.processID])).rows[0].n);
    await cancel(client);
    await asked;
    show((await client.query("SELECT 'after a cancel' AS a")).rows);
  }
}

/** Without TLS even where that is required, as libpq did it for long. */
function cancel(client) {
  const connection = new Connection();
  const ended = new Promise((resolve) => connection.once("end", resolve));
  connection.once("connect", () => connection.cancel(client.processID, client.secretKey));
  connection.on("error", () => {});
  connection.connect(client.port, client.host);
  return ended;
}

async function end() {
  const client = await connect();
  client.on("error", () => {});
  await failure(client.query("SELECT pg_terminate_backend(pg_backend_pid())"));
  for (const wrong of [{ password: "medlar" }, { database: "nowhere" }, { options: "-c nothing=1" }]) await failure(connect(wrong));
}

async function main() {
  const client = await connect();
  const other = await connect();
  for (const scenario of [simple, extended, prepared, pipelined, errors, transactions, portions, notices, copies, big,
    notifications, cancels, end]) {
    console.log(`## ${scenario.name}`);
    await scenario(client, other);
  }
  await client.end();
  await other.end();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
