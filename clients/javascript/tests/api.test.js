/** The API's client: it never rejects, and says why it gave up. */

import assert from "node:assert";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, test } from "node:test";

import { Api, fromEnvironment } from "../src/api.js";

const servers = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer, port = 0) {
  const server = http.createServer(answer ?? ((request, response) => {
    response.end(JSON.stringify({ authorization: request.headers.authorization ?? "" }));
  }));
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  servers.push(server);
  return server.address().port;
}

async function closedPort() {
  const port = await serve();
  await new Promise((resolve) => servers.pop().close(resolve));
  return port;
}

test("once lost nobody is asked again", async () => {
  const port = await closedPort();
  const api = new Api(`127.0.0.1:${port}`);
  assert.equal(await api.ask("GET", "/"), null);
  assert.match(api.lost, /does not answer: .*ECONNREFUSED/);
  await serve(null, port);
  assert.equal(await api.ask("GET", "/"), null);
});

test("after a while it is asked again", async () => {
  const port = await closedPort();
  const api = new Api(`http://127.0.0.1:${port}/`, { retryMs: 0 });
  assert.equal(await api.ask("GET", "/"), null);
  await serve(null, port);
  assert.equal((await api.ask("GET", "/")).status, 200);
  assert.equal(api.lost, "");
});

test("a kept connection that was closed meanwhile", async () => {
  // Ends each connection at its second question, unanswered.
  const asked = new WeakSet();
  const api = new Api(`127.0.0.1:${await serve((request, response) => {
    if (asked.has(request.socket)) return request.socket.resetAndDestroy();
    asked.add(request.socket);
    response.end("{}");
  })}`);
  for (let round = 0; round < 3; ++round) assert.notEqual(await api.ask("GET", "/"), null, api.lost);
});

test("an address that makes no sense, and an answer that makes none", async () => {
  const page = await serve((request, response) => response.end("<p/>"));
  for (const address of ["https://127.0.0.1:1", "ftp://x", "http://127.0.0.1:port", "http://[::1", `http://127.0.0.1:${page}`]) {
    const api = new Api(address);
    assert.equal(await api.ask("GET", "/"), null);
    assert.notEqual(api.lost, "", address);
  }
});

test("a token is shown; one that cannot be read is no fault of a test", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "onetrip-js-"));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, "token"), "secret\n");
  const address = `127.0.0.1:${await serve()}`;
  const shown = await new Api(address, { tokenFile: path.join(folder, "token") }).ask("GET", "/");
  assert.deepEqual(shown.body, { authorization: "Bearer secret" });
  const lost = new Api(address, { tokenFile: path.join(folder, "nothing") });
  assert.equal(await lost.ask("GET", "/"), null);
  assert.match(lost.lost, /ENOENT/);
});

test("without an address there is no API", () => {
  delete process.env.ONETRIP_API;
  assert.equal(fromEnvironment(), null);
});
