/** The types that a project sees, and those of the package itself. */

import assert from "node:assert";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";

import { PACKAGE } from "./support.js";

test("tsc has no complaint", () => {
  const done = spawnSync(path.join(PACKAGE, "node_modules/.bin/tsc"), ["-p", PACKAGE], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stdout);
});
