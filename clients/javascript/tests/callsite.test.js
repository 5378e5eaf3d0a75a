/** The comment that names a statement's place. */

import assert from "node:assert";
import { after, before, test } from "node:test";

import pg from "pg";

import { callsiteIn, tagged } from "../src/callsite.js";
import { followPg } from "../src/pg.js";
import { connected } from "./support.js";

const HERE = "tests/callsite.test.js";
let connection;
let pool;
const sent = [];

before(async () => {
  connection = await connected();
  pool = new pg.Pool();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (...rest) { // what reaches node-postgres itself
    sent.push(rest[0].text ?? rest[0]);
    return query.apply(this, rest);
  };
  followPg(pg);
  followPg(pg); // once, whoever asks for it
});
after(() => Promise.all([connection.end(), pool.end()]));

/** What the call's statement became, and its answer. */
async function sentBy(act) {
  sent.length = 0;
  const answer = await act();
  assert.equal(sent.length, 1);
  return [sent[0], answer];
}

async function one(of) {
  const { rows } = await of.query("SELECT 1 AS n");
  return rows[0].n;
}

test("client and pool, with a promise and with a callback", async () => {
  for (const of of [connection, pool]) {
    assert.deepEqual(await sentBy(() => one(of)), [`SELECT 1 AS n /*callsite='${HERE}:39 in one'*/`, 1]);
    const [text, { rows }] = await sentBy(() => new Promise((resolve, reject) => {
      of.query("SELECT $1::int AS n;", [7], (error, result) => (error ? reject(error) : resolve(result)));
    }));
    assert.match(text, /^SELECT \$1::int AS n \/\*callsite='tests\/callsite\.test\.js:47'\*\/;$/);
    assert.deepEqual(rows, [{ n: 7 }]);
  }
});

test("an object keeps what else it says, and is left as it is", async () => {
  class Statement {
    get text() { return "SELECT $1::int AS n"; }
    get values() { return [8]; }
    get rowMode() { return "array"; }
  }
  const [text, { rows }] = await sentBy(() => pool.query(new Statement()));
  assert.match(text, /callsite=/);
  assert.deepEqual(rows, [[8]]);
  const config = Object.freeze({ text: "SELECT 1" });
  await sentBy(() => connection.query({ ...config }));
  assert.equal(config.text, "SELECT 1");
});

test("a named statement keeps its text, from whatever line it is sent", async () => {
  const named = { name: "number", text: "SELECT $1::int AS n" };
  assert.equal((await sentBy(() => connection.query({ ...named, values: [1] })))[0], named.text);
  assert.deepEqual((await connection.query({ ...named, values: [2] })).rows, [{ n: 2 }]);
});

test("what is wrong is told as before", async () => {
  await assert.rejects(connection.query("SELEC"), { code: "42601" });
  await assert.rejects(async () => connection.query(null), TypeError);
});

test("it is the innermost frame that is no library's, awaited or not", () => {
  const stack = ["Error", `    at Client.query (file://${process.cwd()}/node_modules/pg/lib/client.js:9:1)`,
    "    at new Promise (<anonymous>)", "    at async Promise.all (index 0)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    `    at async Orders.list [as all] (${process.cwd()}/lib/orders.js:41:12)`, "    at other (/srv/other.js:1:1)"];
  assert.equal(callsiteIn(stack.join("\n")), "lib/orders.js:41 in list");
  assert.equal(callsiteIn(stack.slice(0, 5).join("\n")), null);
  assert.equal(callsiteIn(stack[6]), "/srv/other.js:1 in other");
  assert.equal(callsiteIn(`    at file://${process.cwd()}/a%20b.js:2:1`), "a b.js:2");
});

test("what passes on the statements of others is passed over, where the project says so", (context) => {
  process.env.ONETRIP_CALLSITE_SKIP = "lib/database.js,lib/orm/";
  context.after(() => delete process.env.ONETRIP_CALLSITE_SKIP);
  const stack = ["database.js", "orm/find.js", "database.jsx"].map((file) => `    at ${process.cwd()}/lib/${file}:3:1`);
  assert.equal(callsiteIn(stack.join("\n")), "lib/database.jsx:3");
});

test("it stands at the statement's end, and nothing in a value ends it", () => {
  assert.equal(tagged("SELECT 1 ; \n", { callsite: "a.js:1 in <b>" }), "SELECT 1  /*callsite='a.js:1 in <b>'*/;");
  assert.equal(tagged("SELECT 1", { b: "x", a: "it's */ 5 %" }), "SELECT 1 /*a='it%27s %2A/ 5 %25',b='x'*/");
  assert.equal(tagged("SELECT 1", { callsite: null }), "SELECT 1");
});
