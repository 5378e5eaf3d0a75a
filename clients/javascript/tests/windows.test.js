/** window(), and what a window tells. */

import assert from "node:assert";
import http from "node:http";
import { after, before, beforeEach, test } from "node:test";

import pg from "pg";

import { assertBudget, watch, window, withinBudget } from "../src/index.js";
import { Window, Windows, here } from "../src/windows.js";
import { applicationName, connections } from "../src/workers.js";
import { connected, loop, proxy, withProxy } from "./support.js";

let connection;
before(async () => { connection = await connected(); });
after(() => connection.end());
beforeEach(() => withProxy());

/** What came of a window with a loop. */
async function looped(name, rows) {
  let looping;
  await window(name, async (opened) => {
    looping = opened;
    await loop(connection, rows);
  });
  return looping;
}

test("a window holds what was sent meanwhile", async () => {
  await loop(connection, 3);
  const cart = await looped("cart", 5);
  await loop(connection, 7);
  const { statements, findings } = await cart.seen();
  assert.deepEqual([statements, findings.map(({ evidence }) => evidence.count)], [6, [5]]);
});

test("an open window tells what came so far, and gives what it ran", async () => {
  assert.equal(await window("open", async (opened) => {
    await loop(connection, 3);
    assert.equal((await opened.seen()).statements, 4);
    return "given";
  }), "given");
});

test("what throws in it is thrown, and closes it", async () => {
  await assert.rejects(window("broken", () => { throw new Error("as it should"); }), /as it should/);
  assert.deepEqual((await proxy.named("broken")).map(({ open }) => open), [false]);
});

test("what is outside its requests is not judged", async () => {
  await window("test", async () => {
    await loop(connection, 4);
    await window("import", () => connection.query("SELECT count(*) FROM book"));
    await assertBudget({ maxStatements: 1 });
  });
});

test("a window that a killed process left open is closed", async () => {
  const left = await here().open(new Window("left"));
  const { id } = await (await withProxyKept()).open(new Window("left"));
  assert.notEqual(id, left.id);
  assert.deepEqual((await proxy.named("left")).map(({ open }) => open), [false, true]);
});

/** Another process, as far as the proxy knows. */
async function withProxyKept() {
  http.Server[Symbol.for("onetrip.windows")] = new Windows(proxy.api);
  return here();
}

test("a window whose life is over closes without a word", async () => {
  let reset;
  await window("reset", async (opened) => {
    reset = opened;
    await proxy.reset();
  });
  assert.deepEqual(await reset.seen(), { statements: 0, findings: [] });
});

test("other applications are left out when one is watched", async () => {
  watch({ applicationName: "mine" });
  assert.equal((await (await looped("watched", 3)).seen()).statements, 0);
  watch();
  assert.equal((await (await looped("all", 3)).seen()).statements, 4);
});

test("names are cut at what the proxy takes", async () => {
  const long = await looped("é".repeat(2000), 2);
  assert.equal((await long.seen()).statements, 3);
  assert.equal(long.name, "é".repeat(512));
});

test("a broken budget says what, where and how to mend it", async () => {
  const cart = await looped("cart", 5);
  await assert.rejects(cart.assertBudget({ maxStatements: 5 }), (error) => {
    const lines = error.message.split("\n");
    assert.equal(lines[0], "cart sent 6 statements, 5 are allowed");
    assert.match(lines[1], /^error\[n-plus-one\] cart: author was fetched 5 times/);
    assert(lines.includes("  fed by    SELECT book: book.author_id → author.id, 5 of 5"));
    assert(lines.some((line) => line.startsWith("  fix       ")));
    return error instanceof assert.AssertionError;
  });
});

test("what a budget allows", async () => {
  const cart = await looped("cart", 5);
  await cart.assertBudget({ maxStatements: 6, noFindings: false });
  await cart.assertBudget({ allow: ["n-plus-one"] });
  await cart.assertBudget({ allow: [(await cart.seen()).findings[0].cause] });
  await assert.rejects(cart.assertBudget({ level: "serious" }), /level is serious: it is one of info, warning, error/);
});

test("what is below the level breaks no budget", async () => {
  const twice = async () => {
    for (let round = 0; round < 2; ++round) await connection.query("SELECT name FROM author WHERE id = 1");
  };
  await withinBudget({ level: "error" }, twice);
  await assert.rejects(withinBudget({ name: "twice" }, twice), /^AssertionError.*: warning\[duplicate-query\] twice: /);
});

test("without a proxy everything does nothing", async () => {
  await withProxy(null);
  const cart = await looped("cart", 5);
  assert.deepEqual(await cart.seen(), { statements: 0, findings: [] });
  await cart.assertBudget({ maxStatements: 0 });
  await assertBudget({ maxStatements: 0 });
  assert.deepEqual(await proxy.named(), []);
});

test("workers are told apart by their database, else by their application's name", () => {
  assert.deepEqual(connections("", { PGAPPNAME: "tests" }), {});
  assert.deepEqual(connections("2", { PGAPPNAME: "tests-2", PGDATABASE: "shop_2" }), { database: "shop_2" });
  assert.deepEqual(connections("2", { DATABASE_URL: "postgres://me@db/shop_2?x=1" }), { database: "shop_2" });
  assert.deepEqual(connections("2", { PGAPPNAME: "tests-2", PGDATABASE: "shop" }), { application_name: "tests-2" });
  assert.equal(applicationName("2"), "tests-2");
  assert.equal(applicationName("2", "suite-2"), "suite-2");
  assert.equal(applicationName("a/long/way/".repeat(9) + "cart.test.js").length, 63);
});

test("a loop over a pool's connections is a loop", async () => {
  const pool = new pg.Pool({ max: 5 });
  let atOnce;
  await window("at once", async (opened) => {
    atOnce = opened;
    const { rows } = await pool.query("SELECT author_id FROM book ORDER BY id LIMIT 8");
    await Promise.all(rows.map(({ author_id }) => pool.query("SELECT name FROM author WHERE id = $1", [author_id])));
  });
  await pool.end();
  const { statements, findings } = await atOnce.seen();
  assert.deepEqual([statements, findings.map(({ evidence }) => evidence.count)], [9, [8]]);
});
