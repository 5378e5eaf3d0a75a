"use strict";
// Run by test_node.py: a fixed program over node-postgres. Prints what it sees as JSON lines.
const { Client } = require("pg");

function show(step, seen) {
  console.log(JSON.stringify([step, seen]));
}

async function reads(client) {
  const fetched = async (text, ...values) => (await client.query(text, values)).rows;
  show("int", await fetched("SELECT id, name FROM author WHERE id = $1", 7));
  show("text", await fetched("SELECT id FROM author WHERE name = $1", "Author 8"));
  show("uuid", await fetched("SELECT title FROM book WHERE isbn = $1", "00000000-0000-0000-0000-000000000005"));
  show("null", await fetched("SELECT id, nick FROM author WHERE id <= $1 ORDER BY id", 4));
  show("null value", await fetched("SELECT id FROM author WHERE nick = $1", null));
  for (const id of [1, 2, 300]) {
    const named = { name: "by-id", text: "SELECT id, author_id FROM book WHERE id = $1", values: [id] };
    show("named", (await client.query(named)).rows);
  }
  const binary = { text: "SELECT id FROM author WHERE id = $1", values: [3], binary: true };
  show("binary", (await client.query(binary)).rows);
  const rows = (await client.query("SELECT g, repeat('x', 100) FROM generate_series(1, 10000) AS g")).rows;
  show("many rows", [rows.length, rows.reduce((sum, row) => sum + row.g, 0)]);
  show("sleep", (await fetched("SELECT pg_sleep($1)", 0.05)).length);
}

async function failing(client) {
  await client.query("BEGIN");
  await client.query("UPDATE author SET nick = $1 WHERE id = $2", ["Two", 2]);
  await client.query("SELECT 1 / $1::int AS never FROM author WHERE id = 1", [0]).catch((error) => show("error", error.code));
  await client.query("ROLLBACK");
}

async function main() {
  const client = new Client();
  await client.connect();
  await reads(client);
  await failing(client);
  const many = await client.query("SELECT id FROM author WHERE id < 4; SELECT id FROM book WHERE id < 3; UPDATE scratch SET id = 1");
  show("many statements", many.map((result) => [result.command, result.rowCount]));
  show("empty", (await client.query("")).rowCount);
  // Portal: node-postgres asks for `rows` at a time and resumes until the end.
  show("portal", (await client.query({ text: "SELECT id FROM book ORDER BY id", values: [], rows: 250 })).rows.length);
  await client.end();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
