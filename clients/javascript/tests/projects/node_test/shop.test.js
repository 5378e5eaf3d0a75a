import assert from "node:assert";
import { after, before, beforeEach, describe, it, test } from "node:test";

import { assertBudget } from "onetrip";

import shop from "./shop.cjs";

let page;
before(async () => { page = await shop.start(); });
after(() => page.stop());

test("asks for a slow page", async () => {
  assert.equal((await page.ask("/slow/4")).length, 4);
});

test("keeps no budget", async () => {
  await page.ask("/slow/3");
  await assertBudget({ maxStatements: 3 });
});

describe("without a page", () => {
  it("loops", () => shop.slow(5));

  describe("after some set-up", () => {
    beforeEach(() => shop.slow(9));

    it("asks for a page", () => page.ask("/fixed/3"));
  });
});

test("has parts", async (context) => {
  await shop.slow(8);
  await context.test("one", () => shop.slow(6));
  await context.test("another", () => shop.fixed(3));
});

test("is skipped", { skip: true }, () => shop.slow(5));
