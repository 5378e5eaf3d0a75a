/** node:test: `node --import onetrip/node-test --test` makes each test a window, and each request that it makes one
 * inside it. */

import path from "node:path";
import { afterEach, beforeEach } from "node:test";

import { TestRun, prepare } from "./running.js";

const file = process.argv[1] ?? "";

// The runner starts a process for each file, many at a time.
prepare(process.env.NODE_TEST_CONTEXT ? path.relative(process.cwd(), file).replaceAll(path.sep, "/") : "");

/** @type {Map<string, TestRun>} */
const runs = new Map();

beforeEach(async (context) => {
  const test = /** @type {any} */ (context);
  const name = test.fullName ?? test.name;
  const run = new TestRun(test.filePath ?? file, [name]);
  runs.set(name, run);
  await run.start();
});

afterEach(async (context) => {
  const test = /** @type {any} */ (context);
  await runs.get(test.fullName ?? test.name)?.end();
});
