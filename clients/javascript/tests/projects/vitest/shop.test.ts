import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { assertBudget, window, withinBudget } from "onetrip";

import shop from "./shop.cjs";
import { titles } from "./titles";

interface Page { ask(path: string): Promise<{ title: string }[]>; stop(): Promise<void> }

let page: Page;
beforeAll(async () => { page = await shop.start(); });
afterAll(() => page.stop());

test("asks for a slow page", async () => {
  expect(await page.ask("/slow/4")).toHaveLength(4);
});

test("asks for a fixed page", async () => {
  expect(await page.ask("/fixed/4")).toHaveLength(4);
  await assertBudget({ maxStatements: 1 });
});

test("keeps no budget", async () => {
  await page.ask("/slow/3");
  await assertBudget({ maxStatements: 3 });
});

describe("without a page", () => {
  beforeEach(() => shop.slow(9));

  test.each([3, 4])("loops over %i rows", async (rows) => {
    await titles(rows);
  });

  test("is fixed", async () => {
    expect(await withinBudget({ maxStatements: 1 }, () => shop.fixed(3))).toHaveLength(3);
  });
});

test("has a block", async () => {
  await shop.slow(6);
  await window("checkout", () => shop.fixed(3), { label: "checkout of a cart" });
});

test.skip("is skipped", () => shop.slow(5));

test("has a clock of its own", async () => {
  vi.useFakeTimers();
  await shop.slow(2);
  vi.useRealTimers();
});

let tries = 0;
test("is tried again", { retry: 1 }, async () => {
  await shop.slow(5);
  expect(++tries).toBe(2);
});
