/** The suite runs against a real proxy and a real server. tests/integration/test_javascript_client.py starts both; by hand:
 *
 *     ONETRIP_TEST_API=http://127.0.0.1:9188 PGHOST=127.0.0.1 PGPORT=6532 PGUSER=… PGDATABASE=… npm test
 *
 * The database may be any that tables `author` and `book` can be made in. ONETRIP_API is for the projects in projects/
 * alone, each of which is a test run of its own. */

import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import pg from "pg";

import { Api } from "../src/api.js";
import { Windows } from "../src/windows.js";

export const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const PROJECTS = path.join(PACKAGE, "tests/projects");
const SCHEMA = `
CREATE TABLE IF NOT EXISTS author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS book (id int PRIMARY KEY, title text NOT NULL, author_id int NOT NULL REFERENCES author);
INSERT INTO author SELECT n, 'Author ' || n FROM generate_series(1, 40) AS n ON CONFLICT DO NOTHING;
INSERT INTO book SELECT n, 'Book ' || n, n * 7 % 40 + 1 FROM generate_series(1, 80) AS n ON CONFLICT DO NOTHING;
ANALYZE author, book;
`;

const address = process.env.ONETRIP_TEST_API ?? "";
if (!address) throw new Error("ONETRIP_TEST_API is not set: there is no proxy to test with; see tests/support.js");
delete process.env.ONETRIP_API;

/** What the proxy saw. */
export const proxy = {
  api: new Api(address),

  /** It knows nothing from now on. */
  async reset() {
    await this.api.ask("POST", "/api/v1/reset");
  },

  async findings(window = "") {
    await this.api.flush();
    return window ? this.api.findings(window) : (await this.api.ask("GET", "/api/v1/findings")).body.findings;
  },

  /** Label and repetitions of each finding. */
  async loops(window = "") {
    return (await this.findings(window)).map(({ label, evidence }) => [label, evidence.count]).sort();
  },

  /** Named windows, the oldest first; those whose name holds this. */
  async named(name = "") {
    const rows = (await this.api.ask("GET", "/api/v1/windows?limit=2000")).body.windows;
    return rows.reverse().filter((row) => row.source === "named" && row.name.includes(name));
  },

  /** Label and statements of each request in tests whose name holds this. */
  async requests(test = "") {
    const inner = (await this.named(test)).filter(({ name }) => name.includes(" in ") && !name.startsWith("body #"));
    return inner.map(({ label, statements }) => [label, statements]);
  },
};

/** This process as one that has the proxy, which knows nothing yet. */
export async function withProxy(api = proxy.api) {
  await proxy.reset();
  http.Server[Symbol.for("onetrip.windows")] = new Windows(api);
  return http.Server[Symbol.for("onetrip.windows")];
}

/** A connection to the tables. */
export async function connected() {
  const client = new pg.Client();
  await client.connect();
  await client.query(SCHEMA);
  return client;
}

/** A server on a free port, and who asks it: [status, text]. */
export async function serving(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ask: async (where, options) => {
      const answer = await fetch(`http://127.0.0.1:${server.address().port}${where}`, options);
      return [answer.status, await answer.text()];
    },
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** Runs a program of node_modules in a copy of projects/NAME where the package is installed as npm would do it; exit
 * code and output. `api`: where it finds the proxy; empty: nowhere. */
export async function project(name, [program, ...options], { api = address, ...environment } = {}) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "onetrip-js-")));
  try {
    fs.cpSync(path.join(PROJECTS, name), folder, { recursive: true });
    fs.copyFileSync(path.join(PROJECTS, "shop.cjs"), path.join(folder, "shop.cjs"));
    install(path.join(folder, "node_modules"));
    const kept = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(NODE_|ONETRIP_|CI$)/.test(key)));
    const child = spawn(program === "node" ? process.execPath : path.join(PACKAGE, "node_modules/.bin", program), options,
      { cwd: folder, env: { ...kept, ...api ? { ONETRIP_API: api } : {}, ...environment }, stdio: ["ignore", "pipe", "pipe"],
        timeout: 60_000 });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => { output += part; });
    const code = await new Promise((resolve) => child.on("close", (ended, signal) => resolve(ended ?? signal)));
    return { code, output };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function install(modules) {
  fs.mkdirSync(modules);
  for (const entry of fs.readdirSync(path.join(PACKAGE, "node_modules"))) {
    fs.symlinkSync(path.join(PACKAGE, "node_modules", entry), path.join(modules, entry));
  }
  const { files } = JSON.parse(fs.readFileSync(path.join(PACKAGE, "package.json"), "utf8"));
  for (const file of ["package.json", ...files]) {
    fs.cpSync(path.join(PACKAGE, file), path.join(modules, "onetrip", file), { recursive: true });
  }
}

/** One N+1: the author of each of so many books. */
export async function loop(client, rows) {
  const { rows: books } = await client.query("SELECT author_id FROM book ORDER BY id LIMIT $1", [rows]);
  for (const { author_id } of books) await client.query("SELECT name FROM author WHERE id = $1", [author_id]);
}
