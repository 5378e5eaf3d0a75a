/** The database that PGHOST, PGDATABASE and the rest name. */

import fs from "node:fs/promises";

import pg from "pg";

const pool = new pg.Pool();

/** The rows. */
export async function all(text, ...values) {
  return (await pool.query(text, values)).rows;
}

/** The first row, if there is one. */
export async function first(text, ...values) {
  return (await all(text, ...values))[0];
}

/** Makes tables and rows. */
export async function prepare() {
  await pool.query(await fs.readFile(new URL("schema.sql", import.meta.url), "utf8"));
}

export async function close() {
  await pool.end();
}
