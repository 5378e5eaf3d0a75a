/** The runner of Vitest: projects/vitest. */

import assert from "node:assert";
import { before, beforeEach, test } from "node:test";

import { connected, project, proxy } from "./support.js";

before(async () => (await connected()).end());
beforeEach(() => proxy.reset());

const vitest = (options, environment) => project("vitest", ["vitest", "run", ...options], environment);

test("each test is a window, and each request in it", async () => {
  const { code, output } = await vitest(["--no-file-parallelism", "shop"], { CALLSITE: "on" });
  assert.equal(code, 1, output);
  assert.match(output, /AssertionError: GET \/slow\/:count sent 4 statements, 3 are allowed/);
  assert.match(output, /1 failed \| 8 passed \| 1 skipped/);
  assert.deepEqual(await proxy.requests(), [["GET /slow/:count", 5], ["GET /fixed/:count", 1], ["GET /slow/:count", 4],
    ["block", 1], ["checkout of a cart", 1]]);
  // What hooks send is set-up, and what else a test sends that has a request.
  const file = "shop.test.ts > ";
  assert.deepEqual(await proxy.loops(), [["GET /slow/:count", 4], [file + "has a clock of its own", 2],
    [file + "is tried again", 5], [file + "without a page > loops over 3 rows", 3],
    [file + "without a page > loops over 4 rows", 4]]);
  const [{ location }] = await proxy.findings(file + "without a page > loops over 4 rows");
  assert.deepEqual([location.file, location.line, location.function], ["titles.ts", 13, "titles"]);
  assert.deepEqual((await proxy.named()).filter(({ open }) => open), []);
});

test("workers side by side do not mix", async () => {
  const { code, output } = await vitest(["--pool=forks", "many"], { PGAPPNAME: "suite" });
  assert.equal(code, 0, output);
  for (let file = 1; file <= 4; ++file) {
    for (let number = 0; number < 6; ++number) {
      const [row, ...more] = await proxy.named(`many/of${file}.test.js > number ${number}`);
      assert.deepEqual([row.statements, more.length], [file + number + 1, 1]); // and its body
      assert.match(row.application, /^suite-\d+$/);
    }
  }
});

test("without the proxy it is as it was", async () => {
  const { code, output } = await vitest(["shop"], { api: "", CALLSITE: "on" });
  assert.equal(code, 0, output);
  assert.match(output, /9 passed \| 1 skipped/);
  assert.doesNotMatch(output, /onetrip: /);
  assert.deepEqual(await proxy.named(), []);
});

test("where nobody answers it is said", async () => {
  const { code, output } = await vitest(["shop"], { api: "http://127.0.0.1:1" });
  assert.equal(code, 0, output);
  assert.equal(output.match(/^onetrip: .* does not answer: .*ECONNREFUSED.*; from now on tests are no windows$/gm)?.length, 1);
});
