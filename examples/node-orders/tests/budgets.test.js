/** Pages that must stay within a budget of their own; without the proxy nothing is counted, and all pass. */

import { describe, it } from "node:test";

import { assertBudget } from "onetrip";

import { answers, pages } from "./support.js";

const page = pages("node_orders_budgets");

describe("within its budget", () => {
  it("stays the list of orders", async () => {
    await answers(page("/orders?rows=10"));
    await assertBudget({ maxStatements: 1 });
  });

  it("stays an order", async () => {
    await answers(page("/orders/7"));
    await assertBudget({ maxStatements: 2 });
  });

  it("stays shipping", async () => {
    await answers(page("/orders/9/ship", { method: "POST" }));
    await assertBudget({ maxStatements: 1 });
  });
});
