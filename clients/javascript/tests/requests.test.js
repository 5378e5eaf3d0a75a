/** Requests that a test makes of servers in its own process. */

import assert from "node:assert";
import http from "node:http";
import { after, before, beforeEach, test } from "node:test";

import express from "express";
import express4 from "express4";
import Fastify from "fastify";

import { followServers } from "../src/requests.js";
import { Window, here } from "../src/windows.js";
import { connected, loop, proxy, serving, withProxy } from "./support.js";

let connection;
before(async () => {
  followServers();
  connection = await connected();
});
after(() => connection.end());
beforeEach(() => withProxy());

/** What a test that does this is judged on: label and statements. */
async function judged(act) {
  const window = await here().open(new Window("test"));
  await act();
  await here().close(window);
  const told = [];
  for (const one of window.judged()) told.push([one.label, (await one.seen()).statements]);
  return told;
}

async function judgedAsking(server, ...asked) {
  const { ask, stop } = await serving(server);
  const answers = [];
  const told = await judged(async () => {
    for (const each of asked) answers.push(await ask(...[each].flat()));
  });
  await stop();
  return { told, answers };
}

function appOf(library) {
  const app = library();
  const shelf = library.Router();
  shelf.get("/", (request, response) => loop(connection, 2).then(() => response.end("all")));
  shelf.get("/books/:id", (request, response) => loop(connection, 3).then(() => response.json({ id: request.params.id })));
  app.use(library.json());
  app.use("/shelves/:shelf", shelf);
  app.get("/books", (request, response) => loop(connection, 1).then(() => response.status(201).send("made")));
  app.post("/books", (request, response) => response.json(request.body));
  app.get(["/a", "/b"], (request, response) => response.redirect("/books"));
  app.get("/broken", () => { throw new Error("as it should"); });
  app.set("env", "test");
  return app;
}

for (const [name, library, list] of [["Express 5", express, "/b"], ["Express 4", express4, "/a|/b"]]) {
  test(`${name}: each request is a window named by its route`, async () => {
    const post = { method: "POST", body: '{"title":"Ulysses"}', headers: { "content-type": "application/json" } };
    const { told, answers } = await judgedAsking(http.createServer(appOf(library)), "/books?page=2", "/shelves/7/books/31",
      "/shelves/7", [["/books", post]].flat(), "/b", "/broken", "/nothing/12/there");
    assert.deepEqual(told, [["GET /books", 2], ["GET /shelves/:shelf/books/:id", 4], ["GET /shelves/:shelf", 3],
      ["POST /books", 0], [`GET ${list}`, 0], ["GET /books", 2], ["GET /broken", 0], ["GET /nothing/:id/there", 0]]);
    assert.deepEqual(answers.map(([status]) => status), [201, 200, 200, 200, 201, 500, 404]);
    assert.deepEqual(answers.slice(0, 4).map(([, text]) => text), ["made", '{"id":"31"}', "all", '{"title":"Ulysses"}']);
  });
}

test("a server without a router", async () => {
  const { told, answers } = await judgedAsking(http.createServer(async (request, response) => {
    response.write("first, ");
    await loop(connection, 2);
    response.end("last");
    response.end();
  }), "/orders/f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f");
  assert.deepEqual(told, [["GET /orders/:id", 3]]);
  assert.deepEqual(answers, [[200, "first, last"]]);
});

function fastify() {
  const app = Fastify();
  app.get("/books/:id", async (request) => {
    await loop(connection, 2);
    return { id: request.params.id };
  });
  app.register(async (inner) => inner.get("/:id", () => loop(connection, 1).then(() => "one")), { prefix: "/shelves" });
  return app;
}

test("Fastify on a port", async () => {
  const app = fastify();
  await app.ready();
  const { told, answers } = await judgedAsking(app.server, "/books/7", "/shelves/7?x=1", "/nothing/7");
  assert.deepEqual(told, [["GET /books/:id", 3], ["GET /shelves/:id", 2], ["GET /nothing/:id", 0]]);
  assert.deepEqual(answers.slice(0, 2), [[200, '{"id":"7"}'], [200, "one"]]);
});

const skip = Number.parseInt(process.versions.node, 10) < 20 && "this Fastify's inject needs Node 20";
test("Fastify's inject", { skip }, async () => {
  const app = fastify();
  let answer;
  const told = await judged(async () => { answer = await app.inject("/books/7"); });
  assert.deepEqual(told, [["GET /books/:id", 3]]);
  assert.deepEqual([answer.statusCode, answer.body], [200, '{"id":"7"}']);
});

test("what comes after the answer is the test's", async () => {
  const { ask, stop } = await serving(http.createServer(appOf(express)));
  for (let round = 0; round < 20; ++round) {
    assert.deepEqual(await judged(async () => {
      await ask("/books");
      await loop(connection, 5);
      await ask("/shelves/1");
    }), [["GET /books", 2], ["GET /shelves/:shelf", 3]]);
  }
  await stop();
});

test("the application sees at once that it has answered", async () => {
  const app = express();
  const seen = [];
  app.get("/", (request, response) => {
    response.json({});
    seen.push(response.headersSent);
  });
  await judgedAsking(http.createServer(app), "/");
  assert.deepEqual(seen, [true]);
});

test("requests at the same time are one, the first", async () => {
  const app = express();
  let arrived = 0;
  let both;
  const waited = new Promise((resolve) => { both = resolve; });
  app.get("/:name", async (request, response) => {
    if (++arrived === 2) both();
    await waited;
    await connection.query("SELECT count(*) FROM book");
    response.json({});
  });
  const { ask, stop } = await serving(http.createServer(app));
  const told = await judged(() => Promise.all([ask("/one"), ask("/two")]));
  await stop();
  assert.deepEqual(told.map(([label]) => label), ["GET /:name"]);
});

test("a client that goes away ends its request", async () => {
  const app = appOf(express);
  let gone;
  app.get("/gone", (request, response) => {
    response.once("close", gone);
    request.socket.destroy();
  });
  const { ask, stop } = await serving(http.createServer(app));
  const told = await judged(async () => {
    await Promise.all([new Promise((resolve) => { gone = resolve; }), assert.rejects(ask("/gone"))]);
    await ask("/books");
  });
  await stop();
  assert.deepEqual(told, [["GET /gone", 0], ["GET /books", 2]]);
});

test("without a test around it a request is none", async () => {
  const { ask, stop } = await serving(http.createServer(appOf(express)));
  assert.deepEqual(await ask("/books"), [201, "made"]);
  await stop();
  assert.deepEqual(await proxy.named(), []);
});
