/** Every page answers. Whether one sends what it need not, Onetrip says: onetrip exec -- npm test */

import assert from "node:assert";
import { describe, it } from "node:test";

import { answers, pages } from "./support.js";

const page = pages("node_orders_pages");

describe("orders", () => {
  it("are listed with their customers", () =>
    answers(page("/orders?rows=10"), (list) => list.length === 10 && list[0].customer === "Customer 8"));

  it("are shown with what was ordered", () =>
    answers(page("/orders/7"), ({ items }) => items.length === 8 && items[0].title === "Product 60"));

  it("are shipped", () => answers(page("/orders/9/ship", { method: "POST" }), ({ shipped }) => shipped === 8));

  it("may be unknown", async () => assert.equal((await page("/orders/1000"))[0], 404));
});

describe("customers", () => {
  it("are listed with their orders", () =>
    answers(page("/customers?rows=10"), (list) => list.length === 10 && list.every(({ orders }) => orders.length === 3)));
});

describe("a slow page", () => {
  it("answers as the fixed one does", { skip: process.env.ONETRIP_API && "it would be found" }, async () => {
    for (const path of ["/orders?rows=20", "/orders/3", "/customers?rows=20"]) {
      assert.deepEqual(await page(path, { kind: "slow" }), await page(path, { kind: "fixed" }));
    }
  });
});
