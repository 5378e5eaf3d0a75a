/** The environment for Jest: projects/jest. */

import assert from "node:assert";
import { before, beforeEach, test } from "node:test";

import { connected, project, proxy } from "./support.js";

before(async () => (await connected()).end());
beforeEach(() => proxy.reset());

const jest = (options, environment) => project("jest", ["jest", "--silent=false", ...options], environment);

test("each test is a window, and each request in it", async () => {
  const { code, output } = await jest(["-i", "shop"], { CALLSITE: "on" });
  assert.equal(code, 1, output);
  assert.match(output, /GET \/slow\/:count sent 4 statements, 3 are allowed/);
  assert.match(output, /1 failed, 1 skipped, 4 passed/);
  assert.deepEqual(await proxy.requests(), [["GET /slow/:count", 5], ["GET /slow/:count", 4], ["block", 1]]);
  const file = "shop.test.js > without a page > ";
  assert.deepEqual(await proxy.loops(), [["GET /slow/:count", 4], [file + "loops over 3 rows", 3], [file + "loops over 4 rows", 4]]);
  for (const { location } of await proxy.findings()) {
    assert.deepEqual([location.file, location.line, location.function], ["shop.cjs", 12, "slow"]);
  }
  assert.deepEqual((await proxy.named()).filter(({ open }) => open), []);
});

test("workers side by side do not mix", async () => {
  const { code, output } = await jest(["--maxWorkers=2", "many"]);
  assert.equal(code, 0, output);
  for (let file = 1; file <= 4; ++file) {
    for (let number = 0; number < 6; ++number) {
      const [row] = await proxy.named(`many/of${file}.test.js > number ${number}`);
      assert.equal(row.statements, file + number + 1);
      assert.match(row.application, /^tests-\d+$/);
    }
  }
});

test("without the proxy it is as it was", async () => {
  const { code, output } = await jest(["shop"], { api: "", CALLSITE: "on" });
  assert.equal(code, 0, output);
  assert.deepEqual(await proxy.named(), []);
});
