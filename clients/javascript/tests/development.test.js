/** The middleware for development. */

import assert from "node:assert";
import http from "node:http";
import { after, before, beforeEach, test } from "node:test";

import express from "express";
import Fastify from "fastify";

import { fastifyRequestTags, requestTags } from "../src/development.js";
import { connected, loop, proxy, serving } from "./support.js";

let connection;
before(async () => { connection = await connected(); });
after(() => connection.end());
beforeEach(() => proxy.reset());

/** Header and text of an answer. */
async function asked(server, path, headers) {
  const { stop } = await serving(server);
  const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers });
  const told = [answer.headers.get("server-timing"), await answer.text()];
  await stop();
  return told;
}

function app() {
  const app = express();
  app.use(requestTags());
  app.get("/books/:count", (request, response) => loop(connection, request.params.count).then(() => response.json([])));
  app.get("/nothing", (request, response) => response.json([]));
  return app;
}

async function withApi(make) {
  process.env.ONETRIP_API = proxy.api.address;
  try {
    return await make();
  } finally {
    delete process.env.ONETRIP_API;
  }
}

test("Express: statements say their request, and the answer what it sent", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const [timing, text] = await asked(http.createServer(await withApi(app)), "/books/4",
    { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
  assert.equal(text, "[]");
  assert.match(timing, /^onetrip-db;dur=\d+\.\d;desc="5 statements", onetrip-findings;desc="1, worst error: n-plus-one", /);
  const window = await proxy.api.window(trace);
  assert(timing.endsWith(`onetrip;desc="${proxy.api.address}/api/v1/windows/${window.id}"`));
  const [{ label, location }] = await proxy.findings();
  assert.deepEqual([label, location.file, location.function], ["GET /books/:count", "tests/support.js", "loop"]);
});

test("Fastify likewise", async () => {
  const server = Fastify();
  await withApi(() => server.register(fastifyRequestTags));
  server.get("/books/:count", async (request) => {
    await loop(connection, request.params.count);
    return [];
  });
  await server.ready();
  const [timing, text] = await asked(server.server, "/books/3");
  assert.deepEqual([timing.split(", ")[0].replace(/dur=.*?;/, ""), text], ['onetrip-db;desc="4 statements"', "[]"]);
  assert.deepEqual(await proxy.loops(), [["GET /books/:count", 3]]);
});

test("what sends nothing is told nothing of", async () => {
  assert.deepEqual(await asked(http.createServer(await withApi(app)), "/nothing"), [null, "[]"]);
});

test("without the proxy it does nothing", async () => {
  assert.deepEqual(await asked(http.createServer(app()), "/books/3"), [null, "[]"]);
});
