/** Each file's tests run in a database of their own, beside the one that the environment names, and ask a server of their
 * own. */

import assert from "node:assert";
import { after, before } from "node:test";

import pg from "pg";

export const ORDERS = process.env.ORDERS ?? "fixed";
if (!["slow", "fixed"].includes(ORDERS)) throw new Error(`ORDERS is ${ORDERS}: it must be slow or fixed`);

/** Asks for a page, of the kind that ORDERS says unless another is named; its status and what it answers. Before the
 * first test of a file the database is made anew; it stays, to be looked at. */
export function pages(database) {
  let server;
  let shop;
  before(async () => {
    await sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`, `CREATE DATABASE ${database}`);
    process.env.PGDATABASE = database; // before the application reads it
    shop = await import("../src/database.js");
    await shop.prepare();
    const { app } = await import("../src/app.js");
    server = await new Promise((resolve) => {
      const started = app.listen(0, "127.0.0.1", () => resolve(started));
    });
  });
  after(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await shop.close();
  });

  return async (path, { method = "GET", kind = ORDERS } = {}) => {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/${kind}${path}`, { method });
    return [answer.status, await answer.json()];
  };
}

async function sql(...statements) {
  const client = new pg.Client();
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

export async function answers(asked, check = () => true) {
  const [status, body] = await asked;
  assert.equal(status, 200);
  assert(check(body), JSON.stringify(body));
}
