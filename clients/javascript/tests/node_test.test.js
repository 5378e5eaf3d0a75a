/** node:test: projects/node_test. */

import assert from "node:assert";
import { before, beforeEach, test } from "node:test";

import { connected, project, proxy } from "./support.js";

before(async () => (await connected()).end());
beforeEach(() => proxy.reset());

const nodeTest = (files, environment) =>
  project("node_test", ["node", "--import", "onetrip/node-test", "--test", "--test-reporter=tap", ...files], environment);

test("each test is a window, and each request in it", async (context) => {
  const { code, output } = await nodeTest(["shop.test.js"], { ONETRIP_CALLSITE: "on" });
  assert.equal(code, 1, output);
  assert.match(output, /GET \/slow\/:count sent 4 statements, 3 are allowed/);
  assert.match(output, /^# pass 6$/m);
  const requests = (await proxy.requests()).filter(([label]) => label.startsWith("GET "));
  assert.deepEqual(requests, [["GET /slow/:count", 5], ["GET /slow/:count", 4], ["GET /fixed/:count", 1]]);
  const tells = "fullName" in context; // since Node 20.16
  assert.deepEqual(await proxy.loops(), [["GET /slow/:count", 4],
    [`shop.test.js > ${tells ? "has parts > " : ""}one`, 6],
    [`shop.test.js > ${tells ? "without a page > " : ""}loops`, 5]].sort());
  for (const { location } of await proxy.findings()) {
    assert.deepEqual([location.file, location.line, location.function], ["shop.cjs", 12, "slow"]);
  }
  assert.deepEqual((await proxy.named()).filter(({ open }) => open), []);
});

test("files side by side do not mix", async () => {
  const { code, output } = await nodeTest(["--test-concurrency=4", ...[1, 2, 3, 4].map((file) => `many/of${file}.test.js`)]);
  assert.equal(code, 0, output);
  for (let file = 1; file <= 4; ++file) {
    for (let number = 0; number < 6; ++number) {
      const [row] = await proxy.named(`many/of${file}.test.js > number ${number}`);
      assert.deepEqual([row.statements, row.application], [file + number + 1, `tests-many/of${file}.test.js`]);
    }
  }
});

test("without the proxy it is as it was", async () => {
  const { code, output } = await nodeTest(["shop.test.js"], { api: "", ONETRIP_CALLSITE: "on" });
  assert.equal(code, 0, output);
  assert.deepEqual(await proxy.named(), []);
});
