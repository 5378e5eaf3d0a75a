const shop = require("./shop.cjs");

let page;
beforeAll(async () => { page = await shop.start(); });
afterAll(() => page.stop());

test("asks for a slow page", async () => {
  expect(await page.ask("/slow/4")).toHaveLength(4);
});

test("keeps no budget", async () => {
  await page.ask("/slow/3");
  await onetrip.assertBudget({ maxStatements: 3 });
});

describe("without a page", () => {
  beforeEach(() => shop.slow(9));

  test.each([3, 4])("loops over %i rows", (rows) => shop.slow(rows));

  test("is fixed", async () => {
    expect(await onetrip.withinBudget({ maxStatements: 1 }, () => shop.fixed(3))).toHaveLength(3);
  });
});

test.skip("is skipped", () => shop.slow(5));
