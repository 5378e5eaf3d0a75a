// What the projects' tests visit: each page lists so many books with their authors, slow or fixed.
"use strict";

const express = require("express");
const pg = require("pg");

const pool = new pg.Pool({ max: 2 });

async function slow(count) {
  const { rows: books } = await pool.query("SELECT title, author_id FROM book ORDER BY id LIMIT $1", [count]);
  for (const book of books) {
    const { rows: [author] } = await pool.query("SELECT name FROM author WHERE id = $1", [book.author_id]);
    book.author = author.name;
  }
  return books;
}

async function fixed(count) {
  const { rows } = await pool.query("SELECT title, name FROM book JOIN author ON author.id = author_id LIMIT $1", [count]);
  return rows;
}

const app = express();
app.get("/slow/:count", async (request, response) => response.json(await slow(request.params.count)));
app.get("/fixed/:count", async (request, response) => response.json(await fixed(request.params.count)));

/** A server on a free port that ends with the tests; how to ask it. */
async function start() {
  const server = await new Promise((resolve) => {
    const started = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  return {
    ask: async (path) => (await fetch(`http://127.0.0.1:${server.address().port}${path}`)).json(),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await pool.end();
    },
  };
}

module.exports = { start, slow, fixed, end: () => pool.end() };
