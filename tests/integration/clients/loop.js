"use strict";
// Run by test_n_plus_one.py: what loop.py does, over node-postgres.
//     node loop.js node-postgres[-named] forward|reverse slow|fixed ROWS [TRACE_ID]
const { randomBytes } = require("crypto");
const { Client } = require("pg");

const [way, direction, form, rows, trace] = process.argv.slice(2);

const statements = {
  forward: [
    "SELECT id, author_id FROM book WHERE id <= $1 ORDER BY id",
    "SELECT id, name FROM author WHERE id = $1",
    "SELECT book.id, author.id AS author, author.name FROM book JOIN author ON author.id = book.author_id " +
      "WHERE book.id <= $1 ORDER BY book.id",
  ],
  reverse: [
    "SELECT id, id AS key FROM author WHERE id <= $1 ORDER BY id",
    "SELECT id, title FROM book WHERE author_id = $1 ORDER BY id",
    "SELECT author.id, book.id AS book, book.title FROM author JOIN book ON book.author_id = author.id " +
      "WHERE author.id <= $1 ORDER BY author.id, book.id",
  ],
};

function tagged(sql) {
  const span = randomBytes(8).toString("hex");
  return trace ? `${sql} /*route='%2Fshelf',traceparent='00-${trace}-${span}-01'*/` : sql;
}

async function main() {
  const client = new Client();
  await client.connect();
  const fetch = async (text, value, name) => {
    const query = { text, values: [value], rowMode: "array" };
    // A tag in a named statement would be that of its first use, so instrumentations leave these alone.
    if (name && way.endsWith("-named")) query.name = name;
    return (await client.query(query)).rows;
  };
  const [parent, child, joined] = statements[direction];
  let answer = [];
  if (form === "fixed") {
    const seen = new Map();
    for (const row of await fetch(tagged(joined), rows)) if (!seen.has(row[0])) seen.set(row[0], row);
    answer = [...seen.values()];
  } else {
    const text = tagged(child);
    for (const [number, key] of await fetch(tagged(parent), rows, "parent")) {
      const [first] = await fetch(text, key, "child");
      answer.push([number, ...first]);
    }
  }
  console.log(JSON.stringify(answer));
  await client.end();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
